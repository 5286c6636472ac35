"""Another connection to the database that a test has open, which waits for nothing."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import asyncpg

from resolvers.database import DatabaseUrl
from tests.databases import prepare


class Refused(Exception):
    """Somebody else holds a lock that the statement needs."""


async def ask(url: str, sql: str) -> Any:  # noqa: ANN401 - whatever the column holds
    """The first value of the answer to a statement that only reads."""
    return await _value(url, sql)


async def refused_to_write_ratings(url: str) -> bool:
    """Whether nobody may write ratings at this moment."""
    try:
        await _value(url, "UPDATE rating SET comment = 'changed' WHERE id = 0 RETURNING id")
    except Refused:
        return True
    return False


async def _value(url: str, sql: str) -> Any:  # noqa: ANN401
    address = DatabaseUrl.parse(url)
    if address.dialect == "sqlite":
        with closing(sqlite3.connect(address.location, timeout=0)) as connection:
            try:
                row = connection.execute(sql).fetchone()
            except sqlite3.OperationalError as error:
                raise Refused from error
            return row[0] if row else None
    server = await asyncpg.connect(url, server_settings={"lock_timeout": "1"})
    try:
        return await server.fetchval(sql)
    except asyncpg.LockNotAvailableError as error:
        raise Refused from error
    finally:
        await server.close()


def at_the_same_time(url: str, work: Callable[[], Awaitable[object]]) -> threading.Thread:
    """Begin the work in a thread with a connection of its own; to be joined."""
    thread = threading.Thread(target=prepare, args=(url, work))
    thread.start()
    return thread


async def joined(thread: threading.Thread) -> None:
    """Wait for the thread's end while this one's tasks go on."""
    await asyncio.to_thread(thread.join)
