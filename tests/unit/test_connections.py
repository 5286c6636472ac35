"""Reads take a short way to the database, and see and survive what they would on a long one."""

import asyncio
import threading
from pathlib import Path
from urllib.parse import urlsplit

import aiosqlite
import asyncpg
import pytest
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from resolvers.connections.sqlite_readers import AT_ONCE
from resolvers.database import DatabaseUrl, database, migrate, open_database
from resolvers.sql import Parameters, fetch_rows
from resolvers.unavailable import is_unavailable
from tests.feed_events import on_postgres
from tests.relay import relayed
from tests.statements import recorded_statements

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)

VERSION = "SELECT catalogue_version FROM installation WHERE id = 1"
RAISE = "UPDATE installation SET catalogue_version = catalogue_version + 1 WHERE id = 1"
LONG = (
    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 5000000) "
    "SELECT MAX(n) FROM number"
)
SLEEPING = "SELECT COUNT(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'"
SESSIONS = (
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
)

pytestmark = pytest.mark.usefixtures("databases")


class LogFile:
    """What SQLite has written and not yet brought into the database's own file."""

    def __init__(self, location: str) -> None:
        self._path = Path(f"{location}-wal")

    def exists(self) -> bool:
        return self._path.exists()


async def version() -> int:
    [(found,)] = await fetch_rows(VERSION)
    assert isinstance(found, int)
    return found


def one_connection(url: str) -> DatabaseUrl:
    """The address of a PostgreSQL database to which a single connection may be opened, and a listening one."""
    return DatabaseUrl.parse(f"{url}{'&' if urlsplit(url).query else '?'}maxsize=1")


@pytest.mark.usefixtures("migrated")
async def test_what_has_been_written_is_read_at_once() -> None:
    before = await version()
    for written in range(1, 51):
        if written % 2:
            await database().execute_query(RAISE)
        else:
            async with in_transaction() as transaction:
                await transaction.execute_query(RAISE)
        assert await asyncio.gather(*(version() for _ in range(8))) == [before + written] * 8


@pytest.mark.usefixtures("migrated")
async def test_others_read_what_is_committed_while_a_transaction_writes() -> None:
    before = await version()
    written, read = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with in_transaction() as transaction:
            await transaction.execute_query(RAISE)
            assert await version() == before + 1
            written.set()
            await read.wait()
            assert await version() == before + 1

    writing = asyncio.create_task(write())
    await written.wait()
    assert await asyncio.gather(*(version() for _ in range(16))) == [before] * 16
    read.set()
    await writing
    assert await version() == before + 1


@on_sqlite
async def test_reads_are_answered_while_another_connection_holds_the_lock_and_a_writer_waits(migrated_url: str) -> None:
    parsed = DatabaseUrl.parse(migrated_url)
    async with open_database(parsed), aiosqlite.connect(parsed.location, isolation_level=None) as other:
        before = await version()
        await other.execute("BEGIN IMMEDIATE")
        await other.execute(RAISE)
        waiting = asyncio.create_task(database().execute_query(RAISE))
        assert await asyncio.gather(*(version() for _ in range(16))) == [before] * 16
        assert not waiting.done()
        await other.execute("COMMIT")
        await waiting
        assert await version() == before + 2


@on_sqlite
@pytest.mark.usefixtures("migrated")
async def test_short_reads_do_not_wait_for_long_ones() -> None:
    # As many as may read at the same time.
    long = [asyncio.create_task(fetch_rows(LONG)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    assert await asyncio.gather(*(version() for _ in range(8))) == [0] * 8
    assert not any(read.done() for read in long)
    assert await asyncio.gather(*long) == [[(5_000_000,)]] * AT_ONCE


@pytest.mark.usefixtures("migrated")
async def test_each_read_is_logged_once_with_its_values() -> None:
    parameters = Parameters()
    one = parameters.bind(1)
    with recorded_statements() as statements:
        await fetch_rows(f"SELECT id FROM installation WHERE id = {one}", parameters)
        async with in_transaction():
            await fetch_rows("SELECT 2")
    assert statements == [f"SELECT id FROM installation WHERE id = {one}: [1]", "SELECT 2: []"]


@pytest.mark.usefixtures("migrated")
async def test_a_statement_that_is_refused_leaves_nothing_behind() -> None:
    for _ in range(20):
        with pytest.raises(OperationalError) as failure:
            await fetch_rows("SELECT nothing FROM nowhere")
        assert not is_unavailable(failure.value)
    assert await version() == 0


async def test_a_database_without_tables_is_read_when_it_has_got_them(unmigrated_url: str) -> None:
    async with open_database(DatabaseUrl.parse(unmigrated_url)):
        with pytest.raises(OperationalError):
            await version()
        await migrate()
        assert await version() == 0


@pytest.mark.usefixtures("migrated")
async def test_reads_that_are_given_up_leave_the_others_alone() -> None:
    reads = [asyncio.create_task(version()) for _ in range(40)]
    await asyncio.sleep(0)
    for read in reads[::2]:
        read.cancel()
    answers = await asyncio.gather(*reads, return_exceptions=True)
    assert answers[1::2] == [0] * 20
    assert await asyncio.gather(*(version() for _ in range(40))) == [0] * 40


@on_sqlite
async def test_closing_ends_all_threads_and_leaves_one_file(migrated_url: str) -> None:
    parsed = DatabaseUrl.parse(migrated_url)
    log = LogFile(parsed.location)
    async with open_database(parsed):
        await asyncio.gather(*(version() for _ in range(16)))
        assert any(thread.name.startswith("sqlite-reader") for thread in threading.enumerate())
        await database().execute_query(RAISE)
        assert log.exists()
    assert not any(thread.name.startswith("sqlite-reader") for thread in threading.enumerate())
    assert not log.exists()


@on_sqlite
@pytest.mark.usefixtures("migrated")
async def test_the_readers_cannot_write() -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await fetch_rows(RAISE)
    assert await version() == 0


@on_postgres
async def test_a_read_is_one_statement(migrated_url: str) -> None:
    async with open_database(one_connection(migrated_url)):
        [(process,)] = await fetch_rows("SELECT pg_backend_pid()")
        other = await asyncpg.connect(migrated_url)
        last = await other.fetchval("SELECT query FROM pg_stat_activity WHERE pid = $1", process)
        await other.close()
    assert last == "SELECT pg_backend_pid()"


@on_postgres
async def test_a_transaction_that_was_left_open_is_undone(migrated_url: str) -> None:
    async with open_database(one_connection(migrated_url)):
        async with database().acquire_connection() as connection:
            await connection.execute("BEGIN")
            await connection.execute(RAISE)
            # Known to the driver as a loss, and told to the loop.
            asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        assert await version() == 0
        [(state,)] = await fetch_rows("SELECT state FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        assert state == "active"


@on_postgres
async def test_a_read_that_is_given_up_ends_at_the_server_too(migrated_url: str) -> None:
    async with open_database(one_connection(migrated_url)), database().acquire_connection():
        # One connection is left, which would be the listening one.
        await version()
        sleeping = asyncio.create_task(fetch_rows("SELECT pg_sleep(600)"))
        waiting = asyncio.create_task(version())
        other = await asyncpg.connect(migrated_url)
        while not await other.fetchval(SLEEPING):
            pass
        sleeping.cancel()
        assert await waiting == 0
        assert not await other.fetchval(SLEEPING)
        await other.close()
        with pytest.raises(asyncio.CancelledError):
            await sleeping


@on_postgres
async def test_connections_that_the_server_has_ended_are_replaced(migrated_url: str) -> None:
    async with open_database(DatabaseUrl.parse(migrated_url)):
        await asyncio.gather(*(version() for _ in range(16)))
        sleeping = asyncio.create_task(fetch_rows("SELECT pg_sleep(600)"))
        other = await asyncpg.connect(migrated_url)
        while not await other.fetchval(SLEEPING):
            pass
        await other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await other.close()
        with pytest.raises(Exception) as failure:  # noqa: PT011 - which one depends on what is noticed first
            await sleeping
        assert is_unavailable(failure.value)
        assert await asyncio.gather(*(version() for _ in range(16))) == [0] * 16


@on_postgres
async def test_a_connection_that_the_server_is_about_to_end_is_not_used_again(migrated_url: str) -> None:
    """What the server says before it hangs up may be there before the connection counts as closed."""
    async with relayed(migrated_url) as relay, open_database(DatabaseUrl.parse(relay.url)):
        [(process,)] = await fetch_rows("SELECT pg_backend_pid()")
        other = await asyncpg.connect(migrated_url)
        await other.execute("SELECT pg_terminate_backend($1, 10000)", process)
        await other.close()
        await relay.hung_up.wait()
        with pytest.raises(asyncpg.InternalClientError) as failure:
            await version()
        assert is_unavailable(failure.value)
        assert await version() == 0


@on_postgres
@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_connections_are_opened_than_the_address_says(migrated_url: str, most: int) -> None:
    url = one_connection(migrated_url).text.replace("maxsize=1", f"maxsize={most}")
    async with open_database(DatabaseUrl.parse(url)):
        await asyncio.gather(*(fetch_rows("SELECT pg_sleep(0.01)") for _ in range(30)))
        [(sessions,)] = await fetch_rows(SESSIONS)
    assert sessions == most + 1
