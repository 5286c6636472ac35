"""Deleting what is oldest in the feed."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from resolvers.database import database, dialect_of
from resolvers.progress import Progress, Report, unreported
from resolvers.sql import Parameters, fetch_returned, fetch_rows

PRUNED_AT_ONCE = 5_000
"""Events that are deleted in one transaction; on SQLite others who want to write wait for it."""


@dataclass(frozen=True, slots=True)
class PruneOutcome:
    """How many events have been removed, by this run, and how many were kept."""

    removed: int
    kept: int


async def prune_feed(before: datetime, report: Report = unreported) -> PruneOutcome:
    """Delete the events from before a time, as far as no later one stands in front of them.

    What is deleted is the beginning of the feed, so that a position alone tells whether events after it are missing.
    Times are not quite in the order of positions, so an event that is older than `before` may be kept, but none that
    is not is deleted. Each transaction deletes a part and says so in `feed_state`: a run that was interrupted has
    deleted some parts, and another one goes on there. Others may read, write and prune meanwhile.

    Args:
        before: the oldest time that is kept.
        report: is told after each transaction how many events have been deleted.
    """
    parameters = Parameters()
    [(pruned, end, last)] = await fetch_rows(
        "SELECT pruned_position, COALESCE((SELECT position FROM feed_event WHERE position IS NOT NULL"
        f" AND at >= {parameters.bind(before)} ORDER BY position LIMIT 1) - 1, last_position), last_position"
        " FROM feed_state WHERE id = 1",
        parameters,
    )
    removed = 0
    report(Progress(0, end - pruned, "events"))
    for position in range(pruned, end, PRUNED_AT_ONCE):
        upto = min(position + PRUNED_AT_ONCE, end)
        removed += await _delete(upto)
        report(Progress(upto - pruned, end - pruned, "events"))
    return PruneOutcome(removed, last - end)


async def _delete(upto: int) -> int:
    """Delete the events up to a position; how many there were."""
    if dialect_of(database()) == "postgres":
        return await _delete_by_one_statement(upto)
    async with in_transaction():
        parameters = Parameters()
        deleted = await fetch_returned(
            f"DELETE FROM feed_event WHERE position <= {parameters.bind(upto)} RETURNING id", parameters
        )
        parameters = Parameters()
        await database().execute_query(
            f"UPDATE feed_state SET pruned_position = MAX(pruned_position, {parameters.bind(upto)}) WHERE id = 1",
            parameters.values,
        )
    return len(deleted)


async def _delete_by_one_statement(upto: int) -> int:
    # Who numbers events waits for the row of `feed_state`, and so must not wait for this process: the row is locked
    # last, when all is deleted, and no transaction stays open when the process stands still.
    parameters = Parameters()
    [(deleted,)] = await fetch_returned(
        f"WITH gone AS (DELETE FROM feed_event WHERE position <= {parameters.bind(upto)} RETURNING id),"
        " counted AS (SELECT COUNT(*) AS number FROM gone)"
        f" UPDATE feed_state SET pruned_position = GREATEST(pruned_position, {parameters.bind(upto)}) FROM counted"
        " WHERE feed_state.id = 1 RETURNING counted.number",
        parameters,
    )
    return int(deleted)
