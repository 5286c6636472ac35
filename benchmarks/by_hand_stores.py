"""Rows from both databases for the hand-written limit, as directly as the drivers allow."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
import asyncpg
import orjson

from resolvers.database import DatabaseUrl

Rows = Sequence[Sequence[Any]]


class Store(ABC):
    """A database that is read with SQL whose placeholders are $1, $2 and so on."""

    @abstractmethod
    async def rows(self, sql: str, *values: object) -> Rows:
        """The rows of a SELECT."""

    @abstractmethod
    def array(self, values: Sequence[int]) -> object:
        """A list of integers as one value of a statement."""

    @abstractmethod
    def any_of(self, column: str) -> str:
        """A condition that the column is in the array $1."""

    @abstractmethod
    def newest_of_each(self, columns: str, joins: str) -> str:
        """The $2 newest ratings of each drug in the array $1."""


class SqliteStore(Store):
    """One connection, which is one thread."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection

    async def rows(self, sql: str, *values: object) -> Rows:
        # One change of threads, where execute and fetchall would need two.
        return list(await self.connection.execute_fetchall(sql.replace("$", "?"), values))

    def array(self, values: Sequence[int]) -> object:
        return orjson.dumps(values).decode()

    def any_of(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each($1))"

    def newest_of_each(self, columns: str, joins: str) -> str:
        return f"""
            SELECT {columns} FROM json_each($1) AS given CROSS JOIN rating {joins}
            WHERE rating.id IN (
                SELECT id FROM rating WHERE drug_id = given.value ORDER BY created_at DESC, id DESC LIMIT $2
            )
            ORDER BY rating.drug_id, rating.created_at DESC, rating.id DESC
        """


class PostgresStore(Store):
    """A pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def rows(self, sql: str, *values: object) -> Rows:
        found: Rows = await self.pool.fetch(sql, *values)
        return found

    def array(self, values: Sequence[int]) -> object:
        return values

    def any_of(self, column: str) -> str:
        return f"{column} = ANY($1::int[])"

    def newest_of_each(self, columns: str, joins: str) -> str:
        return f"""
            SELECT {columns} FROM unnest($1::int[]) AS given(drug_id) CROSS JOIN LATERAL (
                SELECT * FROM rating WHERE rating.drug_id = given.drug_id ORDER BY created_at DESC, id DESC LIMIT $2
            ) AS rating {joins}
            ORDER BY rating.drug_id, rating.created_at DESC, rating.id DESC
        """


async def _keep_state(_: asyncpg.Connection) -> None:
    """Nothing is set on these connections, so there is nothing to reset, which would be a statement each time."""


@asynccontextmanager
async def open_store(url: DatabaseUrl) -> AsyncIterator[Store]:
    """The database, open, and closed at the end."""
    if url.dialect == "sqlite":
        async with aiosqlite.connect(url.location, isolation_level=None) as connection:
            # As resolvers.database has them.
            for pragma in ("journal_mode = WAL", "cache_size = -65536", "temp_store = MEMORY"):
                await connection.execute_fetchall(f"PRAGMA {pragma}")
            yield SqliteStore(connection)
    else:
        async with asyncpg.create_pool(url.text, reset=_keep_state) as pool:
            yield PostgresStore(pool)
