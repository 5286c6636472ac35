"""`peerscore scores verify`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.counts.verifying import CountDifference, Verification

COUNTS_DIFFER = 4
"""Exit code when the check is complete and some counts are not what the ratings say."""


def verify(
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=0, help="How many of the differences to list.")
    ] = 20,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Count all ratings anew, compare with the counts that scores are made from, and list what differs.

    Changes nothing, and others may read and write meanwhile.

    Exit code: 0 when all counts are right, 4 when some are not, 1 when the check failed.

    Example: peerscore scores verify
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.counts.verifying import verify_counts

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> "Verification":
        async with open_migrated(settings.database_url):
            return await verify_counts(report, at_most=lines)

    consequence = "The check is not complete; nothing was changed."
    with shown_progress("Verifying") as progress, stoppable(progress, consequence) as report:
        found = asyncio.run(work())
    for difference in found.listed:
        typer.echo(_line(difference))
    if more := found.counts - len(found.listed):
        typer.echo(f"… and {more:,} more")
    if not found.rows:
        typer.echo(f"All counts are right; {found.compared:,} rows compared.")
        return
    typer.echo(
        f"Rows that differ from the ratings: {found.rows:,}; counts that differ: {found.counts:,}. "
        "`peerscore scores rebuild` repairs them."
    )
    raise typer.Exit(COUNTS_DIFFER)


def _line(difference: "CountDifference") -> str:
    return (
        f"{difference.table}: {difference.key}: "
        f"{difference.column} is {difference.stored:,} and should be {difference.expected:,}"
    )
