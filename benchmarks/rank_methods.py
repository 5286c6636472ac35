"""Ways to rank intervals: from posteriors to the best and the worst rank of each drug."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.rank_scenarios import Sample
from scoring.comparison import standardised
from scoring.posterior import Posterior
from scoring.ranking import probabilities_better, rank

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Intervals = tuple[Integers, Integers]

ERROR = 0.05
"""How often an interval may miss, in the methods that can be told."""

DRAWS = 1000
"""How often a Monte Carlo method draws."""

SEED = 5


def in_use(estimates: Posterior) -> Intervals:
    ranking = rank(estimates.mean, estimates.variance)
    return ranking.rank_lower, ranking.rank_upper


def pairs(sure: float) -> Callable[[Posterior], Intervals]:
    """Each pair by itself."""

    def intervals(estimates: Posterior) -> Intervals:
        surely = probabilities_better(estimates.mean, estimates.variance) >= sure
        return 1 + surely.sum(axis=0), len(surely) - surely.sum(axis=1)

    return intervals


def monte_carlo(estimates: Posterior) -> Intervals:
    """The central 95 % of the ranks in draws from the posteriors."""
    drugs = len(estimates.mean)
    noise = np.random.default_rng(SEED).standard_normal((drugs, DRAWS))
    drawn = estimates.mean[:, None] + np.sqrt(estimates.variance)[:, None] * noise
    ranks = np.sort(drugs - drawn.argsort(axis=0).argsort(axis=0), axis=1)
    out = int(DRAWS * ERROR / 2)
    return ranks[:, out], ranks[:, DRAWS - 1 - out]


def bonferroni(estimates: Posterior) -> Intervals:
    """Each pair at an error divided by the number of competitors."""
    return pairs(1 - ERROR / 2 / (len(estimates.mean) - 1))(estimates)


def step_down(estimates: Posterior) -> Intervals:
    """Mogstad, Romano, Shaikh & Wilhelm (2024), for each drug by itself.

    The critical value is a quantile of the largest of the standardised errors of the differences that are still open;
    what exceeds it is settled, and the quantile taken again over the rest.
    """
    drugs = len(estimates.mean)
    variances = estimates.variance[:, None] + estimates.variance
    apart = standardised(estimates.mean[:, None] - estimates.mean, variances)
    noise = np.random.default_rng(SEED).standard_normal((drugs, DRAWS)) * np.sqrt(estimates.variance)[:, None]
    settled = np.zeros((drugs, drugs), dtype=bool)
    for drug in range(drugs):
        errors = np.abs(noise[drug] - noise) / np.sqrt(variances[drug])[:, None]
        still_open = np.arange(drugs) != drug
        while still_open.any():
            critical = np.quantile(errors[still_open].max(axis=0), 1 - ERROR)
            new = still_open & (np.abs(apart[drug]) > critical)
            if not new.any():
                break
            settled[drug] |= new
            still_open &= ~new
    return 1 + (settled & (apart < 0)).sum(axis=1), drugs - (settled & (apart > 0)).sum(axis=1)


def closed_tests(estimates: Posterior) -> Intervals:
    """The least number of better and of worse drugs by closed testing with Simes' tests (Goeman & Solari 2011)."""
    drugs = len(estimates.mean)
    above = probabilities_better(estimates.mean, estimates.variance)
    others = ~np.eye(drugs, dtype=bool)
    # That a competitor is not better has the p-value P(drug above competitor), and the other way round.
    better, worse = (_least_false(p_values[others].reshape(drugs, drugs - 1)) for p_values in (above, above.T))
    return 1 + better, drugs - worse


def _least_false(p_values: Floats) -> Integers:
    """By row: how many of the null hypotheses are false at least, with an error of ERROR / 2."""
    ordered = np.sort(p_values, axis=1)
    tests = ordered.shape[1]
    most_null = np.zeros(len(ordered), dtype=np.int64)
    for size in range(1, tests + 1):
        thresholds = np.arange(1, size + 1) * (ERROR / 2) / size
        most_null[(ordered[:, tests - size :] > thresholds).all(axis=1)] = size
    return tests - most_null


def joint(estimates: Posterior) -> Intervals:
    """Klein, Wright & Wieczorek (2020): simultaneous intervals of all means; ranks from those that do not overlap."""
    drugs = len(estimates.mean)
    half = -ndtri((1 - (1 - ERROR) ** (1 / drugs)) / 2) * np.sqrt(estimates.variance)
    below = (estimates.mean + half)[:, None] < estimates.mean - half
    return 1 + below.sum(axis=1), drugs - below.sum(axis=0)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to rank intervals; from the posteriors that are shrunk towards the prior, or not."""

    name: str
    intervals: Callable[[Posterior], Intervals]
    shrunk: bool = True

    def __call__(self, sample: Sample) -> Intervals:
        return self.intervals(sample.shrunk if self.shrunk else sample.unshrunk)


IN_USE = Method("**pairs at 95 %, in use**", in_use)

METHODS = (
    Method("Monte Carlo", monte_carlo),
    Method("Monte Carlo, unshrunk", monte_carlo, shrunk=False),
    Method("pairs at 90 %", pairs(0.95)),
    IN_USE,
    Method("pairs at 95 %, unshrunk", pairs(0.975), shrunk=False),
    Method("pairs at 98 %", pairs(0.99)),
    Method("closed tests (Goeman & Solari)", closed_tests),
    Method("step-down (Mogstad et al.)", step_down),
    Method("Bonferroni", bonferroni),
    Method("joint (Klein et al.)", joint),
)
