"""`peerscore export ratings`."""

import asyncio
import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

# The same as resolvers.ratings.columns', without the import of the database for `--help`.
FileFormat = Literal["csv", "ndjson"]

STANDARD_OUTPUT = Path("-")

COMPRESSION = 6
"""gzip's own default, as a command line has it; the module's 9 takes several times as long for little."""


def export_ratings(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE|-", help="Where to write; a name ending in .gz is compressed."),
    ] = STANDARD_OUTPUT,
    file_format: Annotated[
        FileFormat | None,
        typer.Option(
            "--format", help="csv or ndjson. Otherwise what the file's name says, or csv.", show_default=False
        ),
    ] = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Write all ratings in the form that `import ratings` reads.

    The file appears under its name when it is complete.

    Example: peerscore export ratings ratings.csv.gz
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.ratings import exporting

    settings = settings_from(database_url=database_url, log_level=log_level)
    chosen = file_format or format_of(file)

    async def work() -> int:
        async with open_migrated(settings.database_url):
            return await exporting.export_ratings(write, chosen, report)

    consequence = "What was written is not complete." if file == STANDARD_OUTPUT else f"{file} was not written."
    with shown_progress("Exporting") as progress, stoppable(progress, consequence) as report, _opened(file) as write:
        count = asyncio.run(work())
    typer.echo(f"Exported {count:,} ratings.", err=True)


def format_of(file: Path) -> FileFormat:
    """What a file's name says about its format."""
    return "ndjson" if file.name.removesuffix(".gz").endswith((".ndjson", ".jsonl")) else "csv"


@contextmanager
def _opened(file: Path) -> Iterator[Callable[[bytes], object]]:
    """Writes to the file, under another name until it is complete; nothing stays of one that is not."""
    if file == STANDARD_OUTPUT:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("wb") as plain:
            if file.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=plain, mode="wb", compresslevel=COMPRESSION) as compressed:
                    yield compressed.write
            else:
                yield plain.write
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
