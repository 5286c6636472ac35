"""The ranks of drugs, and how sure they are."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from scoring.comparison import probability_better

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SURE = 0.975
"""From this probability on a drug counts as better than another one. Then the 95 % interval of the pair's difference
leaves out 0, and 95 % of the rank intervals hold the true rank even among drugs that are alike: see
`rank_intervals`."""

REACH = 6.0
"""How many standard deviations either side of its mean a drug is followed; a normal distribution has 2e-9 beyond."""

POINTS = 1024
"""At how many points the drugs that may be best are compared, taken together; `probabilities_best` is then exact to
the third decimal, which is more than anybody reads."""

FEWEST_POINTS = 13
"""One for each standard deviation within REACH, however many drugs share the points."""

NEGLIGIBLE = 1e-9
"""Standard deviations are at least this, in units of the highest mean or 1: certainty without a division by zero."""

DEEPEST = 35.0
"""Beyond so many standard deviations nothing changes any more: a probability is then about e to the power -617."""


class Group(StrEnum):
    """Where a drug stands among those ranked with it, as far as its rank interval tells."""

    BETTER_THAN_MOST = "BETTER_THAN_MOST"
    MIDDLE = "MIDDLE"
    WORSE_THAN_MOST = "WORSE_THAN_MOST"


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The ranking of K drugs; all but `order` are in the order of the input.

    Attributes:
        rank: (K,), 1 to K, 1 for the best.
        rank_lower: (K,), the best rank that the rank interval holds.
        rank_upper: (K,), the worst one; rank_lower <= rank <= rank_upper.
        p_score: (K,), 0 to 1: the probability of being better than a competitor, on average over the competitors.
        probability_best: (K,), the probability of having the highest true mean of all; adds up to 1.
        group: what the rank interval says about the half of the ranking that the drug belongs to.
        order: (K,), the positions in the input, from the best drug to the worst.
    """

    rank: Integers
    rank_lower: Integers
    rank_upper: Integers
    p_score: Floats
    probability_best: Floats
    group: tuple[Group, ...]
    order: Integers


def rank(means: Floats, variances: Floats) -> Ranking:
    """Rank drugs by their P-scores (Rücker & Schwarzer 2015), the best first.

    Equal P-scores are ordered by the means, and equal means as they come. The only drug has P-score 1/2.

    Args:
        means: (K,), the posterior means; higher is better.
        variances: (K,), the posterior variances, 0 or more. Drugs are taken as independent, posteriors as normal.

    Returns:
        The ranking; an empty one of no drugs.
    """
    drugs = len(means)
    better = probabilities_better(means, variances)
    p_score = (better.sum(axis=1) - 0.5) / (drugs - 1) if drugs > 1 else np.full(drugs, 0.5)
    order = np.lexsort((-means, -p_score))
    ranks = np.empty(drugs, dtype=np.int64)
    ranks[order] = np.arange(1, drugs + 1)
    lower, upper = rank_intervals(better)
    # P-scores look at all competitors and can put a drug above one that is surely better than it.
    lower, upper = np.minimum(lower, ranks), np.maximum(upper, ranks)
    return Ranking(ranks, lower, upper, p_score, probabilities_best(means, variances), groups(lower, upper), order)


def probabilities_better(means: Floats, variances: Floats) -> Floats:
    """For each pair of drugs the probability that the true mean of the first is above that of the second.

    Args:
        means: (K,), the posterior means.
        variances: (K,), the posterior variances, 0 or more.

    Returns:
        (K, K), the first drug by row and the second by column; 1/2 on the diagonal, and P + transposed P = 1.
    """
    return probability_better(means[:, None], variances[:, None], means, variances)


def rank_intervals(better: Floats) -> tuple[Integers, Integers]:
    """The best and the worst rank of each drug that its ratings leave possible.

    A drug comes after those that are better than it with a probability of at least `SURE`, and before those that are
    worse with that probability. Every other competitor may be on either side.

    These are the confidence sets for ranks of Mogstad, Romano, Shaikh and Wilhelm (2024), but with the critical value
    of a single pair. It gives 95 % on average over the drugs, not for each, because an interval fails only if more
    drugs are taken for better, or for worse, than truly are. That is hardest to avoid in a group of m drugs so alike
    that their true order has nothing to do with the estimates and the counts. There a drug with b drugs wrongly taken
    for better and w for worse misses its rank with probability (b + w) / m; on average that is 5 % · (m - 1) / m, as
    5 % of the pairs are told apart. benchmarks/rank_coverage.py compares methods; see
    docs/decisions/0010-rank-intervals.md.

    Args:
        better: (K, K), as `probabilities_better` gives them.

    Returns:
        The lower limits (best ranks) and the upper limits (worst ranks), (K,) each.
    """
    surely = better >= SURE
    return 1 + surely.sum(axis=0), len(better) - surely.sum(axis=1)


def probabilities_best(means: Floats, variances: Floats) -> Floats:
    """The probability of each drug that its true mean is the highest of all.

    ∫ f_i Π_{j≠i} F_j, with densities f and distribution functions F. With G = Π F_j, the distribution function of the
    highest mean, it is ∫ G d(log F_i). From each point to the next, the increase of G is divided among the drugs in
    proportion to the increase of log F_i. So the probabilities add up to 1, and drugs that are alike share evenly.

    Args:
        means: (K,), the posterior means.
        variances: (K,), the posterior variances, 0 or more.

    Returns:
        (K,), with an error below 0.001. A drug that is out of reach of the leading one has exactly 0.
    """
    best = np.zeros(len(means))
    if not len(means):
        return best
    deviations = np.maximum(np.sqrt(variances), NEGLIGIBLE * max(1.0, np.abs(means).max()))
    floor = (means - REACH * deviations).max()
    contenders = np.flatnonzero(means + REACH * deviations >= floor)
    mean, deviation = means[contenders, None], deviations[contenders, None]
    steps = np.linspace(-REACH, REACH, max(FEWEST_POINTS, POINTS // len(contenders)))
    points = np.unique(mean + deviation * steps)
    points = points[points >= floor]
    log_each = log_ndtr(np.clip((points - mean) / deviation, -DEEPEST, DEEPEST))
    log_all = log_each.sum(axis=0)
    increase = np.diff(np.exp(log_all))
    log_increase = np.diff(log_all)
    weights = np.divide(increase, log_increase, out=np.zeros_like(increase), where=log_increase > 0)
    best[contenders] = np.diff(log_each, axis=1) @ weights
    return np.asarray(best / best.sum())


def groups(rank_lower: Integers, rank_upper: Integers) -> tuple[Group, ...]:
    """The group of each drug, in the manner of GRADE's categories of treatments (BMJ 2020;371:m3900).

    A drug at rank r of K is better than K - r of its K - 1 competitors, which is more than half of them if
    r < (K + 1) / 2. So it is better than most if every rank of its interval is before the middle rank (K + 1) / 2,
    worse than most if every rank comes after it, and in the middle if that is open.

    Args:
        rank_lower: (K,), the best rank in each interval.
        rank_upper: (K,), the worst rank in each interval.
    """
    middle = (len(rank_lower) + 1) / 2
    return tuple(
        Group.BETTER_THAN_MOST if worst < middle else Group.WORSE_THAN_MOST if best > middle else Group.MIDDLE
        for best, worst in zip(rank_lower.tolist(), rank_upper.tolist(), strict=True)
    )
