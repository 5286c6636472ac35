"""Whether a drug's recent ratings differ from earlier ones.

The two periods must be estimated with `prior_of_periods`, not with the prior of the indication. The latter pulls the
period with fewer ratings further towards the average drug, so that a very good drug seems to get worse and a very bad
one better while nothing has changed.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.comparison import Difference, difference, standardised
from scoring.prior import Prior

PERIOD_STRENGTH = 5.0
"""How many answers the expectation that a period is like the other counts for. With 5, at most 5 % of drugs that do not
change are taken for changed before any correction, from 3 recent ratings on; with 2 up to 7 %, and 20 would hide
real changes. The table is in docs/scoring.md."""

DIFFERS_BELOW = 0.05
"""Periods differ when the adjusted probability is at most this: of the drugs then named, about 5 % would be wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Recent minus before; arrays of one shape.

    Attributes:
        difference: of the scores, in levels.
        probability: of a difference this far from 0 in either direction if nothing has changed, 0 to 1; 1 where not
            known. For many drugs at once to be adjusted by `benjamini_hochberg`.
        known: whether both periods have ratings. Where it is False, nothing else here is to be shown.
    """

    difference: Difference
    probability: NDArray[np.float64]
    known: NDArray[np.bool_]


def prior_of_periods(levels: NDArray[np.int64], prior: Prior) -> Prior:
    """What is believed about a drug's periods: that they are like its record in both of them together.

    With it the periods are shrunk towards each other, however good or bad the drug is. Few ratings then make the
    difference smaller and its interval no narrower than it should be, so thin periods are seldom taken for a change.

    Args:
        levels: (..., CRITERIA, LEVELS), the drug's answers in the two periods together. Older answers do not belong
            here: periods with unequal numbers of ratings would be pulled unequally far towards the older record.
        prior: of the drug's indication.

    Returns:
        A prior with the leading shape of `levels`: its shares are what `prior` and `levels` lead to expect, its
        strength is `PERIOD_STRENGTH`.
    """
    weights = levels + prior.strengths[..., None] * prior.shares
    total = weights.sum(axis=-1, keepdims=True)
    return replace(prior, shares=weights / total, strengths=np.full(weights.shape[:-1], PERIOD_STRENGTH))


def change(
    recent_mean: ArrayLike,
    recent_variance: ArrayLike,
    recent_count: ArrayLike,
    before_mean: ArrayLike,
    before_variance: ArrayLike,
    before_count: ArrayLike,
) -> Change:
    """How far recent scores are from earlier ones.

    Args:
        recent_mean: posterior means of the recent period, 1 to 5, under `prior_of_periods`; any shape.
        recent_variance: their variances, not negative.
        recent_count: how many ratings or answers they come from.
        before_mean: as `recent_mean`, of the period before; all arguments are broadcast.
        before_variance: their variances.
        before_count: how many ratings or answers they come from.

    Returns:
        The difference with its interval, and 2·Φ(-|difference| / √(sum of the variances)).
    """
    apart = difference(recent_mean, recent_variance, before_mean, before_variance)
    variance = np.add(recent_variance, before_variance, dtype=np.float64)
    known = (np.asarray(recent_count) > 0) & (np.asarray(before_count) > 0)
    probability = 2 * ndtr(-np.abs(standardised(apart.value, variance)))
    return Change(apart, np.where(known, probability, 1.0), np.broadcast_to(known, probability.shape))


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Probabilities adjusted for looking at many drugs at once.

    Naming all that are at most q keeps the expected share of wrongly named ones at or below q. Source: Benjamini &
    Hochberg, Journal of the Royal Statistical Society B 1995;57:289-300. Written here because the function of
    scipy.stats, with which tests compare it bit for bit, would bring tens of megabytes into every server.

    Args:
        p_values: (m,), of the drugs that are known; each 0 to 1. Those that are not known do not count as looked at.

    Returns:
        (m,): of the k-th smallest p, the least of m·p / k and of the adjusted probabilities above it; at most 1.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given)
    scaled = given[order] * (len(given) / np.arange(1, len(given) + 1))
    adjusted = np.empty_like(given)
    # From the largest down.
    adjusted[order[::-1]] = np.minimum.accumulate(scaled[::-1])
    return np.minimum(adjusted, 1.0)
