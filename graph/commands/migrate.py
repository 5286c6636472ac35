"""`peerscore migrate`."""

import asyncio

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from


def migrate(database_url: DatabaseUrlOption = None, log_level: LogLevelOption = None) -> None:
    """Bring the database up to date with this version of Peerscore.

    An SQLite database does this by itself; a PostgreSQL database is changed by this command only. Where a new version
    keeps other counts of the ratings, they are made; stopped then and run again, it goes on.

    Example: peerscore migrate --database-url postgres://peerscore:secret@localhost/peerscore
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import parsed_database_url
    from resolvers import database
    from resolvers.counts.current import bring_counts_up_to_date

    settings = settings_from(database_url=database_url, log_level=log_level)
    url = parsed_database_url(settings.database_url)

    async def work() -> None:
        async with database.open_database(url):
            await database.migrate(lambda name: typer.echo(f"Applied {name}."))
            if await database.counts_behind():
                with shown_progress("Counting the ratings anew") as progress, stoppable(progress) as report:
                    await bring_counts_up_to_date(report)

    asyncio.run(work())
    typer.echo("The database is up to date.")
