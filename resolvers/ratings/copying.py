"""Handing many rows to PostgreSQL at once."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

_numbers = count(1)


async def copied(connection: BaseDBAsyncClient, shape: str, rows: Iterable[tuple[Any, ...]]) -> str:
    """Put rows into a new table that lasts until the transaction ends.

    COPY is how PostgreSQL takes many rows fastest, but it cannot pass over those that are there already; a
    statement that reads this table can.

    Args:
        connection: a transaction's.
        shape: a query whose columns are those of the rows; its result is not used.
        rows: the rows.

    Returns:
        The name of the table.
    """
    table = f"given_{next(_numbers)}"
    await connection.execute_query(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {shape} WITH NO DATA")
    async with connection.acquire_connection() as driver:
        await driver.copy_records_to_table(table, records=rows)
    return table
