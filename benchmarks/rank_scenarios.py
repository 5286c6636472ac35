"""Drugs with known true means, and the ratings and posteriors that come of them.

True means become shares of the levels 1 to 5, shares become answers, and answers become posteriors.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from resolvers.simulation.answers import ANSWER_SPREAD, CUTS, RATING_SPREAD
from scoring.counts import CRITERIA, LEVEL_VALUES, LEVELS, PAIRS, CellCounts
from scoring.posterior import Posterior, posterior
from scoring.prior import UNIFORM, UNIFORM_STRENGTH
from scoring.prior_fitting import fit_prior

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TYPICAL_MEAN = 3.8
"""About the mean of answers in the simulated world."""

SPREAD = 0.25
"""The standard deviation of true means over drugs."""

TIGHT = 0.01
"""The same where drugs are alike: less than anybody could measure."""

GROUP_MEANS = (3.2, 3.8, 4.3)
"""Where groups of drugs lie, further apart than most drugs' intervals are wide."""

EVEN_RANGE = (3.3, 4.3)
"""Where evenly spaced means begin and end."""

HEAVY_SPREAD, HEAVY_FREEDOM = 0.15, 2.5
"""Of a t distribution: most drugs close together, a few far away."""

MEAN_LIMITS = (1.3, 4.9)
"""Where outlying means are cut off, to leave some variance between the levels."""

POPULARITY = 0.7
"""The correlation of the true mean with the logarithm of the number of ratings, where there is one."""

TYPICAL_COUNT, COUNT_SPREAD = 60, 1.6
"""Ratings of a drug are log-normal: the median, and the standard deviation of the logarithm."""

FEWEST, MOST = 5, 5000
"""Where numbers of ratings are cut off."""

UNSHRUNK_STRENGTH = 0.5
"""As good as no prior, but five equal answers still leave some variance."""


def normal(counts: Integers, chance: np.random.Generator) -> Floats:
    return TYPICAL_MEAN + SPREAD * chance.standard_normal(len(counts))


def even(counts: Integers, chance: np.random.Generator) -> Floats:
    return chance.permutation(np.linspace(*EVEN_RANGE, len(counts)))


def heavy_tailed(counts: Integers, chance: np.random.Generator) -> Floats:
    return np.clip(TYPICAL_MEAN + HEAVY_SPREAD * chance.standard_t(HEAVY_FREEDOM, len(counts)), *MEAN_LIMITS)


def tight_groups(counts: Integers, chance: np.random.Generator) -> Floats:
    return equal_groups(counts, chance) + TIGHT * chance.standard_normal(len(counts))


def all_alike(counts: Integers, chance: np.random.Generator) -> Floats:
    return TYPICAL_MEAN + TIGHT * chance.standard_normal(len(counts))


def alike_extremes_known(counts: Integers, chance: np.random.Generator) -> Floats:
    """All alike, but the truly first and last have the most ratings, and those in the middle the fewest."""
    ordered = np.sort(all_alike(counts, chance))
    from_the_middle = np.argsort(np.abs(np.arange(len(counts)) - (len(counts) - 1) / 2), kind="stable")
    means = np.empty(len(counts))
    means[np.argsort(counts, kind="stable")] = ordered[from_the_middle]
    return means


def popular_better(counts: Integers, chance: np.random.Generator) -> Floats:
    popularity = np.log(counts / TYPICAL_COUNT) / COUNT_SPREAD
    rest = np.sqrt(1 - POPULARITY**2) * chance.standard_normal(len(counts))
    return TYPICAL_MEAN + SPREAD * (POPULARITY * popularity + rest)


def few_ties(counts: Integers, chance: np.random.Generator) -> Floats:
    """Half of the drugs are pairs that are exactly equal."""
    means = normal(counts, chance)
    drugs = chance.permutation(len(means))[: len(means) // 4 * 2]
    means[drugs[::2]] = means[drugs[1::2]]
    return means


def equal_groups(counts: Integers, chance: np.random.Generator) -> Floats:
    return np.array(GROUP_MEANS)[chance.permutation(len(counts)) % len(GROUP_MEANS)]


def log_normal_counts(drugs: int, chance: np.random.Generator) -> Integers:
    drawn = TYPICAL_COUNT * np.exp(COUNT_SPREAD * chance.standard_normal(drugs))
    return np.clip(drawn, FEWEST, MOST).astype(np.int64)


def few_or_many(drugs: int, chance: np.random.Generator) -> Integers:
    return chance.permutation(np.where(np.arange(drugs) % 2, FEWEST, MOST))


@dataclass(frozen=True, slots=True)
class Scenario:
    """How true means and counts come about; `fitted` is whether the prior is fitted or that of version 0."""

    name: str
    true_means: Callable[[Integers, np.random.Generator], Floats]
    counts: Callable[[int, np.random.Generator], Integers] = log_normal_counts
    fitted: bool = True


SCENARIOS = (
    Scenario("normal", normal),
    Scenario("evenly spaced", even),
    Scenario("heavy tails", heavy_tailed),
    Scenario("three tight groups", tight_groups),
    Scenario("all alike", all_alike),
    Scenario("all alike, extremes rated most", alike_extremes_known),
    Scenario("popular drugs are better", popular_better),
    Scenario("half of the drugs in equal pairs", few_ties),
    Scenario("three groups of equal drugs", equal_groups),
    Scenario("5 or 5,000 ratings, normal", normal, few_or_many),
    Scenario("5 or 5,000 ratings, three tight groups", tight_groups, few_or_many),
    Scenario("prior of version 0, normal", normal, fitted=False),
    Scenario("prior of version 0, three tight groups", tight_groups, fitted=False),
    Scenario("prior of version 0, all alike", all_alike, fitted=False),
    Scenario("prior of version 0, all alike, extremes rated most", alike_extremes_known, fitted=False),
)


def level_shares(true_means: Floats) -> Floats:
    """(K, 5): answers are a normal impression, cut into levels, whose place gives the mean asked for."""
    places = np.linspace(-6, 6, 2401)
    below = ndtr((np.array(CUTS) - places[:, None]) / np.hypot(RATING_SPREAD, ANSWER_SPREAD))
    shares = np.diff(below, axis=1, prepend=0, append=1)
    at = np.interp(true_means, shares @ LEVEL_VALUES, places)
    found = np.stack([np.interp(at, places, share) for share in shares.T], axis=1)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def fitted_prior(counts: Integers, levels: Integers) -> tuple[Floats, float]:
    """Shares and strength as `scores refit-prior` fits them, to these drugs alone and one criterion alone."""
    drugs = len(counts)
    of_criteria = np.zeros((drugs, CRITERIA, LEVELS), dtype=np.int64)
    of_criteria[:, 0] = levels
    cells = CellCounts(counts, of_criteria, np.zeros((drugs, len(PAIRS), 4), dtype=np.int64))
    prior = fit_prior(np.zeros(drugs, dtype=np.int64), cells).prior_for(0)
    return prior.shares[0], float(prior.strengths[0])


@dataclass(frozen=True, slots=True)
class Sample:
    """The truth about K drugs, and what is known of it."""

    counts: Integers
    true_means: Floats
    shrunk: Posterior
    unshrunk: Posterior


def draw(scenario: Scenario, drugs: int, chance: np.random.Generator) -> Sample:
    """Draw true means and answers, and estimate."""
    counts = scenario.counts(drugs, chance)
    true_means = scenario.true_means(counts, chance)
    levels = chance.multinomial(counts, level_shares(true_means))
    uniform = UNIFORM.shares[0]
    shares, strength = fitted_prior(counts, levels) if scenario.fitted else (uniform, UNIFORM_STRENGTH)
    return Sample(
        counts, true_means, posterior(levels, shares, strength), posterior(levels, uniform, UNSHRUNK_STRENGTH)
    )
