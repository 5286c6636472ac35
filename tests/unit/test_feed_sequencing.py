"""Positions of events: in the order of commits, without gaps, whatever the order in which they were written."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import accumulate

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from resolvers.database import DatabaseUrl, database, dialect_of
from resolvers.feed.reading import feed_bounds
from resolvers.feed.sequencing import CHANNEL, NUMBERED_AT_ONCE, give_positions
from tests.feed_events import Process, all_events, commit, kept_positions, numbered, on_postgres, write
from tests.feed_interleavings import Interleavings, Reader, SequenceReader, writer_on

SEEDS = (1, 2, 3)

INTERLEAVINGS = 700
"""For each seed."""

WRITERS, READERS = 3, 2

TRANSACTIONS = 50
"""Of each process, where they run at the same time."""

OPEN_AT_ONCE = {"sqlite": 1, "postgres": WRITERS}


@pytest.fixture
async def closing_stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.mark.parametrize("seed", SEEDS)
async def test_readers_miss_nothing_and_see_nothing_twice_however_commits_interleave(
    seed: int, migrated_url: str, closing_stack: AsyncExitStack
) -> None:
    writers = [await closing_stack.enter_async_context(writer_on(migrated_url)) for _ in range(WRITERS)]
    readers = [Reader(await closing_stack.enter_async_context(Process(migrated_url))) for _ in range(READERS)]
    open_at_once = OPEN_AT_ONCE[DatabaseUrl.parse(migrated_url).dialect]
    interleavings = Interleavings(seed, writers, [*readers], open_at_once)

    for _ in range(INTERLEAVINGS):
        await interleavings.run_one()
    await interleavings.finish()

    committed, events = interleavings.committed, readers[0].events
    place = {event.rating_id or 0: event.position for event in events}
    assert interleavings.undone
    assert [reader.events for reader in readers] == [events] * READERS
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert sorted(place) == sorted(number for transaction in committed for number in transaction.numbers)
    assert len(place) == len(events)
    # A transaction that begins after the commit of another one comes later, and its events keep their order.
    furthest = [0, *accumulate((max(place[one] for one in transaction.numbers) for transaction in committed), max)]
    for transaction in committed:
        positions = [place[number] for number in transaction.numbers]
        assert positions == sorted(positions)
        assert furthest[transaction.after] < positions[0]


@on_postgres
async def test_a_reader_by_the_numbers_of_a_sequence_would_miss_events(
    migrated_url: str, closing_stack: AsyncExitStack
) -> None:
    """The interleavings of the test above tell a feed that loses events from one that does not."""
    writers = [await closing_stack.enter_async_context(writer_on(migrated_url)) for _ in range(WRITERS)]
    reader = SequenceReader(await closing_stack.enter_async_context(Process(migrated_url)))
    interleavings = Interleavings(SEEDS[0], writers, [reader], WRITERS)

    for _ in range(INTERLEAVINGS // 10):
        await interleavings.run_one()
    await interleavings.finish()

    committed = {number for transaction in interleavings.committed for number in transaction.numbers}
    assert set(reader.numbers) < committed


async def test_processes_that_write_number_and_read_at_the_same_time(
    migrated_url: str, closing_stack: AsyncExitStack
) -> None:
    processes = [await closing_stack.enter_async_context(Process(migrated_url)) for _ in range(5)]
    readers = [Reader(process) for process in processes]
    draw = random.Random(7)
    writing = asyncio.Event()
    expected: list[int] = []

    async def write_in(process: Process, begin: int) -> None:
        for number in range(begin, begin + 2 * TRANSACTIONS, 2):
            commits = draw.random() < 0.8
            expected.extend([number, number + 1] if commits else [])
            await process.do(lambda number=number, commits=commits: write_or_undo(number, commits=commits))  # type: ignore[misc]

    async def read(reader: Reader) -> None:
        while not writing.is_set():
            await reader.poll()
        while await reader.poll():
            pass

    async def write_all() -> None:
        await asyncio.gather(*(write_in(process, 1_000 * place) for place, process in enumerate(processes)))
        writing.set()

    await asyncio.gather(write_all(), *(read(reader) for reader in readers))

    events = readers[0].events
    assert [reader.events for reader in readers] == [events] * len(readers)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert sorted(event.rating_id or 0 for event in events) == sorted(expected)


async def write_or_undo(number: int, *, commits: bool) -> None:
    async with in_transaction() as connection:
        await write(number)
        await write(number + 1)
        if not commits:
            await connection.rollback()


@on_postgres
async def test_an_open_transaction_holds_nobody_up(migrated_url: str) -> None:
    async with Process(migrated_url) as slow, Process(migrated_url) as quick:
        began, may_end = asyncio.Event(), asyncio.Event()

        async def write_slowly() -> None:
            async with in_transaction():
                await write(1)
                began.set()
                await may_end.wait()

        writing = asyncio.create_task(slow.do(write_slowly))
        await began.wait()
        await quick.do(lambda: numbered(2))
        seen = await quick.do(all_events)
        may_end.set()
        await writing
        await quick.do(give_positions)

        assert [event.rating_id for event in seen] == [2]
        assert [(event.position, event.rating_id) for event in await quick.do(all_events)] == [(1, 2), (2, 1)]


@pytest.mark.usefixtures("migrated")
async def test_events_have_their_positions_after_the_commit() -> None:
    await commit(5, 6)
    there_at_once = await kept_positions()
    await give_positions()
    await give_positions()

    assert there_at_once == ([1, 2] if dialect_of(database()) == "sqlite" else [None, None])
    assert await kept_positions() == [1, 2]
    assert (await feed_bounds()).last == 2


@on_postgres
async def test_many_events_are_numbered_in_parts_and_each_part_is_told(migrated_url: str) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    many = 2 * NUMBERED_AT_ONCE + 5
    async with Process(migrated_url) as process:
        listening = await asyncpg.connect(migrated_url)
        await listening.add_listener(CHANNEL, lambda *notification: told.put_nowait(notification[-1]))
        await process.do(lambda: numbered(*range(many)))

        assert [await told.get() for _ in range(3)] == ["1000", "2000", "2005"]
        assert [event.rating_id for event in await process.do(all_events)] == list(range(many))
        await listening.close()
        assert told.empty()
