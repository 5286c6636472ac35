"""Reports of ratings as moderators see them: without who reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from resolvers.reads.ratings import BIGGEST_RATING_ID
from resolvers.sql import Parameters, as_time, fetch_rows

REPORTS_SHOWN = 50
"""How many reports of one rating are read; who has not decided after these reads the rating, not the next report."""


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """Why somebody thinks that a rating should be looked at."""

    reason: str
    note: str | None
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Reports:
    """How often a rating was reported, and the newest of the reports, newest first."""

    total: int
    newest: tuple[ReportRecord, ...]


async def reports(rating_ids: Sequence[int]) -> list[Reports]:
    """The reports of these ratings, in this order: at most `REPORTS_SHOWN` of each."""
    parameters = Parameters()
    chosen = parameters.member_of(
        "rating_id", [rating_id for rating_id in rating_ids if 0 < rating_id <= BIGGEST_RATING_ID], "bigint"
    )
    rows = await fetch_rows(
        "SELECT rating_id, reason, note, reported_at, total FROM ("
        "SELECT rating_id, reason, note, reported_at, COUNT(*) OVER (PARTITION BY rating_id) AS total,"
        " ROW_NUMBER() OVER (PARTITION BY rating_id ORDER BY reported_at DESC, id DESC) AS position"
        f" FROM rating_report WHERE {chosen}) AS numbered "
        f"WHERE position <= {parameters.bind(REPORTS_SHOWN)} ORDER BY rating_id, position",
        parameters,
    )
    totals: dict[int, int] = {}
    newest: dict[int, list[ReportRecord]] = {}
    for rating_id, reason, note, reported_at, total in rows:
        totals[rating_id] = total
        newest.setdefault(rating_id, []).append(ReportRecord(reason, note, as_time(reported_at)))
    return [Reports(totals.get(rating_id, 0), tuple(newest.get(rating_id, ()))) for rating_id in rating_ids]
