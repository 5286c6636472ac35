"""`peerscore feed prune`."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.feed.pruning import PruneOutcome


def prune(database_url: DatabaseUrlOption = None, log_level: LogLevelOption = None) -> None:
    """Delete old events of the feed: those from more days ago than PEERSCORE_FEED_RETENTION_DAYS says.

    A subscriber who was away for longer cannot resume without a gap, and is told so. Others may read and write
    meanwhile. Run it once a day or so.

    Example: peerscore feed prune
    """
    from graph.clock import utc_now
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.feed.pruning import prune_feed

    settings = settings_from(database_url=database_url, log_level=log_level)
    before = utc_now() - timedelta(days=settings.feed_retention_days)

    async def work() -> "PruneOutcome":
        async with open_migrated(settings.database_url):
            return await prune_feed(before, report)

    with shown_progress("Pruning") as progress, stoppable(progress) as report:
        outcome = asyncio.run(work())
    typer.echo(
        f"Events from before {before:%Y-%m-%d %H:%M} UTC: {outcome.removed:,} removed. {outcome.kept:,} are kept."
    )
