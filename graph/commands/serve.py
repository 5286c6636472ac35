"""`peerscore serve`."""

from typing import Annotated

import typer

from graph.commands.options import DatabaseUrlOption, HostOption, LogLevelOption, PortOption, settings_from


def serve(
    host: HostOption = None,
    port: PortOption = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="First fill a database that is empty with the catalogue and 20,000 simulated ratings.",
        ),
    ] = False,
) -> None:
    """Serve the GraphQL API over HTTP, until Ctrl-C or SIGTERM; requests that are running then may end.

    Example: peerscore serve --port 9000 --database-url sqlite:///var/peerscore.sqlite3
    """
    import asyncio

    from graph.commands.demonstration import fill_empty_database
    from graph.opening import open_migrated
    from graph.server import listen, run_server, welcome

    settings = settings_from(host=host, port=port, database_url=database_url, log_level=log_level)

    async def prepare() -> None:
        # Here and not only when the application starts, because there uvicorn would show a traceback.
        async with open_migrated(settings.database_url):
            pass

    # A port that is taken is found out before any work on the database.
    with listen(settings.host, settings.port) as listener:
        if demo:
            fill_empty_database(settings.database_url)
        else:
            asyncio.run(prepare())
        run_server(settings, listener, lambda: typer.echo(welcome(settings.host, settings.port)))
