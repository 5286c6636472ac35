"""Writing what has happened into the feed; always inside the transaction that makes it happen.

Nothing waits for the rows that are inserted here, and inserting them waits for nothing. They come after all locks all
the same, so that each event tells what holds once the others, who were waited for, have finished.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import orjson

from models.feed import ADDED, FOLLOWS, GONE, RECOUNTED, RELEASED, REVISED, STANDING
from resolvers.database import database
from resolvers.feed.waking import OwnEvent, note_own
from resolvers.releases.pools import Treatment
from resolvers.sql import Parameters


class EventKind(Enum):
    """What has happened; the values are those of `models.feed`."""

    ADDED = ADDED
    REVISED = REVISED
    GONE = GONE
    RELEASED = RELEASED
    RECOUNTED = RECOUNTED
    FOLLOWS = FOLLOWS
    STANDING = STANDING


@dataclass(frozen=True, slots=True)
class GoneRating:
    """A rating that counts no longer; specialty and country of its physician are those that it had."""

    rating_id: int
    drug_id: int
    indication_id: int
    specialty_id: int
    country: str


COLUMN_TYPES = {
    "rating_id": "bigint",
    "drug_id": "int",
    "indication_id": "int",
    "specialty_id": "int",
    "country": "text",
    "is_first": "boolean",
}
"""PostgreSQL's types of the columns that many events get by one statement."""


async def note_event(kind: EventKind, rating_id: int, drug_id: int, indication_id: int, at: datetime) -> None:
    """Note what happened to a rating that is there, with the specialty and the country that it has now.

    A rating that is added must have been counted before. By then this transaction holds everybody's cell of the
    treatment, so of two first ratings at the same time only one is noted as the first.
    """
    parameters = Parameters()
    event, rating, drug, indication, time = (
        parameters.bind(value) for value in (kind.value, rating_id, drug_id, indication_id, at)
    )
    is_first = "FALSE"
    if kind is EventKind.ADDED:
        is_first = (
            f"NOT EXISTS (SELECT 1 FROM rating AS other WHERE other.drug_id = {drug}"
            f" AND other.indication_id = {indication} AND other.id <> {rating})"
        )
    await database().execute_query(
        "INSERT INTO feed_event (kind, rating_id, drug_id, indication_id, specialty_id, country, is_first, at)"
        f" SELECT {event}, {rating}, {drug}, {indication}, rating.specialty_id, rating.country, {is_first}, {time}"
        f" FROM (SELECT 1 AS event) AS noted LEFT JOIN rating ON rating.id = {rating}",
        parameters.values,
    )
    note_own([OwnEvent(kind, drug_id, indication_id)])


async def note_gone(ratings: Iterable[GoneRating], at: datetime) -> None:
    """Note that ratings have been withdrawn, excluded or erased; by one statement for all of them."""
    columns = GoneRating.__slots__
    rows = [[getattr(rating, column) for column in columns] for rating in ratings]
    await _note_many(EventKind.GONE, columns, rows, at)


async def note_released(released: Iterable[tuple[Treatment, bool]], at: datetime) -> None:
    """Note treatments whose released counts have changed, each with whether nothing of it was released before."""
    rows = [[drug_id, indication_id, is_first] for (drug_id, indication_id), is_first in released]
    await _note_many(EventKind.RELEASED, ("drug_id", "indication_id", "is_first"), rows, at)


async def note_recounted(drug_ids: Iterable[int] | None, at: datetime) -> None:
    """Note that scores of these drugs have changed by more than a rating; None: those of all drugs."""
    rows = [[None]] if drug_ids is None else [[drug_id] for drug_id in sorted(drug_ids)]
    await _note_many(EventKind.RECOUNTED, ("drug_id",), rows, at)


async def note_follows(account_id: int, at: datetime) -> None:
    """Note that an account follows something more or something less."""
    await _note_about(EventKind.FOLLOWS, "account_id", account_id, at)


async def note_standing(at: datetime, *, account_id: int | None = None, key_id: int | None = None) -> None:
    """Note that an account or a key may do more or less than before, or is gone.

    Raises:
        ValueError: neither was given.
    """
    if account_id is not None:
        await _note_about(EventKind.STANDING, "account_id", account_id, at)
    elif key_id is not None:
        await _note_about(EventKind.STANDING, "key_id", key_id, at)
    else:
        raise ValueError("Whose standing?")


async def _note_about(kind: EventKind, column: str, key: int, at: datetime) -> None:
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (kind.value, key, at)))
    await database().execute_query(f"INSERT INTO feed_event (kind, {column}, at) VALUES ({values})", parameters.values)


async def _note_many(kind: EventKind, columns: Sequence[str], rows: Sequence[Sequence[Any]], at: datetime) -> None:
    """Note events of one kind in this order, all of them as one parameter of one statement."""
    if not rows:
        return
    parameters = Parameters()
    events = [dict(zip(columns, row, strict=True)) for row in rows]
    given = parameters.bind(orjson.dumps(events).decode())
    event, time = parameters.bind(kind.value), parameters.bind(at)
    if parameters.dialect == "sqlite":
        values = ", ".join(f"value ->> '{column}'" for column in columns)
        source = f"json_each({given})"
    else:
        values = ", ".join(columns)
        typed = ", ".join(f"{column} {COLUMN_TYPES[column]}" for column in columns)
        source = f"json_to_recordset({given}::text::json) AS given({typed})"
    await database().execute_query(
        f"INSERT INTO feed_event (kind, {', '.join(columns)}, at) SELECT {event}, {values}, {time} FROM {source}",
        parameters.values,
    )
    note_own([OwnEvent(kind, one.get("drug_id"), one.get("indication_id")) for one in events])
