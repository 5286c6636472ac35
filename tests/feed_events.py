"""Events of the feed, written and read as several processes would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from models.feed import ADDED, FeedEvent
from resolvers.database import DatabaseUrl, database, open_database
from resolvers.feed.reading import EventRecord, read_events
from resolvers.feed.sequencing import give_positions
from resolvers.sql import fetch_rows

Result = TypeVar("Result")

on_postgres = pytest.mark.parametrize("databases", ["postgres"], indirect=True)
"""Marks a test of what there is on PostgreSQL only: transactions that are open at the same time, and notifications."""

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

PATIENCE = 60
"""Seconds after which something that does not happen fails the test."""


async def write(*numbers: int, days: float = 0, **about: Any) -> None:  # noqa: ANN401 - values of columns
    """Write an event for each of these ratings, so many days after AT, in the transaction that is open, if one is."""
    values: dict[str, Any] = {"kind": ADDED, "drug_id": 1, "indication_id": 1, "at": AT + timedelta(days=days)}
    await FeedEvent.bulk_create([FeedEvent(**{**values, "rating_id": number, **about}) for number in numbers])


async def write_days(*days: float) -> None:
    """Write events with these times, in days after AT, and let them have their positions."""
    async with in_transaction():
        for number, day in enumerate(days):
            await write(number, days=day)
    await give_positions()


async def commit(*numbers: int, **about: Any) -> None:  # noqa: ANN401 - values of columns
    """Write events in a transaction of their own."""
    async with in_transaction():
        await write(*numbers, **about)


async def numbered(*numbers: int, **about: Any) -> None:  # noqa: ANN401 - values of columns
    """Write events and let them have their positions."""
    await commit(*numbers, **about)
    await give_positions()


async def all_events() -> list[EventRecord]:
    return await read_events(0, limit=1_000_000)


async def kept_positions() -> list[int]:
    return [position for (position,) in await fetch_rows("SELECT position FROM feed_event ORDER BY position")]


class Process:
    """What another process is to the database: somebody with connections of their own."""

    def __init__(self, url: str) -> None:
        self._context = copy_context()
        self._opened: AbstractAsyncContextManager[object] = open_database(DatabaseUrl.parse(url))

    async def __aenter__(self) -> Self:
        await self._do(self._opened.__aenter__, self._context)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._do(lambda: self._opened.__aexit__(kind, error, traceback), self._context)

    async def do(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work there; several works may go on at the same time."""
        return await self._do(work, self._context.copy())

    async def _do(self, work: Callable[[], Awaitable[Result]], context: Context) -> Result:
        async def awaited() -> Result:
            return await work()

        task: asyncio.Task[Result] = asyncio.create_task(awaited(), context=context)
        return await task


class Received:
    """Takes what a follower delivers, and lets tests wait for it."""

    def __init__(self) -> None:
        self.events: list[EventRecord] = []
        self.batches: list[int] = []
        self._more = asyncio.Condition()

    async def __call__(self, events: Any) -> None:  # noqa: ANN401 - a sequence of events
        async with self._more:
            self.batches.append(len(events))
            self.events += events
            self._more.notify_all()

    @property
    def numbers(self) -> list[int | None]:
        return [event.rating_id for event in self.events]

    async def count(self, number: int) -> list[int | None]:
        """The ratings of the events, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._more:
            await self._more.wait_for(lambda: len(self.events) >= number)
        return self.numbers


async def until(met: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Ask until the answer is true."""
    async with asyncio.timeout(PATIENCE):
        while not (answer := await met()):
            pass
    return answer


async def listening_sessions() -> list[int]:
    """The ids of PostgreSQL's processes that serve a connection on which the feed is listened to."""
    rows = await database().execute_query_dict(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        " AND state = 'idle' ORDER BY pid"
    )
    return [row["pid"] for row in rows]


@asynccontextmanager
async def no_task_left() -> AsyncIterator[None]:
    """The block must end with the tasks that it began with.

    The driver's own are waited for: of a statement that was given up it tells PostgreSQL by a task that ends by itself.
    """
    before = asyncio.all_tasks()
    yield
    of_driver = [task for task in asyncio.all_tasks() - before if _tells_of_given_up(task)]
    if of_driver:
        await asyncio.wait(of_driver, timeout=PATIENCE)
    assert asyncio.all_tasks() == before


def _tells_of_given_up(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "") == asyncpg.Connection._cancel.__qualname__  # noqa: SLF001 - it has no other name
