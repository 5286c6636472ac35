"""Reading drugs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from resolvers.disclosure import Disclosure
from resolvers.paging import Column, Order, Page, PageRequest, Source, each, new_conditions, read_page
from resolvers.reads.conditions import is_everybodys
from resolvers.reads.keyed import records_by_id, records_by_reference
from resolvers.references import Reference
from resolvers.sql import Parameters, containing, fetch_rows


class DrugRecord(NamedTuple):
    """A drug as stored: lists as JSON texts, `first_approved` as YYYY-MM-DD."""

    id: int
    slug: str
    name: str
    brand_names_text: str
    drug_class: str | None
    routes_text: str
    first_approved: str | None
    source: str

    @property
    def brand_names(self) -> list[str]:
        """Its US brand names."""
        names: list[str] = orjson.loads(self.brand_names_text)
        return names

    @property
    def routes(self) -> list[str]:
        """Its routes of administration."""
        routes: list[str] = orjson.loads(self.routes_text)
        return routes


@dataclass(frozen=True, slots=True)
class DrugFilter:
    """Which drugs; an empty field asks for nothing."""

    name_contains: str | None = None
    drug_class: str | None = None
    ids: tuple[int, ...] | None = None


COLUMNS = tuple(
    f"drug.{column}"
    for column in ("id", "slug", "name", "brand_names", "drug_class", "routes", "first_approved", "source")
)

BY_NAME = Order("drug.name", (Column("drug.slug", "text"),))
MOST_RATED = Order(
    "drug.most-rated",
    (
        Column("COALESCE(rated.rating_count, 0)", "integer", descending=True),
        Column("drug.id", "integer", descending=True),
    ),
)
NEWEST_APPROVAL = Order(
    "drug.newest-approval",
    (
        Column("COALESCE(drug.first_approved, '')", "text", descending=True),
        Column("drug.id", "integer", descending=True),
    ),
)


async def drugs_by_id(ids: Sequence[int]) -> list[DrugRecord | None]:
    """The drugs with these keys, in this order; None for a key that there is not."""
    return await records_by_id("drug", COLUMNS, ids, drug_record)


async def drugs_by_reference(references: Iterable[Reference]) -> dict[Reference, DrugRecord]:
    """The drugs that are named by primary keys or slugs, by these; those that there are not are absent."""
    return await records_by_reference("drug", COLUMNS, references, drug_record)


async def drugs_page(
    drug_filter: DrugFilter, order: Order, request: PageRequest, disclosure: Disclosure
) -> Page[DrugRecord]:
    """One page of the drugs that the filter lets through; the most rated by what the reader may know of it."""
    conditions = new_conditions()
    conditions.texts.extend(_filter_conditions(drug_filter, conditions.parameters))
    tables = f"drug {_ratings_of_drug(disclosure)}" if order is MOST_RATED else "drug"
    return await read_page(Source(tables, "drug.id", COLUMNS), order, request, conditions, each(drug_record))


async def count_drugs(drug_filter: DrugFilter) -> int:
    """How many drugs the filter lets through."""
    conditions = new_conditions()
    conditions.texts.extend(_filter_conditions(drug_filter, conditions.parameters))
    rows = await fetch_rows(f"SELECT COUNT(*) FROM drug WHERE {conditions.where()}", conditions.parameters)
    return int(rows[0][0])


def drug_record(row: Sequence[Any]) -> DrugRecord:
    """A record from a row of COLUMNS."""
    return DrugRecord._make(row)


def _ratings_of_drug(disclosure: Disclosure) -> str:
    return (
        f"LEFT JOIN (SELECT drug_id, SUM(rating_count) AS rating_count FROM {disclosure.table} AS cell "
        f"WHERE {is_everybodys('cell')} AND rating_count >= {disclosure.least_counted} GROUP BY drug_id) AS rated "
        "ON rated.drug_id = drug.id"
    )


def _filter_conditions(drug_filter: DrugFilter, parameters: Parameters) -> list[str]:
    texts = []
    if drug_filter.ids is not None:
        texts.append(parameters.member_of("drug.id", drug_filter.ids))
    if drug_filter.name_contains is not None:
        texts.append(containing("drug.name", drug_filter.name_contains, parameters))
    if drug_filter.drug_class is not None:
        texts.append(f"LOWER(drug.drug_class) = LOWER({parameters.bind(drug_filter.drug_class)})")
    return texts
