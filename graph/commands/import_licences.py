"""`peerscore import licences`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.identity.registry import RegistryOutcome

SOME_REJECTED = 3
"""Exit code when the import is complete and some lines were not accepted."""

HARMLESS = "What was read is kept; the same command, run again, begins at the beginning and changes nothing twice."


def import_licences(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV, plain or .gz, with the columns country, authority, number and, if you like, specialty.",
            show_default=False,
        ),
    ],
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="PATH",
            help="Where rejected lines go: their numbers and the reasons, without the licences. "
            "Otherwise FILE.rejects.csv.",
            show_default=False,
        ),
    ] = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Import a registry of licences: physicians who have one of these, and the same specialty, are verified at once.

    Of each licence a keyed hash is kept, and nothing else. For the United States the number is the NPI, and the
    authority NPI or empty.

    Exit code: 0 when every line was accepted, 3 when some were rejected, 1 when the import failed.

    Example: peerscore import licences registry.csv.gz
    """
    from graph.clock import utc_now
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.identity.key import check_identity_key, open_identity_key
    from resolvers.identity.registry import import_licences
    from resolvers.ratings.sources import RatingSource

    settings = settings_from(database_url=database_url, log_level=log_level)
    rejects_file = rejects or Path(f"{file}.rejects.csv")

    async def work() -> "RegistryOutcome":
        async with open_migrated(settings.database_url):
            key = open_identity_key(settings.identity_key.get_secret_value(), Path(settings.identity_key_file))
            await check_identity_key(key)
            return await import_licences(RatingSource(file), rejects_file, key, utc_now(), report)

    with shown_progress("Importing") as progress, stoppable(progress, HARMLESS) as report:
        outcome = asyncio.run(work())
    see = f" (see {rejects_file})" if outcome.rejected else ""
    typer.echo(
        f"Imported {outcome.accepted:,} {'licence' if outcome.accepted == 1 else 'licences'};"
        f" rejected {outcome.rejected:,}{see}; physicians verified: {outcome.verified:,}."
    )
    if outcome.rejected:
        raise typer.Exit(SOME_REJECTED)
