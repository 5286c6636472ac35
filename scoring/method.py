"""Which version of the arithmetic a score comes from, so that results can be compared and replayed."""

METHOD_VERSION = "dirichlet-1"
"""Dirichlet-multinomial estimates and their intervals. It changes when the same ratings and prior give other scores."""

NO_PRIOR = 0
"""The number of the built-in prior, `scoring.prior.UNIFORM_VERSION`; priors fitted to ratings count from 1."""
