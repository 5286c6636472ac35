"""What the table of events has, beside what has reached a subscriber."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from benchmarks.feed_crash_readers import Delivery, Wish
from graph.feed.cursors import FeedCursors
from graph.global_ids import global_id
from models.feed import ADDED, GONE, REVISED
from resolvers.database import DatabaseUrl, open_database
from resolvers.pseudonyms import read_pseudonym_key
from resolvers.sql import fetch_rows

TYPE_NAMES = {ADDED: "RatingAdded", REVISED: "RatingRevised", GONE: "RatingWithdrawn"}
"""Of the events about single ratings."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the table."""

    position: int
    kind: int
    rating_id: int
    drug_id: int
    specialty_id: int | None
    country: str | None
    first: bool

    def is_wanted(self, wish: Wish) -> bool:
        """Whether it meets all conditions."""
        return (
            (wish.drug_ids is None or self.drug_id in wish.drug_ids)
            and (wish.specialty_ids is None or self.specialty_id in wish.specialty_ids)
            and (wish.countries is None or self.country in wish.countries)
            and (not wish.first_only or self.first)
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """The events about single ratings, in the order of their positions."""

    rows: Sequence[Event]
    cursors: FeedCursors

    def wanted(self, wish: Wish, start: str | None) -> list[Event]:
        """What a subscriber should have got that began behind this cursor."""
        after = self.cursors.position(start) if start else 0
        return [row for row in self.rows if row.position > after and row.is_wanted(wish)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many events there should be, and how many there are too few, too many, or not as they should be."""

    expected: int
    lost: int
    repeated: int
    out_of_order: int
    unwanted: int
    wrong: int

    def __add__(self, other: "Comparison") -> "Comparison":
        return Comparison(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not any((self.lost, self.repeated, self.out_of_order, self.unwanted, self.wrong))


async def read_feed(url: str) -> Feed:
    """The whole table; all events have positions by now."""
    async with open_database(DatabaseUrl.parse(url)):
        rows = await fetch_rows(
            "SELECT position, kind, rating_id, drug_id, specialty_id, country, is_first FROM feed_event"
            f" WHERE kind IN ({', '.join(map(str, TYPE_NAMES))}) ORDER BY position"
        )
        # SQLite has the last column as a number.
        return Feed([Event(*row) for row in rows], FeedCursors(await read_pseudonym_key()))


def compare(expected: Sequence[Event], deliveries: Sequence[Delivery], feed: Feed) -> Comparison:
    """Compare what a subscriber should have got with what it got."""
    positions = [feed.cursors.position(delivery.cursor) for delivery in deliveries]
    should = {event.position: event for event in expected}
    return Comparison(
        expected=len(expected),
        lost=len(should.keys() - positions),
        repeated=len(positions) - len(set(positions)),
        out_of_order=sum(later < earlier for earlier, later in pairwise(positions)),
        unwanted=len(set(positions) - should.keys()),
        wrong=sum(
            not _tells(delivery, should[position])
            for position, delivery in zip(positions, deliveries, strict=True)
            if position in should
        ),
    )


def _tells(delivery: Delivery, event: Event) -> bool:
    """Whether what arrived is this event."""
    return delivery.type_name == TYPE_NAMES[event.kind] and delivery.rating_id in (
        None,
        global_id("Rating", event.rating_id),
    )
