"""PostgreSQL for Tortoise, with a short way for reads."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.exceptions import OperationalError

from resolvers.connections.postgres_pool import Connection, PlainConnection, PostgresPool
from resolvers.connections.reading import DirectlyRead, Rows
from resolvers.dead_peers import notice_dead_peer

UNUSED_SECONDS = 300.0
"""How long a connection that nobody needs stays open, unless the address has another
`max_inactive_connection_lifetime`."""

CACHED_STATEMENTS = 256
"""Statements that each connection keeps prepared, unless the address has another `statement_cache_size`."""


class PostgresClient(AsyncpgDBClient, DirectlyRead):
    """Tortoise's client on a pool of our own."""

    connection_class = PlainConnection
    _pool: PostgresPool | None  # type: ignore[assignment]  # Tortoise would have asyncpg's

    async def create_pool(  # type: ignore[override]  # the same
        self,
        **arguments: Any,  # noqa: ANN401 - as asyncpg takes them
    ) -> PostgresPool:
        """The pool, with as many connections open as stay open."""
        smallest, largest = arguments.pop("min_size"), arguments.pop("max_size")
        unused_seconds = arguments.pop("max_inactive_connection_lifetime", UNUSED_SECONDS)
        arguments.setdefault("statement_cache_size", CACHED_STATEMENTS)
        pool = PostgresPool(partial(_connect, **arguments), smallest, largest, unused_seconds)
        await pool.open()
        return pool

    async def read(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows of a SELECT; see `DirectlyRead`."""
        pool = self._pool
        if pool is None:
            pool = await self._made_pool()
        self.log.debug("%s: %s", sql, values)
        try:
            return await pool.fetch(sql, values)
        except (asyncpg.SyntaxOrAccessError, asyncpg.DataError) as error:
            raise OperationalError(error) from error

    async def _made_pool(self) -> PostgresPool:
        async with self._pool_init_lock:
            if self._pool is None:
                await self.create_connection(with_db=True)
        assert self._pool is not None  # noqa: S101 - it has just been made
        return self._pool


async def _connect(**arguments: Any) -> Connection:  # noqa: ANN401 - as asyncpg takes them
    connection = await asyncpg.connect(**arguments)  # type: ignore[no-untyped-call]
    await notice_dead_peer(connection)
    return connection


client_class = PostgresClient
"""By this name Tortoise looks for it."""
