"""Writers at the same time, each with connections of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tortoise.transactions import in_transaction

from resolvers.database import DatabaseUrl, database, dialect_of, open_database

Result = TypeVar("Result")

Change = Callable[[], Awaitable[object]]


async def elsewhere(url: str, change: Change) -> object:
    """Make the change in a transaction of another connection."""
    async with open_database(DatabaseUrl.parse(url)), in_transaction():
        return await change()


async def while_uncommitted(url: str, first: Change, second: Change) -> None:
    """Make the first change and, before it is committed, begin the second one on another connection.

    The first one is committed once the second one waits for it or, if nothing makes it wait, is committed itself.
    """
    begun = asyncio.Event()

    async def make_second() -> None:
        begun.set()
        await second()

    async with in_transaction():
        await first()
        following = asyncio.create_task(elsewhere(url, make_second))
        await begun.wait()
        waiting = asyncio.create_task(somebody_waits())
        await asyncio.wait({following, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await asyncio.wait({waiting})
    await following


async def somebody_waits() -> None:
    """Return when a session waits for a lock; SQLite does not tell, and lets one writer at a time begin."""
    if dialect_of(database()) == "postgres":
        query = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"
        while not (await database().execute_query_dict(query))[0]["n"]:
            pass


async def at_once(
    url: str, works: Sequence[Callable[[], Awaitable[Result]]], servers: int = 5
) -> list[Result | BaseException]:
    """Do all the work at the same time, as so many servers would: what each returned or raised, in its place."""
    results: dict[int, Result | BaseException] = {}

    async def serve(places: Sequence[int]) -> None:
        async with open_database(DatabaseUrl.parse(url)):
            done = await asyncio.gather(*(works[place]() for place in places), return_exceptions=True)
            results.update(zip(places, done, strict=True))

    await asyncio.gather(*(serve(range(server, len(works), servers)) for server in range(servers)))
    return [results[place] for place in range(len(works))]
