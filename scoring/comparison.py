"""Two drugs, or two periods of one drug, side by side: how far apart they are, and how sure that is.

Two questions that are easily mixed up have two functions. `probability_better` is about true means: it goes to 0 or 1
as ratings come in, even when the means are close. `superiority` is about single ratings: it stays near one half when
the means are close, however many ratings there are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.posterior import HIGHEST, LOWEST, NORMAL_QUANTILE

WIDEST = HIGHEST - LOWEST
"""No two means on the scale of the levels are further apart."""

UNKNOWN = 0.5
"""Stands where nothing is known: it favours neither side, and stays the same when they are swapped."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """First minus second and the limits of its 95 % interval, in levels, -4 to 4; arrays of one shape."""

    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Superiority:
    """The chance that a random answer about the first beats one about the second, ties counting half.

    Attributes:
        value: 0 to 1; one half where not known.
        known: whether both sides have answers to compare, of the same shape. Where it is False, `value` says nothing
            and is not to be shown.
    """

    value: NDArray[np.float64]
    known: NDArray[np.bool_]

    def known_values(self) -> list[float | None]:
        """The values of a one-dimensional answer, with None where nothing is known."""
        return [value if known else None for value, known in zip(self.value.tolist(), self.known.tolist(), strict=True)]


def difference(
    mean_first: ArrayLike, variance_first: ArrayLike, mean_second: ArrayLike, variance_second: ArrayLike
) -> Difference:
    """The differences of independent posterior means.

    Args:
        mean_first: posterior means, 1 to 5; any shape.
        variance_first: their variances, in squared levels, not negative.
        mean_second: the means to subtract; shapes are broadcast.
        variance_second: their variances.

    Returns:
        a - b, and as limits a - b ± 1.96·√(variance a + variance b), clipped to what the scale allows.
    """
    value = np.subtract(mean_first, mean_second, dtype=np.float64)
    half_width = NORMAL_QUANTILE * np.sqrt(np.add(variance_first, variance_second, dtype=np.float64))
    return Difference(
        np.asarray(value),
        np.asarray(np.maximum(value - half_width, -WIDEST)),
        np.asarray(np.minimum(value + half_width, WIDEST)),
    )


def probability_better(
    mean_first: ArrayLike, variance_first: ArrayLike, mean_second: ArrayLike, variance_second: ArrayLike
) -> NDArray[np.float64]:
    """The probabilities that a true mean is above another.

    Source: Rücker & Schwarzer, BMC Medical Research Methodology 2015; the mean of it over competitors is the P-score.

    Args:
        mean_first: posterior means, 1 to 5; any shape.
        variance_first: their variances, not negative.
        mean_second: the means that they may be above; shapes are broadcast.
        variance_second: their variances.

    Returns:
        Φ((a - b) / √(variance a + variance b)), 0 to 1. Without any variance 1 or 0, and one half for equal means.
    """
    apart = np.subtract(mean_first, mean_second, dtype=np.float64)
    return np.asarray(ndtr(standardised(apart, np.add(variance_first, variance_second, dtype=np.float64))))


def standardised(differences: ArrayLike, variances: ArrayLike) -> NDArray[np.float64]:
    """Differences in standard deviations: infinitely many without a variance, but 0 where there is no difference.

    Args:
        differences: any shape.
        variances: their variances, not negative; shapes are broadcast.
    """
    apart, variance = np.broadcast_arrays(
        np.asarray(differences, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    )
    certain = np.where(apart == 0, 0.0, np.copysign(np.inf, apart))
    return np.asarray(np.divide(apart, np.sqrt(variance), out=certain, where=variance > 0))


def superiority(levels_first: ArrayLike, levels_second: ArrayLike) -> Superiority:
    """P(X > Y) + P(X = Y) / 2 for a random answer X about the first drug and Y about the second.

    From the counts as they are, without a prior. It is the Mann-Whitney statistic U divided by the number of pairs of
    answers. Source: Vargha & Delaney, Journal of Educational and Behavioral Statistics 2000, the measure A.

    Args:
        levels_first: (..., LEVELS), how many answers about the first drug each level has.
        levels_second: (..., LEVELS), likewise about the second; the leading axes are broadcast.

    Returns:
        Arrays of the leading shape; not known where one of the two has no answers. Both ways round add up to 1.
    """
    first = np.asarray(levels_first, dtype=np.int64)
    second = np.asarray(levels_second, dtype=np.int64)
    # Twice the wins, so that half a win for a tie is a whole number; exact up to 10^9 answers on each side.
    won = np.asarray((first * (2 * np.cumsum(second, axis=-1) - second)).sum(axis=-1))
    compared = np.asarray(2 * first.sum(axis=-1) * second.sum(axis=-1))
    return _share(won, compared)


def overall_superiority(levels_first: ArrayLike, levels_second: ArrayLike, weights: ArrayLike) -> Superiority:
    """The chance that the first drug beats the second on a criterion drawn at random, ties counting half.

    There are no levels of an overall score that could be compared. So a criterion is drawn, with the weights as the
    chances, among the criteria on which both drugs have answers; then one answer about each drug on that criterion.
    This is the weighted mean of the criteria's superiorities, with the weights of those criteria made to sum to 1.

    Args:
        levels_first: (..., CRITERIA, LEVELS), how many answers about the first drug each criterion and level has.
        levels_second: (..., CRITERIA, LEVELS), likewise about the second; the leading axes are broadcast.
        weights: (CRITERIA,), as `scoring.composite.normalised_weights` gives them.

    Returns:
        Arrays of the leading shape; not known where both drugs have answers on no criterion of positive weight. Both
        ways round add up to 1.
    """
    of_criteria = superiority(levels_first, levels_second)
    counted = np.asarray(weights, dtype=np.float64) * of_criteria.known
    return _share((counted * of_criteria.value).sum(axis=-1), counted.sum(axis=-1))


def _share(won: NDArray[np.number], compared: NDArray[np.number]) -> Superiority:
    known = np.asarray(compared > 0)
    return Superiority(np.divide(won, compared, out=np.full(known.shape, UNKNOWN), where=known), known)
