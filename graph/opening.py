"""Opening the database that the settings name, with all migrations in place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from graph.settings import DEFAULT_DATABASE_URL
from resolvers.database import DatabaseUrl, migrate, open_database, require_migrated


def parsed_database_url(text: str) -> DatabaseUrl:
    """The address of the database; the folder of the default file is created, of a file named by hand not."""
    url = DatabaseUrl.parse(text)
    if text == DEFAULT_DATABASE_URL:
        Path(url.location).parent.mkdir(parents=True, exist_ok=True)
    return url


@asynccontextmanager
async def open_migrated(database_url: str, *, everywhere: bool = False) -> AsyncIterator[None]:
    """Open the database and close it at the end. SQLite migrates itself; PostgreSQL must have been migrated.

    Args:
        database_url: which database.
        everywhere: for all tasks of the process, as a server needs.

    Raises:
        DatabaseUnreachable: no connection can be made.
        DatabaseBehind: a PostgreSQL database lacks migrations.
    """
    url = parsed_database_url(database_url)
    async with open_database(url, everywhere=everywhere):
        if url.dialect == "sqlite":
            await migrate()
        else:
            await require_migrated()
        yield
