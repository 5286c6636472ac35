"""Reading for many keys at once, with the answers in the order of the keys."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from resolvers.references import BIGGEST_ID, Kind, Reference, naming
from resolvers.sql import Parameters, fetch_rows

Record = TypeVar("Record")


async def records_by_id(
    table: str,
    columns: Sequence[str],
    ids: Sequence[int],
    make: Callable[[Sequence[Any]], Record],
    biggest: int = BIGGEST_ID,
) -> list[Record | None]:
    """What `make` makes of the row with each primary key; None for a key that there is not.

    Args:
        table: the table, which has a column `id`.
        columns: what to select, the primary key first.
        ids: the primary keys; any integers, also such as the column cannot hold.
        make: makes a record of a row of these columns.
        biggest: the greatest primary key that the column can hold.
    """
    parameters = Parameters()
    sql_type = "int" if biggest == BIGGEST_ID else "bigint"
    condition = parameters.member_of(f"{table}.id", [key for key in ids if 0 < key <= biggest], sql_type)
    rows = await fetch_rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {condition}", parameters)
    found = {row[0]: make(row) for row in rows}
    return [found.get(key) for key in ids]


async def records_by_reference(
    kind: Kind,
    columns: Sequence[str],
    references: Iterable[Reference],
    make: Callable[[Sequence[Any]], Record],
) -> dict[Reference, Record]:
    """What `make` makes of the rows that are named by primary keys or slugs, by both; what there is not is absent.

    Args:
        kind: the table.
        columns: what to select, the primary key and the slug first.
        references: the names.
        make: makes a record of a row of these columns.
    """
    named = naming(kind, references)
    if named is None:
        return {}
    condition, parameters = named
    found: dict[Reference, Record] = {}
    for row in await fetch_rows(f"SELECT {', '.join(columns)} FROM {kind} WHERE {condition}", parameters):
        found[row[0]] = found[row[1]] = make(row)
    return found


async def counts_by(table: str, column: str, ids: Sequence[int]) -> list[int]:
    """How many rows of the table have each of the ids in the column."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT {column}, COUNT(*) FROM {table} WHERE {parameters.member_of(column, ids)} GROUP BY {column}",
        parameters,
    )
    counts: dict[int, int] = {row[0]: row[1] for row in rows}
    return [counts.get(key, 0) for key in ids]
