"""Reading ratings: single ones and lists of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, ClassVar, Literal, NamedTuple, overload

from models.ratings import CRITERIA
from resolvers.connections.reading import Rows
from resolvers.database import Dialect
from resolvers.paging import (
    Column,
    Conditions,
    Order,
    Page,
    PageRequest,
    Source,
    new_conditions,
    read_page,
    read_pages,
)
from resolvers.pseudonyms import Pseudonyms
from resolvers.reads.conditions import is_everybodys
from resolvers.reads.keyed import records_by_id
from resolvers.reads.specialties import specialty_keys
from resolvers.references import Reference, existing_keys
from resolvers.sql import as_time, fetch_rows

BIGGEST_RATING_ID = 2**63 - 1


class RatingRecord(NamedTuple):
    """A rating as stored; a level is 1..5, or None where the criterion was not answered.

    Who rates is read with it only if somebody wants to know: then there are their pseudonyms for the reader. As in
    `PhysicianRecord` they are described by their most recent rating. Columns that nobody wants are None as well.
    """

    id: int
    drug_id: int
    indication_id: int
    physician_id: int
    efficacy: int | None
    safety: int | None
    tolerability: int | None
    accessibility: int | None
    adherence: int | None
    preference: int | None
    comment: str | None
    created_at: datetime
    updated_at: datetime
    rater_specialty: str | None = None
    rater_country: str | None = None
    rater_years_in_practice: int | None = None
    rater_verified: bool | None = None
    pseudonyms: Pseudonyms | None = None


@dataclass(frozen=True, slots=True)
class WantedOfRatings:
    """What is wanted of ratings beside keys and `created_at`, which always are.

    It is not told of each column by itself, since every choice is a statement of its own.

    Attributes:
        levels: of all criteria.
        comment: the physician's remark.
        updated_at: when it was last changed.
        pseudonyms: by which the reader knows who rates; None: nothing of who rates.
    """

    levels: bool = True
    comment: bool = True
    updated_at: bool = True
    pseudonyms: Pseudonyms | None = None


ALL_OF_RATINGS = WantedOfRatings()
"""All of the rating itself."""


@dataclass(frozen=True, slots=True)
class RatingFilter:
    """Which ratings: those that meet every field given. Specialty, country and years are as of the rating."""

    drugs: tuple[Reference, ...] | None = None
    indications: tuple[Reference, ...] | None = None
    specialties: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    years_in_practice: tuple[tuple[int, int], ...] | None = None
    with_comment: bool | None = None
    rated_from: datetime | None = None
    rated_before: datetime | None = None
    physician_id: int | None = None

    @property
    def only_treatments(self) -> bool:
        """Whether the cells can count what this lets through."""
        return not (
            self.specialties is not None
            or self.countries is not None
            or self.years_in_practice is not None
            or self.with_comment is not None
            or self.rated_from
            or self.rated_before
            or self.physician_id is not None
        )


Parent = Literal["drug", "indication"]
DRUG: Parent = "drug"
INDICATION: Parent = "indication"

COLUMNS = tuple(
    f"rating.{column}"
    for column in (
        "id",
        "drug_id",
        "indication_id",
        "physician_id",
        *CRITERIA,
        "comment",
        "created_at",
        "updated_at",
    )
)

RATER_COLUMNS = ("specialty.name", "physician.country", "physician.years_in_practice", "physician.verified")
ROW_FIELDS = RatingRecord._fields[: len(COLUMNS) + len(RATER_COLUMNS)]
"""What a row has of a record."""

UNREAD_RATER = tuple(f"NULL AS {field}" for field in ROW_FIELDS[len(COLUMNS) :])
"""So that all rows have the same columns."""

OF_RATER = "physician.id = rating.physician_id"
SPECIALTY_OF_RATER = "specialty.id = physician.specialty_id"
RATER_JOINED: dict[Dialect, str] = {
    "sqlite": f"JOIN physician ON {OF_RATER} JOIN specialty ON {SPECIALTY_OF_RATER}",
    # Of plain joins PostgreSQL may think that they take all physicians, or all specialties for each of them.
    "postgres": f"CROSS JOIN LATERAL (SELECT * FROM physician WHERE {OF_RATER} LIMIT 1) AS physician "
    f"CROSS JOIN LATERAL (SELECT name FROM specialty WHERE {SPECIALTY_OF_RATER} LIMIT 1) AS specialty",
}

CREATED_AT = COLUMNS.index("rating.created_at")

NEWEST = Order(
    "rating.newest",
    (
        Column("rating.created_at", "time", descending=True),
        Column("rating.id", "integer", descending=True),
    ),
)
OLDEST = Order("rating.oldest", (Column("rating.created_at", "time"), Column("rating.id", "integer")))

RATINGS = Source("rating", "rating.id", (*COLUMNS, *UNREAD_RATER), ids_first=True)


async def ratings_by_id(ids: Sequence[int]) -> list[RatingRecord | None]:
    """The ratings with these keys, in this order; None for a key that there is not."""
    return await records_by_id("rating", COLUMNS, ids, rating_record, BIGGEST_RATING_ID)


async def ratings_page(
    rating_filter: RatingFilter, order: Order, request: PageRequest, wanted: WantedOfRatings = ALL_OF_RATINGS
) -> Page[RatingRecord]:
    """One page of all ratings that the filter lets through."""
    parent, parents = None, None
    if rating_filter.drugs is not None:
        parents = await existing_keys("drug", rating_filter.drugs)
        parent, rating_filter = DRUG, replace(rating_filter, drugs=None)
    elif rating_filter.indications is not None:
        parents = await existing_keys("indication", rating_filter.indications)
        parent, rating_filter = INDICATION, replace(rating_filter, indications=None)
    conditions = await _conditions(rating_filter)
    source = _source(parent, _columns_of(wanted), conditions.parameters.dialect)
    of_rows = partial(rating_records, pseudonyms=wanted.pseudonyms)
    return await read_page(source, order, request, conditions, of_rows, parents)


async def rating_pages(
    parent: Parent,
    ids: Sequence[int],
    rating_filter: RatingFilter,
    order: Order,
    request: PageRequest,
    wanted: WantedOfRatings = ALL_OF_RATINGS,
) -> list[Page[RatingRecord]]:
    """The same page of the ratings of each drug, or of each indication."""
    conditions = await _conditions(rating_filter)
    source = _source(parent, _columns_of(wanted), conditions.parameters.dialect)
    of_rows = partial(rating_records, pseudonyms=wanted.pseudonyms)
    return await read_pages(source, order, request, conditions, of_rows, ids)


class _Columns(NamedTuple):
    """Which columns are read, whoever reads them."""

    levels: bool
    comment: bool
    updated_at: bool
    rater: bool


def _columns_of(wanted: WantedOfRatings) -> _Columns:
    return _Columns(wanted.levels, wanted.comment, wanted.updated_at, wanted.pseudonyms is not None)


@lru_cache(maxsize=64)
def _source(parent: Parent | None, read: _Columns, dialect: Dialect) -> Source:
    """Where ratings are read from, below a parent or not."""
    unread = {
        *(() if read.levels else CRITERIA),
        *(() if read.comment else ("comment",)),
        *(() if read.updated_at else ("updated_at",)),
    }
    columns = [
        f"NULL AS {field}" if field in unread else column
        for field, column in zip(RatingRecord._fields, COLUMNS, strict=False)
    ]
    return replace(
        RATINGS,
        columns=(*columns, *(RATER_COLUMNS if read.rater else UNREAD_RATER)),
        joined=RATER_JOINED[dialect] if read.rater else "",
        parent_column="" if parent is None else f"rating.{parent}_id",
    )


async def count_ratings(rating_filter: RatingFilter) -> int:
    """How many ratings the filter lets through, exactly."""
    conditions = await _conditions(rating_filter)
    counted = _counted(rating_filter)
    rows = await fetch_rows(
        f"SELECT {counted.expression} FROM {counted.table} AS rating WHERE {conditions.where()}{counted.extra}",
        conditions.parameters,
    )
    return int(rows[0][0])


async def rating_counts(parent: Parent, ids: Sequence[int], rating_filter: RatingFilter) -> list[int]:
    """How many ratings of each drug, or of each indication, the filter lets through, exactly."""
    conditions = await _conditions(rating_filter)
    column = f"rating.{parent}_id"
    conditions.texts.append(conditions.parameters.member_of(column, ids))
    counted = _counted(rating_filter)
    rows = await fetch_rows(
        f"SELECT {column}, {counted.expression} FROM {counted.table} AS rating "
        f"WHERE {conditions.where()}{counted.extra} GROUP BY {column}",
        conditions.parameters,
    )
    counts = {row[0]: int(row[1]) for row in rows}
    return [counts.get(key, 0) for key in ids]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What to count: rows of ratings, or, where that is enough, the counts that the cells keep."""

    table: str
    expression: str
    extra: str


def _counted(rating_filter: RatingFilter) -> _Counted:
    if rating_filter.only_treatments:
        return _Counted("cell", "COALESCE(SUM(rating.rating_count), 0)", f" AND {is_everybodys('rating')}")
    return _Counted("rating", "COUNT(*)", "")


async def _conditions(rating_filter: RatingFilter) -> Conditions:
    conditions = new_conditions()
    texts, parameters = conditions.texts, conditions.parameters
    if rating_filter.drugs is not None:
        texts.append(parameters.member_of("rating.drug_id", await existing_keys("drug", rating_filter.drugs)))
    if rating_filter.indications is not None:
        keys = await existing_keys("indication", rating_filter.indications)
        texts.append(parameters.member_of("rating.indication_id", keys))
    if rating_filter.specialties is not None:
        keys = await specialty_keys(rating_filter.specialties)
        texts.append(parameters.member_of("rating.specialty_id", keys))
    if rating_filter.countries is not None:
        texts.append(parameters.member_of("rating.country", rating_filter.countries, "text"))
    if rating_filter.years_in_practice is not None:
        spans = [
            f"rating.years_in_practice BETWEEN {parameters.bind(first)} AND {parameters.bind(last)}"
            for first, last in rating_filter.years_in_practice
        ]
        texts.append(f"({' OR '.join(spans) or '1 = 0'})")
    if rating_filter.with_comment is not None:
        texts.append(f"rating.comment IS {'NOT ' if rating_filter.with_comment else ''}NULL")
    if rating_filter.rated_from is not None:
        texts.append(f"rating.created_at >= {parameters.bind(rating_filter.rated_from)}")
    if rating_filter.physician_id is not None:
        texts.append(f"rating.physician_id = {parameters.bind(rating_filter.physician_id)}")
    if rating_filter.rated_before is not None:
        texts.append(f"rating.created_at < {parameters.bind(rating_filter.rated_before)}")
    return conditions


class RatingRecords(Sequence[RatingRecord]):
    """Ratings of a page: rows of `COLUMNS` and `RATER_COLUMNS`, from which a record is made when somebody takes it."""

    row_fields: ClassVar[tuple[str, ...]] = ROW_FIELDS
    rest_fields: ClassVar[tuple[str, ...]] = RatingRecord._fields[len(ROW_FIELDS) :]

    def __init__(self, rows: Sequence[Sequence[Any]], pseudonyms: Pseudonyms | None = None) -> None:
        self.rows = rows
        self.rest: tuple[Any, ...] = (pseudonyms,)

    def made(self, row: Sequence[Any]) -> RatingRecord:
        """The record of a row."""
        return RatingRecord._make((*row, *self.rest))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RatingRecord]:
        return map(self.made, self.rows)

    @overload
    def __getitem__(self, place: int) -> RatingRecord: ...

    @overload
    def __getitem__(self, place: slice) -> list[RatingRecord]: ...

    def __getitem__(self, place: int | slice) -> RatingRecord | list[RatingRecord]:
        found = self.rows[place]
        return list(map(self.made, found)) if isinstance(place, slice) else self.made(found)


def rating_records(rows: Rows, pseudonyms: Pseudonyms | None = None) -> RatingRecords:
    """The ratings in rows of `RATINGS`; with pseudonyms they have those of who rates, too."""
    # PostgreSQL hands over everything as it is meant.
    as_it_is = not rows or isinstance(rows[0][CREATED_AT], datetime)
    return RatingRecords(rows if as_it_is else list(map(_as_meant, rows)), pseudonyms)


def _as_meant(row: Sequence[Any]) -> Sequence[Any]:
    """A row from SQLite, which hands over times as texts, and truth values as numbers."""
    *others, created_at, updated_at, specialty, country, years, verified = row
    return (
        *others,
        as_time(created_at),
        None if updated_at is None else as_time(updated_at),
        specialty,
        country,
        years,
        None if verified is None else bool(verified),
    )


def rating_record(row: Sequence[Any]) -> RatingRecord:
    """A record from a row of `COLUMNS`, without who rates."""
    *others, created_at, updated_at = row
    values = (*others, as_time(created_at), as_time(updated_at))
    return RatingRecord(*values)
