"""Ratings and priors that a test writes for itself."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np

from models import Prior as StoredPrior
from resolvers.priors.stored import use_prior
from scoring.method import METHOD_VERSION
from scoring.prior import Prior, PriorVersion
from tests.gout import CRITERIA, GoutRating, add
from tests.reckoning import Expectation, Levels

SOME_TIME = datetime(2026, 5, 4, 12, tzinfo=UTC)


def written(
    physician: str,
    drug: str,
    levels: Levels,
    *,
    indication: str = "gout",
    specialty: str = "Rheumatology",
    country: str = "DE",
    years: int = 3,
    at: datetime = SOME_TIME,
) -> GoutRating:
    """One rating; the levels in the order of the criteria."""
    by_name = dict(zip(CRITERIA, levels, strict=True))
    return GoutRating(physician, specialty, country, years, drug, indication, by_name, None, at)


def levels_of(rating: GoutRating) -> list[int | None]:
    """The levels in the order of the criteria."""
    return [rating.levels[criterion] for criterion in CRITERIA]


def all_equal(physicians: Iterable[str], drug: str, level: int) -> Iterator[GoutRating]:
    """A rating of each physician that gives one level to all criteria."""
    return (written(physician, drug, [level] * len(CRITERIA)) for physician in physicians)


def on_one_criterion(drug: str, counts: Sequence[int], criterion: str = "efficacy") -> Iterator[GoutRating]:
    """As many ratings of each level as `counts` says, each by another physician, on one criterion alone."""
    position = CRITERIA.index(criterion)
    answers = [level for level, count in enumerate(counts, start=1) for _ in range(count)]
    for number, answer in enumerate(answers):
        levels: list[int | None] = [None] * len(CRITERIA)
        levels[position] = answer
        yield written(f"{drug}-{number}", drug, levels)


def prior_version(expectation: Expectation) -> PriorVersion:
    """A version of the priors that expects the same of every criterion and every indication."""
    correlations = []
    for correlation in (expectation.within, expectation.between):
        table = np.full((len(CRITERIA), len(CRITERIA)), correlation)
        np.fill_diagonal(table, 1.0)
        correlations.append(table)
    shares = np.array([[float(share) for share in expectation.shares]] * len(CRITERIA))
    return PriorVersion(Prior(shares, np.full(len(CRITERIA), float(expectation.strength)), *correlations))


async def store_prior(number: int, expectation: Expectation) -> None:
    """Store a version of the priors in the open database; it is not in use yet."""
    await StoredPrior.create(
        version=number,
        method_version=METHOD_VERSION,
        rating_count=0,
        created_at=SOME_TIME,
        content=prior_version(expectation).to_json().decode(),
    )


REFERENCE_PRIOR = Expectation(tuple(Fraction(share, 100) for share in (5, 10, 25, 35, 25)), strength=20)
"""The prior of the worked example in the reference values: its mean is 3.65."""

REFERENCE_COUNTS = {
    "colchicine": (0, 1, 4, 20, 25),
    "allopurinol": (40, 60, 150, 400, 350),
    "febuxostat": (0, 0, 0, 0, 3),
    "naproxen": (10, 20, 30, 25, 15),
}
"""The counts of the example's drugs A, B, C and D, from level 1 to level 5."""


async def add_reference() -> None:
    """Write the worked example, on efficacy, with its prior in use as version 1."""
    await store_prior(1, REFERENCE_PRIOR)
    await use_prior(1)
    await add(rating for drug, counts in REFERENCE_COUNTS.items() for rating in on_one_criterion(drug, counts))
