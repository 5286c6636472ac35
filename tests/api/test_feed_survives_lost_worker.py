"""`peerscore serve --workers 2`: whichever worker is written through, or dies, subscribers get every event once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from tests.feed_clients import BROKEN_OFF, Reader, Writer, drugs_of, feed_of, reading, register_all
from tests.feed_events import on_postgres
from tests.feed_server_processes import server_process
from tests.server_processes import Start, peerscore_processes

READERS = 10
"""On each worker."""

NEW_CONNECTIONS = httpx2.Limits(max_keepalive_connections=0)
"""Each request comes on a connection of its own, for whichever worker takes it."""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@asynccontextmanager
async def without(worker: int) -> AsyncIterator[None]:
    """What is asked meanwhile is answered by the other worker: this one is held up."""
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


@on_postgres
async def test_events_of_one_reach_the_other_and_readers_of_a_dead_one_resume(start: Start, catalogue_url: str) -> None:
    await register_all(catalogue_url, "bob")
    drugs = await drugs_of(catalogue_url, 4)
    async with (
        server_process(start, catalogue_url, "--workers", "2") as server,
        httpx2.AsyncClient(limits=NEW_CONNECTIONS) as http,
        AsyncExitStack() as stack,
    ):
        bob = Writer("bob", [server], http)
        one, other = await server.workers(2)
        of_one, of_other = ([Reader([server]) for _ in range(READERS)] for _ in range(2))
        readers = [*of_one, *of_other]
        for worker, its_readers in ((other, of_one), (one, of_other)):
            async with without(worker):
                await stack.enter_async_context(reading(its_readers))
                await asyncio.gather(*(reader.connected() for reader in its_readers))
        for number, worker in enumerate((other, one)):
            async with without(worker):
                await bob.write(drugs[number])
            await asyncio.gather(*(reader.count(number + 1) for reader in readers))

        os.kill(one, signal.SIGKILL)
        await bob.write(drugs[2])
        await asyncio.gather(*(reader.count(3) for reader in readers))
        ended = await server.logged("a worker has ended")
        *_, new = await server.workers(3)
        async with without(other):
            # Only the new one is there.
            await bob.write(drugs[3])
        await asyncio.gather(*(reader.count(4) for reader in readers))
        assert server.exit_code is None

    assert ended["process"] == one
    assert new not in (one, other)
    assert await feed_of(catalogue_url) == bob.written
    assert all(reader.events == bob.written for reader in readers)
    assert [reader.closings for reader in of_one] == [[BROKEN_OFF]] * READERS
    assert [reader.closings for reader in of_other] == [[]] * READERS
