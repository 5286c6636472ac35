"""Repairing the counts from the ratings, while others read and write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from resolvers.counts.adding import add_counts
from resolvers.counts.comparing import differences
from resolvers.counts.counted import Integers, Tally
from resolvers.counts.locking import keep_writers_out
from resolvers.counts.recounting import COUNT_KINDS, CountKind, Part, expected_counts, parts_of, stored_counts
from resolvers.counts.released import treatments_in
from resolvers.counts.tables import RELEASED_CELLS, CountTable
from resolvers.database import database, dialect_of
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_recounted, note_released
from resolvers.progress import Progress, Report, unreported
from resolvers.releases.catching_up import catch_up, parts_to_release
from resolvers.sql import Parameters

RELEASES = "released ratings"
"""What the last part of the progress is about."""


@dataclass(frozen=True, slots=True)
class RebuildOutcome:
    """How many rows of counts were missing and are there now, were wrong and are right, or counted nothing.

    Marks of unreleased ratings count as rows here: they were missing, or marked nothing.
    """

    added: int
    corrected: int
    removed: int


async def rebuild_counts(report: Report = unreported) -> RebuildOutcome:
    """Make the counts of the open database what the ratings say, and mark and release what is not released.

    Each part is one transaction that keeps other writers out and lets readers read. Whatever is written before or
    after it is counted by those who write it, so the counts are exact at the end, also when others write meanwhile.
    A rebuild that was interrupted has repaired some parts; another one finds nothing to do there. The feed is told
    with each part that was wrong.

    Args:
        report: is told after each part how many rows have been compared: ratings, once for each kind of counts, and
            the counts, and both once more for what is released.
    """
    parts = [(kind, part) for kind in COUNT_KINDS for part in await parts_of(kind)]
    to_release = await parts_to_release()
    total = sum(part.rows for _, part in parts) + sum(part.rows for part in to_release)
    done = added = corrected = removed = 0
    report(Progress(0, total, "rows"))
    for kind, part in parts:
        async with in_transaction():
            of_part = await _rebuild(kind, part)
        wake_followers()
        done += part.rows
        added += of_part.added
        corrected += of_part.corrected
        removed += of_part.removed
        report(Progress(done, total, "rows", kind.noun))

    def released(part: Part) -> None:
        nonlocal done
        done += part.rows
        report(Progress(done, total, "rows", RELEASES))

    marks = await catch_up(to_release, released)
    return RebuildOutcome(added + marks.added, corrected, removed + marks.removed)


async def _rebuild(kind: CountKind, part: Part) -> RebuildOutcome:
    await keep_writers_out()
    found = differences(await expected_counts(kind, part), await stored_counts(kind, part))
    missing, corrections = found.missing(), found.corrections()
    await _insert(kind.table, missing)
    await add_counts(kind.table, corrections)
    await _delete(kind.table, found.idle)
    await _note(kind.table, found.keys)
    return RebuildOutcome(len(missing), len(corrections), len(found.idle))


async def _note(table: CountTable, repaired: Sequence[tuple[int | str, ...]]) -> None:
    """Tell the feed of the rows, by their keys, that were wrong: in the transaction that has repaired them."""
    now = datetime.now(UTC)
    if table is RELEASED_CELLS:
        # No first release: what was released is now counted as it should have been.
        await note_released([(treatment, False) for treatment in sorted(treatments_in(repaired))], now)
    elif repaired:
        await note_recounted(None, now)


async def _insert(table: CountTable, tally: Tally) -> None:
    """Insert rows that are known not to be there: no look for a conflict, and on PostgreSQL no second table."""
    if not len(tally):
        return
    connection = database()
    columns = (*table.key_columns, *table.count_columns)
    rows = [[*key, *counts] for key, counts in zip(tally.keys, tally.counts.tolist(), strict=True)]
    if dialect_of(connection) == "sqlite":
        places = ", ".join("?" for _ in columns)
        await connection.execute_many(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})", rows)
    else:
        async with connection.acquire_connection() as driver:
            await driver.copy_records_to_table(table.name, records=map(tuple, rows), columns=columns)


async def _delete(table: CountTable, ids: Integers) -> None:
    if not len(ids):
        return
    parameters = Parameters()
    await database().execute_query(
        f"DELETE FROM {table.name} WHERE {parameters.member_of('id', ids.tolist(), 'bigint')}", parameters.values
    )
