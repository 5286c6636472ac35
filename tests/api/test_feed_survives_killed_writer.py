"""A server is killed between a commit and telling of it: the event reaches those who subscribe elsewhere."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.feed_clients import BROKEN_OFF, Reader, Writer, drugs_of, feed_of, reading, register_all
from tests.feed_server_processes import server_process
from tests.server_processes import Start, peerscore_processes

READERS = 10
"""On each of the servers."""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@pytest.fixture
def start_doomed(tmp_path: Path, repository: Path) -> Iterator[Start]:
    """The same of a server that is killed after its first commit."""
    with peerscore_processes(tmp_path, repository, "tests.feed_killed_server") as started:
        yield started


async def test_its_last_commit_reaches_everybody_once(start: Start, start_doomed: Start, catalogue_url: str) -> None:
    await register_all(catalogue_url, "ann", "bob")
    first, second, third = await drugs_of(catalogue_url, 3)
    async with (
        server_process(start, catalogue_url) as server,
        server_process(start_doomed, catalogue_url) as doomed,
        httpx2.AsyncClient() as http,
    ):
        ann, bob = Writer("ann", [server], http), Writer("bob", [doomed, server], http)
        stayers = [Reader([server]) for _ in range(READERS)]
        movers = [Reader([doomed, server]) for _ in range(READERS)]
        readers = [*stayers, *movers]
        async with reading(readers):
            await asyncio.gather(*(reader.connected() for reader in readers))
            await ann.write(first)
            await asyncio.gather(*(reader.count(1) for reader in readers))

            no_answer = await bob.send(second)
            await doomed.ended()
            # Nobody writes, and nobody asks the other server for anything but events.
            await asyncio.gather(*(reader.count(2) for reader in readers))

            # It is repeated, as by a client that has got no answer, and has been done already.
            await bob.send_again()
            await ann.write(third)
            await asyncio.gather(*(reader.count(3) for reader in readers))
        assert doomed.exit_code == -signal.SIGKILL

    assert no_answer is None
    assert await feed_of(catalogue_url) == [ann.written[0], bob.written[0], ann.written[1]]
    assert all(reader.events == [ann.written[0], bob.written[0], ann.written[1]] for reader in readers)
    assert [reader.closings for reader in stayers] == [[]] * READERS
    assert {reader.closings[0] for reader in movers} == {BROKEN_OFF}
