"""Made-up worlds in which the true mean of every drug is known, to see what scores make of ratings from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv
from scipy.stats import norm

from resolvers.simulation.answers import ANSWER_SPREAD, CUTS, RATING_SPREAD, draw_omissions
from resolvers.simulation.quality import (
    CRITERION_BASES,
    DRUG_CRITERION_SPREAD,
    DRUG_SPREAD,
    SPECIALTY_SPREAD,
    TREATMENT_CRITERION_SPREAD,
    TREATMENT_SPREAD,
)
from scoring.counts import CRITERIA, LEVEL_VALUES, LEVELS, CellCounts, rating_counts
from scoring.grouping import sums_by_group

Floats = NDArray[np.float64]

SHARED_BY_DRUG = DRUG_SPREAD**2 + TREATMENT_SPREAD**2
OF_DRUG = SHARED_BY_DRUG + DRUG_CRITERION_SPREAD**2 + TREATMENT_CRITERION_SPREAD**2
SHARED_BY_RATING = RATING_SPREAD**2
OF_ANSWER = SHARED_BY_RATING + ANSWER_SPREAD**2 + SPECIALTY_SPREAD**2
"""Variances of the simulation: of drugs and of answers about one, and of each what its criteria have in common."""

INDICATION_VARIANCE = 0.25**2
"""What indications differ by, on the same scale; the simulation has no such difference, which would be too easy."""


@dataclass(frozen=True, slots=True)
class World:
    """Drugs of several indications, with what is true about them.

    Attributes:
        indications: (D,), of each drug.
        means: (D, CRITERIA), the true mean of all answers there could be.
        cumulated: (D, CRITERIA, LEVELS - 1), the true shares of answers up to each level but the last.
        halo: how the answers of one rating correlate, on a normal scale.
    """

    indications: NDArray[np.int64]
    means: Floats
    cumulated: Floats
    halo: float

    def rate(self, ratings: NDArray[np.int64], chance: np.random.Generator) -> CellCounts:
        """The counts of the drugs when each gets so many ratings, with answers left out as in the simulation."""
        drugs = np.repeat(np.arange(len(ratings)), ratings)
        places = norm.cdf(_correlated(len(drugs), 1, self.halo, chance))[:, :, 0]
        levels = 1 + (places[:, :, None] > self.cumulated[drugs]).sum(axis=2)
        levels[draw_omissions(len(drugs), chance)] = 0
        return CellCounts.of(sums_by_group(rating_counts(levels), drugs, len(ratings)))


MakeWorld = Callable[[int, int, np.random.Generator], World]
"""Makes a world from the number of drugs, the number of indications and chance."""


def latent_normal(between: float, halo: float) -> MakeWorld:
    """Impressions are normal and turn into levels at fixed cuts, as in `peerscore simulate`.

    Args:
        between: how the true impressions of a drug's criteria correlate.
        halo: how the impressions of one rating about one drug do.
    """

    def make(drugs: int, indications: int, chance: np.random.Generator) -> World:
        of = chance.integers(0, indications, drugs)
        common = np.sqrt(INDICATION_VARIANCE) * chance.standard_normal((indications, 1))
        centres = np.array(list(CRITERION_BASES.values())) + common
        impressions = centres[of] + np.sqrt(OF_DRUG) * _correlated(drugs, 1, between, chance)[:, :, 0]
        cumulated = norm.cdf((np.array(CUTS) - impressions[:, :, None]) / np.sqrt(OF_ANSWER))
        return World(of, LEVELS - cumulated.sum(axis=2), cumulated, halo)

    return make


def dirichlet(between: float, halo: float, shares: Sequence[float] = (0.05, 0.10, 0.25, 0.35, 0.25)) -> MakeWorld:
    """A drug's shares of levels are Dirichlet distributed, about shares and with a strength of its indication.

    Args:
        between: how the gamma variables behind the shares of a drug's criteria correlate, on a normal scale.
        halo: how the answers of one rating correlate, on a normal scale.
        shares: about which the indications' shares lie.
    """

    def make(drugs: int, indications: int, chance: np.random.Generator) -> World:
        of = chance.integers(0, indications, drugs)
        of_indication = chance.dirichlet(40 * np.array(shares), size=(indications, CRITERIA))
        strengths = chance.uniform(4, 12, size=(indications, CRITERIA, 1))
        gammas = gammaincinv((strengths * of_indication)[of], norm.cdf(_correlated(drugs, LEVELS, between, chance)))
        true_shares = gammas / gammas.sum(axis=2, keepdims=True)
        return World(of, true_shares @ LEVEL_VALUES, true_shares.cumsum(axis=2)[:, :, :-1], halo)

    return make


def _correlated(count: int, depth: int, correlation: float, chance: np.random.Generator) -> Floats:
    """Standard normal numbers, (count, CRITERIA, depth), of which those of two criteria correlate."""
    common = np.sqrt(correlation) * chance.standard_normal((count, 1, depth))
    numbers: Floats = common + np.sqrt(1 - correlation) * chance.standard_normal((count, CRITERIA, depth))
    return numbers


WORLDS: dict[str, MakeWorld] = {
    "normal, as simulated": latent_normal(SHARED_BY_DRUG / OF_DRUG, SHARED_BY_RATING / OF_ANSWER),
    "normal, strongly correlated": latent_normal(0.91, 0.98),
    "Dirichlet, moderately correlated": dirichlet(0.4, 0.4),
    "Dirichlet, strongly correlated": dirichlet(0.97, 0.985),
}
"""Strongly: so that both the drugs' true means and the answers of one rating correlate by about 0.9 on the scale of
the levels."""
