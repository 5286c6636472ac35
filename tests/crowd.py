"""Ratings by just as many physicians as the thresholds ask for, or by one more or fewer, and what is released of them.

The first 24 physicians, p1 to p24, differ so that segments have thresholds as well: p1 to p10 are rheumatologists,
p1 to p11 work in Germany, p1 to p4 have practised for 3 years and p5 to p9 for 10.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from models.cells import COUNT_COLUMNS
from resolvers.database import database
from tests.gout import GoutRating, add
from tests.reckoning import Levels
from tests.written import SOME_TIME, written

LONG_AGO = datetime(2025, 10, 4, 12, tzinfo=UTC)
A_MONTH_AGO = datetime(2026, 4, 4, 12, tzinfo=UTC)
TODAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
"""90 days before it is 19 February, so that the recent period begins with March."""

FOR_GOUT = {"naproxen": (4, 5), "febuxostat": (5, 4), "colchicine": (10, 3), "allopurinol": (11, 5)}
"""How many physicians rate each drug for gout, and which level they give to all criteria."""

IBUPROFEN = (12, 12, 4, 5, 10, 11)
"""How many of twelve physicians answer each criterion of ibuprofen for gout; all of them with a 2."""

CELL_KEY = "drug_id, indication_id, segment_kind, segment_value"


def rating(number: int, drug: str, levels: Levels, indication: str = "gout", at: datetime = SOME_TIME) -> GoutRating:
    """The rating of one of the physicians."""
    return written(
        f"p{number}",
        drug,
        levels,
        indication=indication,
        specialty="Rheumatology" if number <= 10 else "Nephrology",
        country="DE" if number <= 11 else "US",
        years=3 if number <= 4 else 10 if number <= 9 else 20,
        at=at,
    )


def alike(
    numbers: Sequence[int], drug: str, level: int, indication: str, at: datetime = SOME_TIME
) -> Iterator[GoutRating]:
    """Ratings of several physicians that give one level to all criteria."""
    return (rating(number, drug, [level] * 6, indication, at) for number in numbers)


def crowd() -> Iterator[GoutRating]:
    """All ratings."""
    for drug, (physicians, level) in FOR_GOUT.items():
        yield from alike(range(1, physicians + 1), drug, level, "gout")
    for number in range(1, 13):
        yield rating(number, "ibuprofen", [2 if number <= answering else None for answering in IBUPROFEN])
    yield from alike(range(1, 13), "prednisone", 2, "hypertension")
    yield from alike(range(1, 11), "prednisone", 5, "bronchial-asthma")
    # Eight ratings each: by four physicians, and by five.
    for drug, others in (("metoprolol", range(1, 5)), ("valsartan", range(2, 6))):
        yield from alike(range(1, 5), drug, 4, "hypertension")
        yield from alike(others, drug, 4, "bronchial-asthma")
    # All answer about safety for one indication, and three for the other.
    yield from alike(range(1, 13), "lisinopril", 4, "hypertension")
    for number in range(1, 12):
        yield rating(number, "lisinopril", [4, 1 if number <= 3 else None, 4, 4, 4, 4], "bronchial-asthma")
    yield from alike(range(1, 13), "losartan", 2, "chronic-heart-failure")
    yield from alike(range(13, 23), "losartan", 5, "chronic-heart-failure", LONG_AGO)
    yield from alike(range(1, 7), "amlodipine", 4, "chronic-heart-failure")
    yield from alike(range(7, 13), "amlodipine", 4, "chronic-heart-failure", A_MONTH_AGO)


async def add_crowd() -> None:
    """Write all ratings, and release them."""
    await add(crowd())
    await release_all()


async def release_all() -> None:
    """Let the released counts be those of all ratings, also where they are too few to be shown."""
    columns = ", ".join((CELL_KEY, *COUNT_COLUMNS))
    await database().execute_query("DELETE FROM released_cell")
    await database().execute_query(f"INSERT INTO released_cell ({columns}) SELECT {columns} FROM cell")
