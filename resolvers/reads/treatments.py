"""Reading treatments: which drug is used for which indication."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from resolvers.disclosure import Disclosure
from resolvers.paging import Column, Order, Page, PageRequest, Source, each, new_conditions, read_pages
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.reads.conditions import is_everybodys, is_known
from resolvers.references import BIGGEST_ID
from resolvers.sql import Parameters, as_time, fetch_rows


class TreatmentRecord(NamedTuple):
    """One drug used for one indication, and where the catalogue has that from."""

    id: int
    drug_id: int
    indication_id: int
    source: str


Parent = Literal["drug", "indication"]

COLUMNS = ("treatment.id", "treatment.drug_id", "treatment.indication_id", "treatment.source")

BY_NAME = {
    "drug": Order("treatment.indication-name", (Column("indication.slug", "text"),)),
    "indication": Order("treatment.drug-name", (Column("drug.slug", "text"),)),
}
"""By the name of the other side of the treatment, for each kind of parent."""

MOST_RATED = Order(
    "treatment.most-rated",
    (
        Column("COALESCE(cell.rating_count, 0)", "integer", descending=True),
        Column("treatment.id", "integer", descending=True),
    ),
)


async def treatments_by_id(ids: Sequence[int], disclosure: Disclosure) -> list[TreatmentRecord | None]:
    """The treatments with these keys, in this order; None for a key that there is not as far as the reader may know."""
    parameters = Parameters()
    asked = parameters.member_of("treatment.id", [key for key in ids if 0 < key <= BIGGEST_ID])
    rows = await fetch_rows(
        f"SELECT {', '.join(COLUMNS)} FROM treatment WHERE {asked} AND {is_known(disclosure, parameters)}", parameters
    )
    found = {row[0]: _record(row) for row in rows}
    return [found.get(key) for key in ids]


async def treatment_pages(
    parent: Parent, ids: Sequence[int], order: Order, request: PageRequest, disclosure: Disclosure
) -> list[Page[TreatmentRecord]]:
    """The same page of the treatments of each drug, or of each indication, as the reader may know of them."""
    other = "indication" if parent == "drug" else "drug"
    joined = (
        _everybodys_cell(disclosure) if order is MOST_RATED else f"JOIN {other} ON {other}.id = treatment.{other}_id"
    )
    source = Source(f"treatment {joined}", "treatment.id", COLUMNS, f"treatment.{parent}_id")
    conditions = new_conditions()
    conditions.texts.append(is_known(disclosure, conditions.parameters))
    return await read_pages(source, order, request, conditions, each(_record), ids)


async def treatment_counts(parent: Parent, ids: Sequence[int], disclosure: Disclosure) -> list[int]:
    """How many treatments each drug, or each indication, has as far as the reader may know."""
    parameters = Parameters()
    column = f"treatment.{parent}_id"
    rows = await fetch_rows(
        f"SELECT {column}, COUNT(*) FROM treatment WHERE {parameters.member_of(column, ids)} "
        f"AND {is_known(disclosure, parameters)} GROUP BY {column}",
        parameters,
    )
    counts: dict[int, int] = {row[0]: row[1] for row in rows}
    return [counts.get(key, 0) for key in ids]


async def first_rated_times(pairs: Sequence[tuple[int, int]]) -> list[datetime | None]:
    """When each pair of drug and indication got its first rating; None without one."""
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT given.first, given.second, (SELECT MIN(rating.created_at) FROM rating "
        "WHERE rating.drug_id = given.first AND rating.indication_id = given.second) "
        f"FROM {parameters.table_of_pairs(pairs)}",
        parameters,
    )
    found = {(row[0], row[1]): as_time(row[2]) for row in rows if row[2] is not None}
    return [found.get(pair) for pair in pairs]


def _everybodys_cell(disclosure: Disclosure) -> str:
    return (
        f"LEFT JOIN {disclosure.table} AS cell "
        "ON cell.drug_id = treatment.drug_id AND cell.indication_id = treatment.indication_id "
        f"AND {is_everybodys('cell')} AND cell.rating_count >= {disclosure.least_counted}"
    )


async def off_label(pairs: Sequence[tuple[int, int]]) -> list[bool]:
    """Whether each pair of drug and indication is known from physicians' ratings alone."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT given.first, given.second FROM {parameters.table_of_pairs(pairs)} JOIN treatment"
        " ON treatment.drug_id = given.first AND treatment.indication_id = given.second"
        f" WHERE treatment.source <> {parameters.bind(TREATMENT_SOURCE)}",
        parameters,
    )
    known = {(row[0], row[1]) for row in rows}
    return [pair not in known for pair in pairs]


def _record(row: Sequence[Any]) -> TreatmentRecord:
    return TreatmentRecord._make(row)
