"""Handing many rows to PostgreSQL at once."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

_numbers = count(1)


async def copied(
    connection: BaseDBAsyncClient, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> str:
    """Put rows into a new table that lasts until the transaction ends.

    COPY is how PostgreSQL takes many rows fastest, but it cannot pass over those that are there already; a
    statement that reads this table can.

    Args:
        connection: a transaction's.
        table: the table that the rows are meant for. The new one is like it, and columns that are not given get
            that one's defaults: each row has the id that it is to have there, in the order of the rows.
        columns: what the rows consist of.
        rows: the rows.

    Returns:
        The name of the new table.
    """
    given = f"given_{table}_{next(_numbers)}"
    await connection.execute_query(f"CREATE TEMPORARY TABLE {given} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP")
    async with connection.acquire_connection() as driver:
        await driver.copy_records_to_table(given, records=rows, columns=columns)
    return given
