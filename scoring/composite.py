"""The overall score: a weighted mean of the criteria's scores, and how uncertain it is."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.counts import CRITERIA, LEVEL_VALUES, PAIRS, CellCounts
from scoring.posterior import HIGHEST, LOWEST, Posterior
from scoring.prior import Prior

Floats = NDArray[np.float64]

CRITERION_NAMES = ("efficacy", "safety", "tolerability", "accessibility", "adherence", "preference")
"""What a message calls the criteria, in their order."""

EQUAL_WEIGHTS: Floats = np.full(CRITERIA, 1 / CRITERIA)
"""Every criterion counts the same: the weights of who states no preference."""

OWN_CORRELATION_ANSWERS = 50
"""For how many joint answers the correlation found among all drugs counts against a drug's own. A correlation from 50
pairs has a standard error of about 0.1; drugs hardly differ by more than that in how answers go together."""


class InvalidWeights(ValueError):
    """The weights cannot be made into shares; the message says which one and why."""


def normalised_weights(values: Sequence[float]) -> Floats:
    """The weights of the criteria as shares that add up to 1.

    Raises:
        InvalidWeights: there are not CRITERIA of them, one is negative or not a finite number, or all are zero.
    """
    if len(values) != CRITERIA:
        raise InvalidWeights(f"There are {CRITERIA} criteria, but {len(values)} weights.")
    for name, value in zip(CRITERION_NAMES, values, strict=True):
        if not math.isfinite(value):
            raise InvalidWeights(f"The weight of {name} is not a finite number.")
        if value < 0:
            raise InvalidWeights(f"The weight of {name} is negative.")
    largest = max(values)
    if not largest:
        raise InvalidWeights("All weights are zero, so there is nothing to weigh by.")
    # By the largest first: the sum of huge weights would overflow, and tiny ones would lose their digits.
    weights = np.array([value / largest for value in values])
    normalised: Floats = weights / weights.sum()
    return normalised


_FIRST, _SECOND = (np.array(places) for places in zip(*PAIRS, strict=True))


def _places_in_matrix() -> NDArray[np.int64]:
    """Where each entry of a symmetric matrix is, among those of PAIRS and behind them the diagonal."""
    places = np.empty((CRITERIA, CRITERIA), dtype=np.int64)
    places[_FIRST, _SECOND] = places[_SECOND, _FIRST] = np.arange(len(PAIRS))
    np.fill_diagonal(places, len(PAIRS) + np.arange(CRITERIA))
    return places.ravel()


_PLACES = _places_in_matrix()


def error_covariances(counts: CellCounts, posterior: Posterior, prior: Prior) -> Floats:
    """How the errors of a cell's criterion means go together.

    An error is the true mean minus the posterior mean. It has two parts: what the drug differs from the expectation,
    as far as that was shrunk away, and what its raters differ from all raters, as far as that was believed. Over drugs
    with as many answers (linear Bayes, Bühlmann's credibility) the errors of the criteria a and b correlate by

        (between_ab · √(M_a·M_b) + within_ab · n_ab) / √((M_a + n_a)·(M_b + n_b))

    with M the prior's strengths, n_a how many ratings answer a and n_ab how many answer both. For a = b this is 1: the
    variances are the posterior's own. `within` is the prior's, moved towards the cell's own correlation of answers as
    joint answers come in.

    Args:
        counts: of K cells.
        posterior: of the criteria of the cells, (K, CRITERIA).
        prior: of each cell, or one for all.

    Returns:
        (K, CRITERIA, CRITERIA), symmetric, with the posterior variances on the diagonal and no correlation outside
        -1 to 1.
    """
    total = prior.strengths + counts.answers
    joint = counts.pairs[:, :, 0]
    own, known = _own_correlations(counts)
    expected = prior.within[_FIRST, _SECOND]
    within = (known * own + OWN_CORRELATION_ANSWERS * expected) / (known + OWN_CORRELATION_ANSWERS)
    roots, strength_roots = np.sqrt(posterior.variance / total), np.sqrt(prior.strengths)
    # For few cells `take` needs half the time of indexing by the same arrays.
    between = (
        prior.between[_FIRST, _SECOND] * strength_roots.take(_FIRST, axis=-1) * strength_roots.take(_SECOND, axis=-1)
    )
    of_pairs = roots.take(_FIRST, axis=1) * roots.take(_SECOND, axis=1) * (between + within * joint)
    entries = np.concatenate((of_pairs, posterior.variance), axis=1)
    covariances: Floats = entries.take(_PLACES, axis=1).reshape(-1, CRITERIA, CRITERIA)
    return covariances


def _own_correlations(counts: CellCounts) -> tuple[Floats, Floats]:
    """The correlations of a cell's answers for each of PAIRS, and the degrees of freedom that they are known by.

    A criterion's variance is that of all its answers; cells do not keep that of the joint ones alone.
    """
    answers = np.maximum(counts.answers, 1)
    levels = counts.levels.astype(np.float64)
    means = levels @ LEVEL_VALUES / answers
    variances = (levels * (LEVEL_VALUES - means[..., None]) ** 2).sum(axis=-1) / answers
    scales = np.sqrt(variances.take(_FIRST, axis=1) * variances.take(_SECOND, axis=1))
    joint, first_sum, second_sum, product_sum = (counts.pairs[..., of] for of in range(4))
    divisor = np.maximum(joint, 1)
    covariances = (product_sum - first_sum * second_sum / divisor) / divisor
    # Where all answers to a criterion are the same nothing is known.
    varied = scales > 0
    own = np.divide(covariances, scales, out=np.zeros_like(scales), where=varied)
    return np.minimum(np.maximum(own, -1), 1), np.where(varied, np.maximum(joint - 1.0, 0), 0)


def overall(means: Floats, covariances: Floats, weights: Floats) -> Posterior:
    """The weighted mean of the criteria, of each cell.

    Args:
        means: (K, CRITERIA), posterior means.
        covariances: (K, CRITERIA, CRITERIA), of their errors.
        weights: (CRITERIA,), as `normalised_weights` gives them.

    Returns:
        (K,) each. A variance is never below 0 nor above that of errors which all go the same way.
    """
    deviations = np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1))
    variance = np.einsum("kab,a,b->k", covariances, weights, weights)
    # By `einsum` and not by `@`, whose last digits depend on how many cells there are.
    mean, most = np.einsum("ka,a->k", means, weights), np.einsum("ka,a->k", deviations, weights) ** 2
    # Twice as fast as `clip`, which of a few cells is the greater part of the work.
    return Posterior(np.minimum(np.maximum(mean, LOWEST), HIGHEST), np.minimum(np.maximum(variance, 0), most))
