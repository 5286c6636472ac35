"""Simulated physicians, drawn in blocks that do not depend on each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resolvers.simulation.countries import COUNTRY_WEIGHTS

BLOCK_SIZE = 64
"""Physicians in a block. Each block has random numbers of its own, so a small simulation begins a larger one."""

MOST_RATINGS = 300
"""No physician gives more ratings than this."""

# Ratings per physician are log-normal: a median of 8, a mean of about 15.
RATINGS_LOG_MEDIAN = 2.12
RATINGS_LOG_SPREAD = 1.1

MOST_YEARS = 45
YEARS_SHAPE = (1.5, 2.0)
"""Of the beta distribution of years in practice: most in mid-career, few after 40 years."""

LENIENCY_SPREAD = 0.39
"""Standard deviation of how kindly physicians answer, on the scale of `answers.CUTS`."""

LATEST_START = 0.85
"""Physicians begin to rate evenly over this first part of the period, so the volume grows as they come."""


@dataclass(frozen=True, slots=True)
class Block:
    """Physicians side by side, one entry in each array for one physician.

    `specialties` and `countries` are numbers in the catalogue's specialties and in COUNTRY_WEIGHTS. `years` are
    years in practice at the end of the period, `starts` the moment of the first possible rating as a part of it.
    """

    first_number: int
    specialties: NDArray[np.int64]
    countries: NDArray[np.int64]
    years: NDArray[np.int64]
    leniency: NDArray[np.float64]
    talkativeness: NDArray[np.float64]
    starts: NDArray[np.float64]
    rating_counts: NDArray[np.int64]


def block_chance(seed: int, block: int) -> np.random.Generator:
    """The random numbers of one block."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block,))))


def draw_block(block: int, specialty_weights: NDArray[np.float64], chance: np.random.Generator) -> Block:
    """The physicians of one block (counted from 0). They are numbered from 1, block after block."""
    years = (MOST_YEARS + 1) * chance.beta(*YEARS_SHAPE, BLOCK_SIZE)
    counts = np.exp(RATINGS_LOG_MEDIAN + RATINGS_LOG_SPREAD * chance.standard_normal(BLOCK_SIZE))
    return Block(
        first_number=block * BLOCK_SIZE + 1,
        specialties=_weighted(specialty_weights, chance),
        countries=_weighted(np.array(list(COUNTRY_WEIGHTS.values())), chance),
        years=np.minimum(years.astype(np.int64), MOST_YEARS),
        leniency=LENIENCY_SPREAD * chance.standard_normal(BLOCK_SIZE),
        talkativeness=chance.standard_normal(BLOCK_SIZE),
        starts=LATEST_START * chance.random(BLOCK_SIZE),
        rating_counts=np.clip(counts.astype(np.int64) + 1, 1, MOST_RATINGS),
    )


def _weighted(weights: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.int64]:
    cumulated = np.cumsum(weights)
    found = np.searchsorted(cumulated / cumulated[-1], chance.random(BLOCK_SIZE), side="right")
    return found.astype(np.int64)
