"""Adding counts to the tables that hold them, by arithmetic of the database."""

from collections.abc import Iterator, Sequence

from tortoise.backends.base.client import BaseDBAsyncClient

from resolvers.counts.counted import Tally
from resolvers.counts.tables import CountTable
from resolvers.database import database, dialect_of
from resolvers.ratings.copying import copied
from resolvers.sql import Parameters

FEW_ROWS = 10
"""So many rows at most are written as one statement with all values bound: the five cells of a rating, or those of its
old and its new version. On PostgreSQL that takes 0.6 ms for five rows, where a COPY takes 3 ms; from about twenty rows
on the COPY is faster. Arrays with `unnest`, one for each column, are slower than one of the two for any number."""

ROWS_AT_ONCE = 1_000
"""Of many rows, so many are Python objects at a time: a hundred thousand of them, with a hundred numbers each, would
fill the memory, and the garbage collector would look through them over and over."""


async def add_counts(table: CountTable, tally: Tally) -> None:
    """Add the counts; to be called inside the transaction that writes what they count.

    The rows are taken in the order of their keys, so that two transactions that add to the same ones wait for each
    other and never block each other for good. A row that is not there yet is added.
    """
    if not len(tally):
        return
    connection = database()
    additions = ", ".join(f"{column} = {table.name}.{column} + excluded.{column}" for column in table.count_columns)
    conflict = f"ON CONFLICT ({', '.join(table.key_columns)}) DO UPDATE SET {additions}"
    columns = (*table.key_columns, *table.count_columns)
    names = ", ".join(columns)
    if len(tally) <= FEW_ROWS:
        parameters = Parameters()
        rows = ", ".join(f"({', '.join(map(parameters.bind, row))})" for row in _in_order(tally))
        await connection.execute_query(
            f"INSERT INTO {table.name} ({names}) VALUES {rows} {conflict}", parameters.values
        )
    elif dialect_of(connection) == "sqlite":
        places = ", ".join("?" for _ in columns)
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({places}) {conflict}"
        # Tortoise declares a list of lists; SQLite's driver takes the rows one by one.
        await connection.execute_many(statement, _in_order(tally))  # type: ignore[arg-type]
    else:
        await _copy(connection, table, columns, tally, conflict)


async def _copy(
    connection: BaseDBAsyncClient, table: CountTable, columns: Sequence[str], tally: Tally, conflict: str
) -> None:
    given = await copied(connection, table.name, columns, _in_order(tally))
    # The ids say in which order the rows were given; sorting by the keys once more would follow the database's
    # collation, and two writers have to agree on the order.
    names = ", ".join(("id", *columns))
    await connection.execute_query(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {given} ORDER BY id {conflict}"
    )


def _in_order(tally: Tally) -> Iterator[tuple[int | str, ...]]:
    """The rows of the tally, each with its key and its counts, in the order of the keys."""
    order = sorted(range(len(tally)), key=tally.keys.__getitem__)
    for start in range(0, len(order), ROWS_AT_ONCE):
        places = order[start : start + ROWS_AT_ONCE]
        for place, counts in zip(places, tally.counts[places].tolist(), strict=True):
            yield (*tally.keys[place], *counts)
