"""Reading indications and their hierarchy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from resolvers.disclosure import Disclosure
from resolvers.paging import (
    Column,
    Order,
    Page,
    PageRequest,
    Source,
    each,
    new_conditions,
    read_page,
    read_pages,
)
from resolvers.reads.conditions import is_known
from resolvers.reads.keyed import counts_by, records_by_id, records_by_reference
from resolvers.references import Reference
from resolvers.sql import Parameters, containing, fetch_rows


class IndicationRecord(NamedTuple):
    """An indication as stored."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class IndicationFilter:
    """Which indications; an empty field asks for nothing."""

    name_contains: str | None = None
    has_treatments: bool | None = None


COLUMNS = ("indication.id", "indication.slug", "indication.name")

BY_NAME = Order("indication.name", (Column("indication.slug", "text"),))

INDICATIONS = Source("indication", "indication.id", COLUMNS)
CHILDREN = Source(
    "indication JOIN indication_parent ON indication_parent.child_id = indication.id",
    "indication_parent.id",
    COLUMNS,
    parent_column="indication_parent.parent_id",
)


async def indications_by_id(ids: Sequence[int]) -> list[IndicationRecord | None]:
    """The indications with these keys, in this order; None for a key that there is not."""
    return await records_by_id("indication", COLUMNS, ids, _record)


async def indications_by_reference(references: Iterable[Reference]) -> dict[Reference, IndicationRecord]:
    """The indications that are named by primary keys or slugs, by these; those that there are not are absent."""
    return await records_by_reference("indication", COLUMNS, references, _record)


async def indications_page(
    indication_filter: IndicationFilter, request: PageRequest, disclosure: Disclosure
) -> Page[IndicationRecord]:
    """One page, by name, of the indications that the filter lets through."""
    conditions = new_conditions()
    conditions.texts.extend(_filter_conditions(indication_filter, conditions.parameters, disclosure))
    return await read_page(INDICATIONS, BY_NAME, request, conditions, each(_record))


async def count_indications(indication_filter: IndicationFilter, disclosure: Disclosure) -> int:
    """How many indications the filter lets through."""
    conditions = new_conditions()
    conditions.texts.extend(_filter_conditions(indication_filter, conditions.parameters, disclosure))
    rows = await fetch_rows(f"SELECT COUNT(*) FROM indication WHERE {conditions.where()}", conditions.parameters)
    return int(rows[0][0])


async def parents_by_child(ids: Sequence[int]) -> list[list[IndicationRecord]]:
    """The direct parents of each indication, by name."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT indication_parent.child_id, {', '.join(COLUMNS)} FROM indication_parent "
        "JOIN indication ON indication.id = indication_parent.parent_id "
        f"WHERE {parameters.member_of('indication_parent.child_id', ids)} "
        f"ORDER BY {BY_NAME.columns[0].expression(parameters.dialect)}",
        parameters,
    )
    parents: dict[int, list[IndicationRecord]] = {key: [] for key in ids}
    for child, *row in rows:
        parents[child].append(IndicationRecord(*row))
    return [parents[key] for key in ids]


async def children_pages(ids: Sequence[int], request: PageRequest) -> list[Page[IndicationRecord]]:
    """The same page, by name, of each indication's direct children."""
    return await read_pages(CHILDREN, BY_NAME, request, new_conditions(), each(_record), ids)


async def child_counts(ids: Sequence[int]) -> list[int]:
    """How many direct children each indication has."""
    return await counts_by("indication_parent", "parent_id", ids)


def _record(row: Sequence[Any]) -> IndicationRecord:
    return IndicationRecord._make(row)


def _filter_conditions(
    indication_filter: IndicationFilter, parameters: Parameters, disclosure: Disclosure
) -> list[str]:
    texts = []
    if indication_filter.name_contains is not None:
        texts.append(containing("indication.name", indication_filter.name_contains, parameters))
    if indication_filter.has_treatments is not None:
        has_treatments = (
            "EXISTS (SELECT 1 FROM treatment WHERE treatment.indication_id = indication.id "
            f"AND {is_known(disclosure, parameters)})"
        )
        texts.append(has_treatments if indication_filter.has_treatments else f"NOT {has_treatments}")
    return texts
