"""Opening the database that the settings name, with all migrations and counts in place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import typer

from graph.commands.progress import PlainLines
from graph.commands.stopping import stoppable
from graph.settings import DEFAULT_DATABASE_URL
from resolvers.counts.current import bring_counts_up_to_date
from resolvers.database import DatabaseUrl, counts_behind, migrate, open_database, require_migrated


def parsed_database_url(text: str) -> DatabaseUrl:
    """The address of the database; the folder of the default file is created, of a file named by hand not."""
    url = DatabaseUrl.parse(text)
    if text == DEFAULT_DATABASE_URL:
        Path(url.location).parent.mkdir(parents=True, exist_ok=True)
    return url


@asynccontextmanager
async def open_migrated(database_url: str, *, everywhere: bool = False) -> AsyncIterator[None]:
    """Open the database and close it at the end. SQLite migrates itself; PostgreSQL must have been migrated.

    Where ratings have to be counted anew after a migration, standard error says how far that is.

    Args:
        database_url: which database.
        everywhere: for all tasks of the process, as a server needs.

    Raises:
        DatabaseUnreachable: no connection can be made.
        DatabaseBehind: a PostgreSQL database lacks migrations or counts.
        Stopped: by a signal, while ratings are counted.
    """
    url = parsed_database_url(database_url)
    async with open_database(url, everywhere=everywhere):
        if url.dialect == "sqlite":
            await migrate()
            await _count_ratings(stop=not everywhere)
        else:
            await require_migrated()
        yield


async def _count_ratings(*, stop: bool) -> None:
    """Make counts that are missing; `stop`: at a signal, which a server leaves to the one who runs it."""
    if not await counts_behind():
        return
    # Lines and no bar: the command that opens the database may be showing one.
    lines = PlainLines("Counting the ratings anew", partial(typer.echo, err=True))
    if not stop:
        await bring_counts_up_to_date(lines.report)
        return
    with stoppable(lines.report) as report:
        await bring_counts_up_to_date(report)
