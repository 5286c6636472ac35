"""Reading ratings: single ones and lists of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal, NamedTuple

from models.ratings import CRITERIA
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
from resolvers.reads.conditions import is_everybodys
from resolvers.reads.keyed import records_by_id
from resolvers.reads.specialties import specialty_keys
from resolvers.references import Reference, existing_keys
from resolvers.sql import as_time, fetch_rows

BIGGEST_RATING_ID = 2**63 - 1


class RatingRecord(NamedTuple):
    """A rating as stored; a level is 1..5, or None where the criterion was not answered."""

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

CREATED_AT = COLUMNS.index("rating.created_at")

NEWEST = Order(
    "rating.newest",
    (
        Column("rating.created_at", "time", descending=True),
        Column("rating.id", "integer", descending=True),
    ),
)
OLDEST = Order("rating.oldest", (Column("rating.created_at", "time"), Column("rating.id", "integer")))

RATINGS = Source("rating", "rating.id", COLUMNS, ids_first=True)


async def ratings_by_id(ids: Sequence[int]) -> list[RatingRecord | None]:
    """The ratings with these keys, in this order; None for a key that there is not."""
    return await records_by_id("rating", COLUMNS, ids, rating_record, BIGGEST_RATING_ID)


async def ratings_page(rating_filter: RatingFilter, order: Order, request: PageRequest) -> Page[RatingRecord]:
    """One page of all ratings that the filter lets through."""
    source, parents = RATINGS, None
    if rating_filter.drugs is not None:
        parents = await existing_keys("drug", rating_filter.drugs)
        source, rating_filter = _below("drug"), replace(rating_filter, drugs=None)
    elif rating_filter.indications is not None:
        parents = await existing_keys("indication", rating_filter.indications)
        source, rating_filter = _below("indication"), replace(rating_filter, indications=None)
    page = await read_page(source, order, request, await _conditions(rating_filter), parents)
    return _records(page)


async def rating_pages(
    parent: Parent, ids: Sequence[int], rating_filter: RatingFilter, order: Order, request: PageRequest
) -> list[Page[RatingRecord]]:
    """The same page of the ratings of each drug, or of each indication."""
    pages = await read_pages(_below(parent), order, request, await _conditions(rating_filter), ids)
    return [_records(page) for page in pages]


def _below(parent: Parent) -> Source:
    return replace(RATINGS, parent_column=f"rating.{parent}_id")


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


_RECORD: Callable[[Sequence[Any]], RatingRecord] = partial(tuple.__new__, RatingRecord)
"""What `_make` does, but it does not count columns again for each row."""


def _records(page: Page[Sequence[Any]]) -> Page[RatingRecord]:
    """The page of rows of COLUMNS as one of records."""
    # PostgreSQL hands over times as they are meant.
    as_it_is = page.records and isinstance(page.records[0][CREATED_AT], datetime)
    return page.of(_RECORD if as_it_is else rating_record)


def rating_record(row: Sequence[Any]) -> RatingRecord:
    """A record from a row of COLUMNS."""
    record = RatingRecord._make(row)
    if isinstance(record.created_at, datetime):
        return record
    # SQLite hands over text.
    return record._replace(created_at=as_time(record.created_at), updated_at=as_time(record.updated_at))
