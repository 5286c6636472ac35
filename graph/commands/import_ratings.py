"""`peerscore import ratings`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.ratings.importing import ImportOutcome

STANDARD_INPUT = Path("-")

SOME_REJECTED = 3
"""Exit code when the import is complete and some rows were not accepted."""


def import_ratings(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE|-", help="CSV or NDJSON, plain or .gz; - for standard input.", show_default=False),
    ],
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="PATH",
            help="Where rejected rows go, with line number and reason. "
            "Otherwise FILE.rejects.csv, or ratings.rejects.csv for standard input.",
            show_default=False,
        ),
    ] = None,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Read the file from its beginning, although part of it was imported."),
    ] = False,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Import ratings in bulk; bad rows go to a file of rejects, good rows are kept.

    Killed at any moment and run again, it continues with nothing twice and nothing missing.

    Exit code: 0 when every row was accepted, 3 when some were rejected, 1 when the import failed.

    Example: peerscore import ratings ratings.csv.gz
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import CONTINUES, stoppable
    from graph.opening import open_migrated
    from resolvers.ratings import importing
    from resolvers.ratings.sources import RatingSource

    settings = settings_from(database_url=database_url, log_level=log_level)
    rejects_file = rejects or default_rejects(file)
    source, consequence = RatingSource(file), CONTINUES
    if file == STANDARD_INPUT:
        source, consequence = RatingSource(None), "The same command with the same input continues where this one ended."

    async def work() -> "ImportOutcome":
        async with open_migrated(settings.database_url):
            return await importing.import_ratings(source, rejects_file, report, restart=restart)

    with shown_progress("Importing") as progress, stoppable(progress, consequence) as report:
        outcome = asyncio.run(work())
    if outcome.already:
        typer.echo(f"An earlier run had dealt with {outcome.already:,} of the rows; the counts include them.")
    see = f" (see {rejects_file})" if outcome.rejected else ""
    ratings = "rating" if outcome.accepted == 1 else "ratings"
    typer.echo(f"Imported {outcome.accepted:,} {ratings}; rejected {outcome.rejected:,}{see}.")
    if outcome.rejected:
        raise typer.Exit(SOME_REJECTED)


def default_rejects(file: Path) -> Path:
    """Where rejected rows of a file go unless `--rejects` says otherwise."""
    return Path("ratings.rejects.csv") if file == STANDARD_INPUT else Path(f"{file}.rejects.csv")
