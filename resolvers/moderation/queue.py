"""What waits for a moderator, as a list that is read page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import orjson

from models.moderation import ORDINARY, URGENT
from resolvers.moderation.cases import CaseKind
from resolvers.paging import Column, Conditions, Order, Page, PageRequest, Source, each, new_conditions, read_page
from resolvers.reads.keyed import records_by_id
from resolvers.reads.ratings import BIGGEST_RATING_ID
from resolvers.sql import as_time, fetch_rows


class Urgency(Enum):
    """What comes first; the values are those of `models.moderation`."""

    URGENT = URGENT
    ORDINARY = ORDINARY


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Something that a moderator is to decide on, or has decided on if `closed_at` says when.

    A case is about a rating or, if it is a registration, about a physician; the other id is None. `aware_at` and
    `due_at` are those of a possible adverse event.
    """

    id: int
    kind: CaseKind
    rating_id: int | None
    physician_id: int | None
    urgency: Urgency
    findings: tuple[str, ...]
    opened_at: datetime
    aware_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


COLUMNS = tuple(
    f"moderation_case.{column}"
    for column in (
        "id",
        "kind",
        "rating_id",
        "physician_id",
        "urgency",
        "findings",
        "opened_at",
        "aware_at",
        "due_at",
        "closed_at",
    )
)

URGENT_THEN_OLDEST = Order(
    "case.urgent",
    (
        Column("moderation_case.urgency", "integer"),
        Column("moderation_case.opened_at", "time"),
        Column("moderation_case.id", "integer"),
    ),
)

CASES = Source("moderation_case", "moderation_case.id", COLUMNS)


async def queue_page(request: PageRequest, kinds: Collection[CaseKind] | None = None) -> Page[CaseRecord]:
    """One page of the open cases in the order `URGENT_THEN_OLDEST`, of all kinds or of some."""
    return await read_page(CASES, URGENT_THEN_OLDEST, request, _open(kinds), each(_record))


async def count_queue(kinds: Collection[CaseKind] | None = None) -> int:
    """How many cases are open, of all kinds or of some."""
    conditions = _open(kinds)
    rows = await fetch_rows(f"SELECT COUNT(*) FROM moderation_case WHERE {conditions.where()}", conditions.parameters)
    return int(rows[0][0])


async def cases_by_id(ids: Sequence[int]) -> list[CaseRecord | None]:
    """The cases with these keys, open or closed, in this order; None for a key that there is not."""
    return await records_by_id("moderation_case", COLUMNS, ids, _record, BIGGEST_RATING_ID)


def _open(kinds: Collection[CaseKind] | None) -> Conditions:
    conditions = new_conditions()
    conditions.texts.append("moderation_case.open_key IS NOT NULL")
    if kinds is not None:
        conditions.texts.append(
            conditions.parameters.member_of("moderation_case.kind", [kind.value for kind in kinds], "smallint")
        )
    return conditions


def _record(row: Sequence[Any]) -> CaseRecord:
    number, kind, rating_id, physician_id, urgency, findings, opened_at, aware_at, due_at, closed_at = row
    return CaseRecord(
        number,
        CaseKind(kind),
        rating_id,
        physician_id,
        Urgency(urgency),
        tuple(orjson.loads(findings)),
        as_time(opened_at),
        None if aware_at is None else as_time(aware_at),
        None if due_at is None else as_time(due_at),
        None if closed_at is None else as_time(closed_at),
    )
