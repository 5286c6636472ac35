"""Which version of the arithmetic a score comes from, so that results can be compared and replayed."""

METHOD_VERSION = "counts-1"
"""Counts and arithmetic means of the answers, without any model. It changes when the same ratings would give others."""

NO_PRIOR = 0
"""The number of the prior while scores are counts and means: there is none to shrink towards. Priors count from 1."""
