"""Reading the feed, from any position on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.errors import PeerscoreError
from resolvers.feed.writing import EventKind
from resolvers.sql import Parameters, as_time, fetch_rows

PAGE = 500
"""Events that are read at once."""


class EventsPruned(PeerscoreError):
    """Some of the events have been deleted, up to the position `pruned`; reading on after it misses no others."""

    def __init__(self, pruned: int) -> None:
        self.pruned = pruned
        super().__init__(f"The events up to position {pruned} of the feed are not kept any more.")


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that has happened. What it is not about is None; see `models.feed`.

    Attributes:
        position: its place in the order of commits; positions have no gaps.
        kind: what has happened.
        rating_id: of a rating, which may be gone by now.
        drug_id: of the drug.
        indication_id: of the indication.
        specialty_id: of the rating's physician.
        country: of the rating's physician, ISO 3166-1 alpha-2.
        first: whether it is about the first rating, or the first release, of the drug for the indication.
        account_id: whose follows or standing have changed.
        key_id: the API key whose standing has changed.
        at: when it happened, by the clock of the process that made it happen: later positions may have earlier times.
    """

    position: int
    kind: EventKind
    rating_id: int | None
    drug_id: int | None
    indication_id: int | None
    specialty_id: int | None
    country: str | None
    first: bool
    account_id: int | None
    key_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the feed goes.

    Attributes:
        last: the last position that has been given; 0 if none has.
        pruned: the last position whose event has been deleted; 0 if none has.
        last_released: the position of the last event about released ratings, or `pruned` if there is none.
    """

    last: int
    pruned: int
    last_released: int


_COLUMNS = "position, kind, rating_id, drug_id, indication_id, specialty_id, country, is_first, account_id, key_id, at"


async def feed_bounds() -> Bounds:
    """How far the feed goes now."""
    # The kind is written into the text so that an index of this kind alone can be used.
    [(last, pruned, released)] = await fetch_rows(
        "SELECT last_position, pruned_position, (SELECT position FROM feed_event"
        f" WHERE kind = {EventKind.RELEASED.value} AND position IS NOT NULL ORDER BY position DESC LIMIT 1)"
        " FROM feed_state WHERE id = 1"
    )
    return Bounds(last, pruned, pruned if released is None else released)


async def read_events(
    after: int,
    upto: int | None = None,
    *,
    kinds: Collection[EventKind] | None = None,
    drug_ids: Collection[int] | None = None,
    limit: int = PAGE,
) -> list[EventRecord]:
    """The events after a position, in the order of positions.

    Args:
        after: the position after which to begin.
        upto: the last position to be read; None: as far as the feed goes.
        kinds: only these, at least one.
        drug_ids: only those about one of these drugs; what is about no single drug is left out then.
        limit: how many at most. Fewer have been found only where there are no more.

    Raises:
        EventsPruned: an event after `after` has been deleted, whether it would have been found or not.
    """
    parameters = Parameters()
    conditions = [f"position > {parameters.bind(after)}"]
    if upto is not None:
        conditions.append(f"position <= {parameters.bind(upto)}")
    if kinds is not None:
        conditions.append(f"kind IN ({', '.join(str(value) for value in sorted(kind.value for kind in kinds))})")
    if drug_ids is not None:
        conditions.append(parameters.member_of("drug_id", drug_ids))
    # One statement sees one state of the database: a deletion meanwhile is either not seen at all or noticed.
    rows = await fetch_rows(
        f"SELECT feed_state.pruned_position, event.* FROM feed_state LEFT JOIN (SELECT {_COLUMNS} FROM feed_event"
        f" WHERE {' AND '.join(conditions)} ORDER BY position LIMIT {parameters.bind(limit)}) AS event ON TRUE"
        " WHERE feed_state.id = 1 ORDER BY event.position",
        parameters,
    )
    pruned = rows[0][0]
    if after < pruned:
        raise EventsPruned(pruned)
    return [_record(row) for row in rows if row[1] is not None]


def _record(row: Sequence[Any]) -> EventRecord:
    _, position, kind, rating_id, drug_id, indication_id, specialty_id, country, first, account_id, key_id, at = row
    return EventRecord(
        position,
        EventKind(kind),
        rating_id,
        drug_id,
        indication_id,
        specialty_id,
        country,
        bool(first),
        account_id,
        key_id,
        as_time(at),
    )
