"""Scores worked out in plain Python, one answer at a time, from the formulas in docs/scoring.md.

It shares no line with the product, so that the two can only agree if both are right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import exp, sqrt
from statistics import NormalDist

from scipy.stats import beta

Levels = Sequence[int | None]
"""One rating: the six answers in the order of the criteria, None where there is none."""

Spread = tuple[float, float]
"""A mean and its variance."""

EQUAL = (1.0,) * 6
NORMAL = NormalDist()


@dataclass(frozen=True)
class Expectation:
    """What is expected of each criterion before anybody answers; as it stands, the built-in prior of version 0."""

    shares: tuple[Fraction, ...] = (Fraction(1, 5),) * 5
    strength: int = 5
    within: float = 0.5
    between: float = 0.5


UNIFORM = Expectation()


def answers_to(position: int, ratings: Sequence[Levels]) -> list[int]:
    """The answers to one criterion."""
    return [answer for levels in ratings if (answer := levels[position]) is not None]


def level_counts(answers: Sequence[int]) -> list[int]:
    """How often each level was answered."""
    return [list(answers).count(level) for level in (1, 2, 3, 4, 5)]


def exact_criterion(counts: Sequence[int], prior: Expectation = UNIFORM) -> tuple[Fraction, Fraction]:
    """Posterior mean and variance of a criterion."""
    shapes = [count + prior.strength * share for count, share in zip(counts, prior.shares, strict=True)]
    total = sum(shapes)
    mean = Fraction(sum(level * shape for level, shape in enumerate(shapes, start=1)) / total)
    square = sum(level**2 * shape for level, shape in enumerate(shapes, start=1)) / total
    return mean, Fraction((square - mean**2) / (total + 1))


def criterion(counts: Sequence[int], prior: Expectation = UNIFORM) -> Spread:
    """As `exact_criterion`, rounded to floating point."""
    mean, variance = exact_criterion(counts, prior)
    return float(mean), float(variance)


def overall(ratings: Sequence[Levels], weights: Sequence[float] = EQUAL, prior: Expectation = UNIFORM) -> Spread:
    """Posterior mean and variance of the weighted mean of the criteria."""
    shares = [weight / sum(weights) for weight in weights]
    found = [criterion(level_counts(answers_to(position, ratings)), prior) for position in range(6)]
    mean = sum(share * of_criterion for share, (of_criterion, _) in zip(shares, found, strict=True))
    variance = sum(share**2 * of_criterion for share, (_, of_criterion) in zip(shares, found, strict=True))
    for first, second in combinations(range(6), 2):
        together = _error_correlation(ratings, first, second, prior)
        both = sqrt(found[first][1] * found[second][1])
        variance += 2 * shares[first] * shares[second] * together * both
    return mean, variance


def _error_correlation(ratings: Sequence[Levels], first: int, second: int, prior: Expectation) -> float:
    joint = [(one, other) for levels in ratings if (one := levels[first]) and (other := levels[second])]
    of_first, of_second = answers_to(first, ratings), answers_to(second, ratings)
    scale = sqrt(_variance(of_first) * _variance(of_second))
    within = prior.within
    if scale and joint:
        mean_first = sum(one for one, _ in joint) / len(joint)
        mean_second = sum(other for _, other in joint) / len(joint)
        covariance = sum((one - mean_first) * (other - mean_second) for one, other in joint) / len(joint)
        own = max(-1.0, min(1.0, covariance / scale))
        known = len(joint) - 1
        within = (known * own + 50 * prior.within) / (known + 50)
    strength = prior.strength
    shared = prior.between * strength + within * len(joint)
    return shared / sqrt((strength + len(of_first)) * (strength + len(of_second)))


def _variance(answers: Sequence[int]) -> float:
    if not answers:
        return 0.0
    mean = sum(answers) / len(answers)
    return sum((answer - mean) ** 2 for answer in answers) / len(answers)


def normal_interval(score: Spread) -> tuple[float, float]:
    """The 95 % interval of scores from ten answers on."""
    mean, variance = score
    half = 1.96 * sqrt(variance)
    return max(1.0, mean - half), min(5.0, mean + half)


def beta_interval(score: Spread) -> tuple[float, float]:
    """The 95 % interval of overall scores of fewer than ten ratings."""
    mean, variance = score
    place = (mean - 1) / 4
    concentration = place * (1 - place) * 16 / variance - 1
    fitted = beta(place * concentration, (1 - place) * concentration)
    return 1 + 4 * float(fitted.ppf(0.025)), 1 + 4 * float(fitted.ppf(0.975))


def probability_better(first: Spread, second: Spread) -> float:
    """That the first true mean is above the second."""
    return NORMAL.cdf((first[0] - second[0]) / sqrt(first[1] + second[1]))


def p_scores(scores: Mapping[str, Spread]) -> dict[str, float]:
    """The mean probability of being better, over the competitors."""
    return {
        name: sum(probability_better(score, scores[other]) for other in scores if other != name) / (len(scores) - 1)
        for name, score in scores.items()
    }


def rank_limits(scores: Mapping[str, Spread]) -> dict[str, tuple[int, int]]:
    """Best and worst rank: after those that are surely better, before those that are surely worse."""
    limits = {}
    for name, score in scores.items():
        others = [scores[other] for other in scores if other != name]
        better = sum(probability_better(other, score) >= 0.975 for other in others)
        worse = sum(probability_better(score, other) >= 0.975 for other in others)
        limits[name] = (1 + better, len(scores) - worse)
    return limits


def probabilities_best(scores: Mapping[str, Spread]) -> dict[str, float]:
    """That a drug's true mean is the highest, by the trapezoidal rule on a fine grid from 0 to 6."""
    found = {}
    step = 0.002
    grid = [step * number for number in range(3001)]
    for name, (mean, variance) in scores.items():
        others = [NormalDist(other, sqrt(spread)) for key, (other, spread) in scores.items() if key != name]
        own = NormalDist(mean, sqrt(variance))
        total = 0.0
        for point in grid:
            density = own.pdf(point)
            for other in others:
                density *= other.cdf(point)
            total += density
        found[name] = total * step
    return found


def superiority(first: Sequence[int], second: Sequence[int]) -> float:
    """How often an answer about the first beats one about the second, ties counting half; from level counts."""
    won = sum(
        one * other * (1.0 if high > low else 0.5 if high == low else 0.0)
        for high, one in enumerate(first)
        for low, other in enumerate(second)
    )
    return won / (sum(first) * sum(second))


def ordinal_alpha(counts_by_drug: Sequence[Sequence[int]]) -> float:
    """Krippendorff's alpha for ordinal levels: 1 - observed / expected disagreement, over drugs of two answers on."""
    drugs = [counts for counts in counts_by_drug if sum(counts) > 1]
    totals = [sum(counts[level] for counts in drugs) for level in range(5)]
    answers = sum(totals)

    def distance(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        return (sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2) ** 2

    pairs = list(combinations(range(5), 2))
    observed = sum(
        counts[one] * counts[other] / (sum(counts) - 1) * distance(one, other)
        for counts in drugs
        for one, other in pairs
    )
    expected = sum(totals[one] * totals[other] / (answers - 1) * distance(one, other) for one, other in pairs)
    return 1 - observed / expected


def benjamini_hochberg(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Adjusted for looking at all of them: of the k-th smallest of m, the least m·p / k from there upwards."""
    adjusted, least = {}, 1.0
    for place, name in reversed(list(enumerate(sorted(probabilities, key=lambda key: probabilities[key]), start=1))):
        least = min(least, len(probabilities) * probabilities[name] / place)
        adjusted[name] = least
    return adjusted


def preference_probability(first: float, second: float) -> float:
    """Bradley and Terry: that who tells two drugs apart prefers the one with the first ability."""
    return 1 / (1 + exp(second - first))
