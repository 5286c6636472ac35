"""Retired ratings as moderators and their authors see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.ratings import CRITERIA
from resolvers.ratings.retiring import Retirement
from resolvers.reads.ratings import BIGGEST_RATING_ID, RatingRecord
from resolvers.sql import Parameters, as_time, fetch_rows


@dataclass(frozen=True, slots=True)
class RetiredRecord:
    """A rating as it was when it was retired, with the id that it had; who retired it, why and when."""

    rating: RatingRecord
    state: Retirement
    reason: str | None
    retired_at: datetime


COLUMNS = (
    "rating_id",
    "drug_id",
    "indication_id",
    "physician_id",
    *CRITERIA,
    "comment",
    "created_at",
    "updated_at",
    "state",
    "reason",
    "retired_at",
)


async def retired_ratings(rating_ids: Sequence[int]) -> list[RetiredRecord | None]:
    """The retired ratings with these ids, in this order; None for an id that no retired rating has."""
    parameters = Parameters()
    chosen = parameters.member_of(
        "rating_id", [rating_id for rating_id in rating_ids if 0 < rating_id <= BIGGEST_RATING_ID], "bigint"
    )
    rows = await fetch_rows(f"SELECT {', '.join(COLUMNS)} FROM retired_rating WHERE {chosen}", parameters)
    found = {row[0]: _record(row) for row in rows}
    return [found.get(rating_id) for rating_id in rating_ids]


async def physician_of_rating(rating_id: int) -> int | None:
    """Whose rating it is, whether it counts or is retired; None if there is none."""
    if not 0 < rating_id <= BIGGEST_RATING_ID:
        return None
    parameters = Parameters()
    key = parameters.bind(rating_id)
    rows = await fetch_rows(
        f"SELECT physician_id FROM rating WHERE id = {key} UNION ALL"
        f" SELECT physician_id FROM retired_rating WHERE rating_id = {key}",
        parameters,
    )
    return rows[0][0] if rows else None


def _record(row: Sequence[Any]) -> RetiredRecord:
    *others, created_at, updated_at, state, reason, retired_at = row
    values = (*others, as_time(created_at), as_time(updated_at))
    return RetiredRecord(RatingRecord(*values), Retirement(state), reason, as_time(retired_at))
