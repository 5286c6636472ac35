"""Lists whose items wrap objects that show records, and related objects that records may have at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import strawberry

from graph.planning import Asked, AtHand, Each, RecordsOfRows, Selecting, Selection, computed, read, related
from tests.executors.menagerie.weather import Weather

UNREAD = object()
"""Stands for what a loader was not told to read."""


def owner_name(number: int, weather: Weather) -> Any:
    """The name of an owner, who may have none."""
    return weather.held(f"Owner {number}", "owner's name", number)


@dataclass
class Record:
    """What is written of one animal.

    Attributes:
        owner: the owner's name, where `known` is true.
    """

    number: int
    title: Any
    weight: Any
    owner_number: int
    owner: Any
    known: Any
    weather: Weather

    @property
    def worth(self) -> int:
        """What can fail when it is read."""
        return self.weather.of(10 * self.number, "worth", self.number)


@strawberry.type
class Owner:
    number: int
    name: str
    greeting: str = computed(lambda name, number: f"{name}, {number}", of="name,number", description="Said to them.")
    cards: int = related(lambda context: context.loaders.cards, key="number", description="How many they have.")

    @strawberry.field
    def whole(self) -> str:
        return self.name


@strawberry.type
class Card:
    number: int = read("record.number", description="Which one.")
    title: str | None = read("record.title", description="May be anything.")
    weight: float | None = computed(
        lambda number, weight: number + weight, of="record.number,record.weight", description="Worked out."
    )
    worth: int | None = read("record.worth", description="May fail.")
    sure: int = read("record.worth", description="May fail and not be null.")
    record: strawberry.Private[Record]
    owner: Owner = related(
        lambda context: context.loaders.owner,
        key="record.owner_number",
        at_hand=AtHand(
            known="record.known",
            attributes={"number": "record.owner_number", "name": "record.owner"},
        ),
        description="At hand where the record knows the name.",
    )

    @strawberry.field
    def told(self) -> str:
        return f"{self.record.number} {self.record.title}"


@strawberry.type
class Entry:
    card: Card
    place: int


@dataclass
class Page:
    records: Any


class RecordsInRows(Sequence[Record]):
    """Records of which the first fields come as rows."""

    row_fields: ClassVar[tuple[str, ...]] = ("number", "title", "weight", "owner_number", "owner")
    rest_fields: ClassVar[tuple[str, ...]] = ("known", "weather")

    def __init__(self, rows: Sequence[Sequence[Any]], known: object, weather: Weather) -> None:
        self.rows = rows
        self.rest: tuple[Any, ...] = (known, weather)

    def made(self, row: Sequence[Any]) -> Record:
        return Record(*row, *self.rest)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.made(self.rows[place])


def _entries(rows: type[RecordsOfRows] | None = None) -> Any:
    return computed(
        lambda register: [
            Entry(card=register.shown_by(record=record), place=place)
            for place, record in enumerate(register.page.records)
        ],
        each=Each(records="page.records", shown_by="shown_by", field="card", record="record", rows=rows),
        description="What is in it.",
    )


@strawberry.type
class Register:
    entries: list[Entry] = _entries()
    page: strawberry.Private[Page]
    shown_by: strawberry.Private[Any]


@strawberry.type
class Ledger(Register):
    entries: list[Entry] = _entries(RecordsInRows)


def asked_of_register(size: int = 3) -> Asked:
    """A register of a few."""
    return Asked(size % 5)


def register_of(number: int, asked: Selecting[int], weather: Weather) -> Register:
    """A register with no more in its records than is read of them."""
    records = [_record(number * 10 + place, place % 2 == 0, asked.selected, weather) for place in range(asked.request)]
    # Something other than a list, and another class, are taken as they are.
    return Register(page=Page(tuple(records) if number % 7 == 6 else records), shown_by=_shown_by(number))


def ledger_of(number: int, asked: Selecting[int], weather: Weather) -> Ledger:
    """A ledger with no more in its rows than is read of them; it knows the owners of all or of none."""
    known = number % 2 == 0
    records = [_record(number * 10 + place, known, asked.selected, weather) for place in range(asked.request)]
    rows = [(one.number, one.title, one.weight, one.owner_number, one.owner) for one in records]
    in_rows = RecordsInRows(rows, records[0].known if records else None, weather)
    # Likewise.
    return Ledger(page=Page(records if number % 7 == 6 else in_rows), shown_by=_shown_by(number))


def _record(key: int, known: bool, selected: Selection, weather: Weather) -> Record:
    def read_of(path: str, value: object) -> Any:
        return value if selected.whole or path in selected.paths else UNREAD

    known = known and "record.known" in selected.paths
    return Record(
        number=read_of("record.number", key),
        title=read_of("record.title", weather.held(f"Animal {key}", "title", key)),
        weight=read_of("record.weight", weather.held(0.5, "weight", key)),
        owner_number=read_of("record.owner_number", key // 4),
        owner=owner_name(key // 4, weather) if known else UNREAD,
        known=True if known else None,
        weather=weather,
    )


def _shown_by(number: int) -> Any:
    return (lambda record: Card(record=record)) if number % 5 == 4 else Card
