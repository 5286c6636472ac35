"""`peerscore serve`."""

import os
from typing import Annotated

import typer

from graph.commands.options import (
    DatabaseUrlOption,
    HostOption,
    LogLevelOption,
    PortOption,
    WorkersOption,
    settings_from,
)
from resolvers.errors import PeerscoreError


class OneProcessOnly(PeerscoreError):
    """More processes were asked for than the database or the system is good for."""


def serve(
    host: HostOption = None,
    port: PortOption = None,
    workers: WorkersOption = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="First fill a database that is empty with the catalogue and 20,000 simulated ratings, "
            "and print tokens of a physician and a moderator to try.",
        ),
    ] = False,
) -> None:
    """Serve the GraphQL API over HTTP, until Ctrl-C or SIGTERM; requests that are running then may end.

    Example: peerscore serve --port 9000 --database-url sqlite:///var/peerscore.sqlite3
    """
    import asyncio

    from graph.commands.demonstration import Demonstration, prepare_demonstration
    from graph.opening import open_migrated
    from graph.server import listen, run_server, welcome
    from graph.signing_in.viewers import identity_key_of
    from resolvers.identity.key import check_identity_key

    settings = settings_from(host=host, port=port, workers=workers, database_url=database_url, log_level=log_level)
    check_workers(settings.workers, settings.database_url)

    async def prepare() -> None:
        # Here and not only when the application starts, because there uvicorn would show a traceback.
        key = identity_key_of(settings)
        async with open_migrated(settings.database_url):
            if key is not None:
                await check_identity_key(key)

    # A port that is taken is found out before any work on the database.
    with listen(settings.host, settings.port) as listener:
        shown = Demonstration(settings)
        if demo:
            shown = prepare_demonstration(settings)
        asyncio.run(prepare())
        greeting = welcome(settings.host, settings.port, shown.physician, shown.moderator)
        if settings.workers == 1:
            run_server(shown.settings, listener, lambda: typer.echo(greeting))
            return
        from graph.supervisor import supervise

        supervise(shown.settings, listener, lambda: typer.echo(greeting))


def check_workers(workers: int, database_url: str) -> None:
    """See whether so many processes can serve.

    Raises:
        OneProcessOnly: there is more than one, on SQLite, or on a system without the signals that they need.
    """
    from resolvers.database import DatabaseUrl

    if workers == 1:
        return
    if DatabaseUrl.parse(database_url).dialect == "sqlite":
        raise OneProcessOnly(
            "On SQLite one process serves: leave out --workers and PEERSCORE_WORKERS, or use PostgreSQL, "
            "which is for several."
        )
    if os.name != "posix":
        raise OneProcessOnly("On this system one process serves: leave out --workers and PEERSCORE_WORKERS.")
