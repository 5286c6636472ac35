"""`peerscore scores rebuild`."""

import asyncio
from typing import TYPE_CHECKING

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.counts.rebuilding import RebuildOutcome


def rebuild(database_url: DatabaseUrlOption = None, log_level: LogLevelOption = None) -> None:
    """Repair the counts that scores are made from, so that they are what the ratings say.

    Others may read meanwhile; those who write wait for a second or two at a time. What is right already stays as it
    is, so a repair that was stopped goes on where it was.

    Example: peerscore scores rebuild
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.counts.rebuilding import rebuild_counts

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> "RebuildOutcome":
        async with open_migrated(settings.database_url):
            return await rebuild_counts(report)

    with shown_progress("Rebuilding") as progress, stoppable(progress) as report:
        outcome = asyncio.run(work())
    typer.echo(
        f"Rows of counts: {outcome.added:,} added, {outcome.corrected:,} corrected, {outcome.removed:,} removed."
    )
