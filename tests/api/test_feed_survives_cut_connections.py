"""Connections to PostgreSQL are cut under a server and its subscribers: nothing is lost, nothing comes twice."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx2
import pytest

from tests.feed_clients import Reader, Writer, drugs_of, feed_of, reading, register_all
from tests.feed_events import on_postgres
from tests.feed_server_processes import server_process
from tests.server_processes import Start, peerscore_processes

READERS, CUTS, BETWEEN_CUTS = 50, 8, 3

LISTENING = " AND query LIKE 'LISTEN %'"
EVERYTHING = ""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


async def cut(url: str, which: str) -> int:
    """Let PostgreSQL end connections of others to this database: how many."""
    connection = await asyncpg.connect(url)
    try:
        ended = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid(){which}"
        )
        return len(ended)
    finally:
        await connection.close()


@on_postgres
@pytest.mark.parametrize("which", [LISTENING, EVERYTHING], ids=["listening", "all"])
async def test_subscribers_get_every_rating_once_and_in_order(start: Start, catalogue_url: str, which: str) -> None:
    number = CUTS * BETWEEN_CUTS
    await register_all(catalogue_url, "bob")
    drugs = await drugs_of(catalogue_url, number)
    async with server_process(start, catalogue_url) as server, httpx2.AsyncClient() as http:
        writer = Writer("bob", [server], http)
        readers = [Reader([server]) for _ in range(READERS)]
        ended = []
        async with reading(readers):
            await asyncio.gather(*(reader.connected() for reader in readers))
            for place in range(0, number, BETWEEN_CUTS):
                writing = asyncio.create_task(writer.write(drugs[place]))
                ended.append(await cut(catalogue_url, which))
                await writing
                for drug in drugs[place + 1 : place + BETWEEN_CUTS]:
                    await writer.write(drug)
            await asyncio.gather(*(reader.count(number) for reader in readers))
        exit_code = server.exit_code
        await server.end(signal.SIGTERM)

    assert sum(ended) >= 1
    assert len(writer.written) == number
    assert await feed_of(catalogue_url) == writer.written
    assert all(reader.events == writer.written for reader in readers)
    assert [reader.closings for reader in readers] == [[]] * READERS
    assert exit_code is None
