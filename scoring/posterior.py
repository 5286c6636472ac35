"""What the answers to a criterion say about the mean of all answers there could be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from scoring.counts import LEVEL_VALUES, LEVELS
from scoring.dirichlet_mean import dirichlet_mean_quantiles

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 1.0, float(LEVELS)
"""No mean of answers can leave these."""

TAIL = 0.025
"""What a 95 % interval leaves out on each side."""

NORMAL_QUANTILE = 1.96
"""The standard normal's quantile at 1 - TAIL, to the two decimals in which it is usually given."""

NORMAL_ANSWERS = 10
"""From this many answers on intervals are the normal distribution's; with fewer they are skewed, as the ends of the
scale ask."""

LEAST_VARIANCE = 1e-12
"""Below it an interval is the mean, to five decimals; the Beta distribution's parameters stay within reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Means on the scale of the levels, 1 to 5, and their variances; two arrays of one shape."""

    mean: Floats
    variance: Floats


def posterior(levels: ArrayLike, shares: ArrayLike, strength: ArrayLike) -> Posterior:
    """The mean of a criterion's answers, after the answers seen and the expectation before them.

    The shares p of the levels have a Dirichlet prior with parameters strength · shares, and answers are drawn from p.
    Then p has a Dirichlet posterior to whose parameters the counts are added, and Σ k·p_k has the mean and variance
    returned. See Evan Miller, "Ranking items with star ratings".

    Args:
        levels: (..., LEVELS), how many answers each level has.
        shares: (..., LEVELS), the expected share of each level.
        strength: (...), how many answers the expectation counts for; more than 0.

    Returns:
        Arrays of the common shape (...).
    """
    shapes = _posterior_shapes(levels, shares, strength)
    total = shapes.sum(axis=-1)
    mean = shapes @ LEVEL_VALUES / total
    # The variance of the levels from their distances: a difference of two large squares would lose digits.
    squares = (shapes * (LEVEL_VALUES - mean[..., None]) ** 2).sum(axis=-1)
    return Posterior(np.minimum(np.maximum(mean, LOWEST), HIGHEST), squares / (total * (total + 1)))


def _posterior_shapes(levels: ArrayLike, shares: ArrayLike, strength: ArrayLike) -> Floats:
    """The parameters of the Dirichlet posteriors, (..., LEVELS)."""
    shapes: Floats = np.asarray(levels) + np.asarray(strength)[..., None] * np.asarray(shares)
    return shapes


def criterion_interval(
    levels: ArrayLike, shares: ArrayLike, strength: ArrayLike, scores: Posterior | None = None
) -> tuple[Floats, Floats]:
    """The interval that holds a criterion's true mean with a probability of 95 %.

    From `NORMAL_ANSWERS` on it is mean ± 1.96 · √variance, cut off at 1 and 5. With fewer answers its limits are the
    2.5 % and 97.5 % quantiles of the posterior itself.

    Args:
        levels: (..., LEVELS), how many answers each level has.
        shares: (..., LEVELS), the expected share of each level.
        strength: (...), how many answers the expectation counts for.
        scores: what `posterior` makes of these, if that is known already.

    Returns:
        The lower and the upper limits, of the common shape (...), with 1 <= lower <= mean <= upper <= 5.
    """
    if scores is None:
        scores = posterior(levels, shares, strength)
    lower, upper = _normal_interval(scores)
    few = np.asarray(levels).sum(axis=-1) < NORMAL_ANSWERS
    if few.shape != scores.mean.shape:
        few = np.broadcast_to(few, scores.mean.shape)
    if few.any():
        thin = Posterior(scores.mean[few], scores.variance[few])
        shapes = _posterior_shapes(levels, shares, strength)[few]
        lower[few], upper[few] = (
            dirichlet_mean_quantiles(shapes, probability, guess)
            for probability, guess in zip((TAIL, 1 - TAIL), _beta_interval(thin), strict=True)
        )
    return np.minimum(lower, scores.mean), np.maximum(upper, scores.mean)


def credible_interval(mean: ArrayLike, variance: ArrayLike, answers: ArrayLike) -> tuple[Floats, Floats]:
    """The interval that holds a true mean with a probability of 95 %, where only mean and variance are known.

    From `NORMAL_ANSWERS` on it is mean ± 1.96 · √variance, cut off at 1 and 5. With fewer its limits are the 2.5 % and
    97.5 % quantiles of the Beta distribution on [1, 5] that has this mean and variance.

    Args:
        mean: (...), on the scale of the levels.
        variance: (...), as posteriors have it.
        answers: (...), how many the mean is made from; of an overall score, the number of ratings.

    Returns:
        The lower and the upper limits, of the common shape (...), with 1 <= lower <= mean <= upper <= 5.
    """
    means, variances = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    counts = np.asarray(answers)
    if not means.shape == variances.shape == counts.shape:
        means, variances, counts = np.broadcast_arrays(means, variances, counts)
    lower, upper = _normal_interval(Posterior(means, variances))
    few = counts < NORMAL_ANSWERS
    if few.any():
        lower[few], upper[few] = _beta_interval(Posterior(means[few], variances[few]))
    return lower, upper


def _normal_interval(scores: Posterior) -> tuple[Floats, Floats]:
    half = NORMAL_QUANTILE * np.sqrt(scores.variance)
    # As arrays even of a single score, so that entries can be replaced.
    return np.asarray(np.maximum(scores.mean - half, LOWEST)), np.asarray(np.minimum(scores.mean + half, HIGHEST))


def _beta_interval(scores: Posterior) -> tuple[Floats, Floats]:
    """The quantiles of Beta distributions on [1, 5]; the mean is never outside, however skewed they are."""
    width = HIGHEST - LOWEST
    place = (scores.mean - LOWEST) / width
    # A Beta distribution's variance is place · (1 - place) / (concentration + 1).
    most = place * (1 - place) * width**2
    concentration = np.maximum(most / np.maximum(scores.variance, LEAST_VARIANCE) - 1, 0)
    first, second = place * concentration, (1 - place) * concentration
    low, high = (LOWEST + width * betaincinv(first, second, probability) for probability in (TAIL, 1 - TAIL))
    # Where the mean is an end of the scale there is no such distribution, and the quantile is no number.
    return np.fmin(low, scores.mean), np.fmax(high, scores.mean)


def out_of_100(mean: ArrayLike) -> Floats:
    """Means, or limits of intervals, on the scale from 0 (all answers 1) to 100 (all answers 5)."""
    scaled: Floats = 25 * (np.asarray(mean, dtype=np.float64) - 1)
    return scaled
