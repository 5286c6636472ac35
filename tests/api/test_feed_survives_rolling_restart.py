"""Two servers are stopped, killed and started again, in turn, under load: nothing is lost, nothing comes twice."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.feed_clients import (
    BROKEN_OFF,
    NOT_CONNECTED,
    Closing,
    Reader,
    Writer,
    drugs_of,
    feed_of,
    reading,
    register_all,
)
from tests.feed_events import on_postgres
from tests.feed_server_processes import ServerProcess, server_process
from tests.server_processes import Start, peerscore_processes

READERS, DRUGS, AT_EACH_RESTART = 20, 40, 35
"""Subscribers, drugs that each physician rates and then revises, and how many they write at each restart."""

RESTARTS = ((0, signal.SIGTERM), (1, signal.SIGTERM), (0, signal.SIGKILL), (1, signal.SIGTERM))
"""Which server gets which signal, one after the other."""

SERVICE_RESTART = Closing(1012, "SERVICE_RESTART")


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@on_postgres
async def test_those_who_resume_on_either_have_every_event_once_and_in_order(start: Start, catalogue_url: str) -> None:
    await register_all(catalogue_url, "ann", "bob")
    drugs = await drugs_of(catalogue_url, DRUGS)
    async with (
        server_process(start, catalogue_url) as one,
        server_process(start, catalogue_url) as other,
        httpx2.AsyncClient() as http,
    ):
        servers = [one, other]
        writers = [Writer("ann", servers, http), Writer("bob", servers, http)]
        readers = [Reader(servers, number) for number in range(READERS)]

        def written() -> list[tuple[str, str]]:
            return [event for writer in writers for event in writer.written]

        async def write_on(writer: Writer) -> None:
            for _ in range(AT_EACH_RESTART):
                await writer.write(drugs[len(writer.written) % DRUGS])

        async def restart(server: ServerProcess, number: signal.Signals) -> None:
            await server.end(number)
            await server.begin()

        async with reading(readers):
            await asyncio.gather(*(reader.connected() for reader in readers))
            for place, number in RESTARTS:
                await asyncio.gather(restart(servers[place], number), *map(write_on, writers))
            # Whatever came twice would come before this one.
            await writers[0].write(drugs[0])
            await asyncio.gather(*(reader.count(len(written())) for reader in readers))

    happened = await feed_of(catalogue_url)
    assert Counter(happened) == Counter(written())
    assert len(happened) == len(writers) * len(RESTARTS) * AT_EACH_RESTART + 1
    assert all(reader.events == happened for reader in readers)
    cursors = [[event.cursor for event in reader.told] for reader in readers]
    assert len(set(cursors[0])) == len(happened)
    assert all(found == cursors[0] for found in cursors)
    endings = {closing for reader in readers for closing in reader.closings}
    assert {SERVICE_RESTART, BROKEN_OFF} <= endings <= {SERVICE_RESTART, BROKEN_OFF, NOT_CONNECTED}
