"""Reading the ratings that a head-to-head needs: what physicians have rated for the same indication already."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.ratings import CRITERIA
from resolvers.counts.counted import CountedRatings
from resolvers.sql import Parameters, fetch_rows

COUNTED_COLUMNS = (
    "physician_id",
    "drug_id",
    "indication_id",
    "specialty_id",
    "country",
    "years_in_practice",
    "updated_at",
    *CRITERIA,
)
"""What counts of a rating, in the order that `counted_ratings` takes."""

FIRST_LEVEL = len(COUNTED_COLUMNS) - len(CRITERIA)


def counted_ratings(rows: Sequence[Sequence[Any]]) -> CountedRatings:
    """Rows with `COUNTED_COLUMNS` as arrays."""
    physicians, drugs, indications, specialties, countries, years, times, *levels = (
        zip(*rows, strict=True) if rows else ((),) * len(COUNTED_COLUMNS)
    )
    return CountedRatings.of(
        physicians,
        drugs,
        indications,
        specialties,
        countries,
        years,
        [month_of(time) for time in times],
        list(zip(*levels, strict=True)),
    )


def month_of(time: datetime | str) -> str:
    """The month of a time in UTC, such as 2026-01; SQLite's text of a time begins with it."""
    return time[:7] if isinstance(time, str) else f"{time.year:04}-{time.month:02}"


async def ratings_of(keys: Sequence[tuple[int, int]]) -> CountedRatings:
    """All ratings that these physicians have given for these indications; keys are (physician, indication)."""
    if not keys:
        return counted_ratings([])
    parameters = Parameters()
    columns = ", ".join(f"rating.{column}" for column in COUNTED_COLUMNS)
    given = parameters.table_of_pairs(dict.fromkeys(keys))
    return counted_ratings(
        await fetch_rows(
            f"SELECT {columns} FROM {given} JOIN rating"
            " ON rating.physician_id = given.first AND rating.indication_id = given.second",
            parameters,
        )
    )
