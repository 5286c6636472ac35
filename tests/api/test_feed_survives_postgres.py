"""PostgreSQL is stopped and started again under a server and its subscribers: nothing is lost, nothing comes twice."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.database import migrate
from tests.databases import PostgresDatabases, prepare
from tests.feed_clients import Closing, Reader, Writer, drugs_of, feed_of, reading, register_all
from tests.feed_server_processes import server_process
from tests.own_postgres import OwnPostgres, StopMode, own_postgres
from tests.server_processes import Start, peerscore_processes

READERS, LATE_READERS = 200, 5

BEFORE, IN_ALL = 5, 30
"""Ratings that are written before the database stops, and altogether."""


TRY_AGAIN_LATER = Closing(1013, "SIGN_IN_UNAVAILABLE")

ERRORS_OF_REQUESTS = ("unexpected error", "unexpected error in a field")
"""What is logged of writes that could not be carried out; they are answered with an error, and sent again."""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@pytest.fixture(scope="module")
def postgres(postgres_databases: PostgresDatabases) -> Iterator[OwnPostgres]:
    assert postgres_databases.server
    with own_postgres() as found:
        yield found


@pytest.fixture(scope="module")
def template(postgres: OwnPostgres) -> str:
    return prepare(prepare(postgres.create(), migrate), import_own_catalogue)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_each_of_200_subscribers_gets_every_rating_once_and_in_order(
    start: Start, postgres: OwnPostgres, template: str, mode: StopMode
) -> None:
    url = await asyncio.to_thread(postgres.create, template)
    await register_all(url, "bob")
    drugs = await drugs_of(url, IN_ALL + 1)
    async with server_process(start, url) as server, httpx2.AsyncClient() as http:
        writer = Writer("bob", [server], http)
        readers = [Reader([server]) for _ in range(READERS)]
        late_readers = [Reader([server], after="") for _ in range(LATE_READERS)]
        enough = asyncio.Event()

        async def write_all() -> None:
            for number, drug in enumerate(drugs[:IN_ALL], 1):
                await writer.write(drug)
                if number == BEFORE:
                    enough.set()

        async with reading(readers):
            await asyncio.gather(*(reader.connected() for reader in readers))
            writing = asyncio.create_task(write_all())
            await enough.wait()
            await asyncio.to_thread(postgres.stop, mode)
            async with reading(late_readers):
                await asyncio.gather(*(reader.sent_away() for reader in late_readers))
                await asyncio.to_thread(postgres.start)
                await writing
                # Whatever came twice would come before this one.
                await writer.write(drugs[IN_ALL])
                await asyncio.gather(*(reader.count(IN_ALL + 1) for reader in (*readers, *late_readers)))
            exit_code = server.exit_code
        await server.end(signal.SIGTERM)

    written = writer.written
    assert await feed_of(url) == written
    assert [kind for kind, _ in written] == ["RatingAdded"] * (IN_ALL + 1)
    assert all(reader.events == written for reader in (*readers, *late_readers))
    # They need not even come back.
    assert [reader.closings for reader in readers] == [[]] * READERS
    # Other codes, and errors of the operation, would keep clients from trying again.
    assert {closing for reader in late_readers for closing in reader.closings} == {TRY_AGAIN_LATER}
    assert exit_code is None
    assert {line["event"] for line in server.log if line["level"] == "error"} <= {*ERRORS_OF_REQUESTS}
