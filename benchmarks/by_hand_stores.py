"""Rows from both databases for the hand-written limit, as directly as the drivers allow."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import aiosqlite
import asyncpg
import orjson

from models.ratings import CRITERIA
from resolvers.database import DRIVER_CONNECTIONS, DatabaseUrl

Rows = Sequence[Sequence[Any]]

READERS = DRIVER_CONNECTIONS
"""Connections to either database: as many as our server has."""


class Store(ABC):
    """A database that is read with SQL whose placeholders are $1, $2 and so on."""

    @abstractmethod
    async def rows(self, sql: str, *values: object) -> Rows:
        """The rows of a SELECT."""

    @abstractmethod
    def array(self, values: Sequence[int]) -> object:
        """A list of integers as one value of a statement."""

    @abstractmethod
    def time(self, value: Any) -> datetime | str:  # noqa: ANN401 - as the driver hands it over
        """A stored time as orjson takes it."""

    @abstractmethod
    def newest_ratings(self, number: int) -> str:
        """The newest ratings of each drug of the array $1, in its order.

        The columns are the drug's id, slug and name; the rating's id, levels, comment and time; the physician's id,
        specialty, country and years in practice. A drug without ratings has one row, with nulls for all but the drug.

        Args:
            number: at most so many of each.
        """


class SqliteStore(Store):
    """A few connections, each with a thread."""

    def __init__(self, connections: Sequence[aiosqlite.Connection]) -> None:
        self._free = asyncio.LifoQueue[aiosqlite.Connection]()
        for connection in connections:
            self._free.put_nowait(connection)

    async def rows(self, sql: str, *values: object) -> Rows:
        connection = await self._free.get()
        try:
            # One change of threads, where execute and fetchall would need two.
            return list(await connection.execute_fetchall(sql.replace("$", "?"), values))
        finally:
            self._free.put_nowait(connection)

    def array(self, values: Sequence[int]) -> object:
        return orjson.dumps(values).decode()

    def time(self, value: Any) -> datetime | str:  # noqa: ANN401 - as the driver hands it over
        # Text with a blank in the middle.
        text: str = value
        return text.replace(" ", "T")

    def newest_ratings(self, number: int) -> str:
        levels = ", ".join(f"rating.{criterion}" for criterion in CRITERIA)
        return f"""
            SELECT drug.id, drug.slug, drug.name, rating.id, {levels}, rating.comment, rating.created_at,
                rating.physician_id, specialty.name, physician.country, physician.years_in_practice
            FROM json_each($1) AS given CROSS JOIN drug ON drug.id = given.value
            LEFT JOIN rating ON rating.id IN (
                SELECT id FROM rating WHERE drug_id = given.value ORDER BY created_at DESC, id DESC LIMIT {number}
            )
            LEFT JOIN physician ON physician.id = rating.physician_id
            LEFT JOIN specialty ON specialty.id = physician.specialty_id
            ORDER BY given.key, rating.created_at DESC, rating.id DESC
        """


class PostgresStore(Store):
    """A pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def rows(self, sql: str, *values: object) -> Rows:
        found: Rows = await self._pool.fetch(sql, *values)
        return found

    def array(self, values: Sequence[int]) -> object:
        return values

    def time(self, value: Any) -> datetime | str:  # noqa: ANN401 - as the driver hands it over
        time: datetime = value
        return time

    def newest_ratings(self, number: int) -> str:
        levels = ", ".join(f"rating.{criterion}" for criterion in CRITERIA)
        # LIMIT 1 keeps the planner from reading all physicians to find a few hundred, and OFFSET 0 from looking for
        # specialties again for each.
        return f"""
            SELECT found.drug_id, found.slug, found.name, found.id, {", ".join(CRITERIA)}, found.comment,
                found.created_at, found.physician_id, specialty.name, found.country, found.years_in_practice
            FROM (
                SELECT given.position, drug.id AS drug_id, drug.slug, drug.name,
                    rating.id, {levels}, rating.comment, rating.created_at, rating.physician_id,
                    physician.country, physician.years_in_practice, physician.specialty_id
                FROM unnest($1::int[]) WITH ORDINALITY AS given(drug_id, position)
                CROSS JOIN LATERAL (SELECT id, slug, name FROM drug WHERE id = given.drug_id LIMIT 1) AS drug
                LEFT JOIN LATERAL (
                    SELECT * FROM rating WHERE rating.drug_id = given.drug_id
                    ORDER BY created_at DESC, id DESC LIMIT {number}
                ) AS rating ON TRUE
                LEFT JOIN LATERAL (SELECT * FROM physician WHERE id = rating.physician_id LIMIT 1) AS physician ON TRUE
                OFFSET 0
            ) AS found LEFT JOIN specialty ON specialty.id = found.specialty_id
            ORDER BY found.position, found.created_at DESC, found.id DESC
        """


async def _keep_state(_: asyncpg.Connection) -> None:
    """Nothing is set on these connections, so there is nothing to reset, which would be a statement each time."""


@asynccontextmanager
async def open_store(url: DatabaseUrl) -> AsyncIterator[Store]:
    """The database, open, and closed at the end."""
    if url.dialect == "sqlite":
        async with AsyncExitStack() as stack:
            connections = [
                await stack.enter_async_context(aiosqlite.connect(url.location, isolation_level=None))
                for _ in range(READERS)
            ]
            for connection in connections:
                # As resolvers.database has them, with all the memory for pages divided among them.
                for pragma in ("journal_mode = WAL", f"cache_size = {-65_536 // READERS}", "temp_store = MEMORY"):
                    await connection.execute_fetchall(f"PRAGMA {pragma}")
            yield SqliteStore(connections)
    else:
        async with asyncpg.create_pool(url.text, min_size=READERS, max_size=READERS, reset=_keep_state) as pool:
            yield PostgresStore(pool)
