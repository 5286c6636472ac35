"""Repairing the counts from the ratings, while others read and write."""

from dataclasses import dataclass

from tortoise.transactions import in_transaction

from resolvers.counts.adding import add_counts
from resolvers.counts.comparing import differences
from resolvers.counts.counted import Integers, Tally
from resolvers.counts.recounting import COUNT_KINDS, CountKind, Part, expected_counts, parts_of, stored_counts
from resolvers.counts.tables import CountTable
from resolvers.database import database, dialect_of
from resolvers.progress import Progress, Report, unreported
from resolvers.sql import Parameters


@dataclass(frozen=True, slots=True)
class RebuildOutcome:
    """How many rows of counts were missing and are there now, were wrong and are right, or counted nothing."""

    added: int
    corrected: int
    removed: int


async def rebuild_counts(report: Report = unreported) -> RebuildOutcome:
    """Make the counts of the open database what the ratings say.

    Each part is one transaction that keeps other writers out and lets readers read. Whatever is written before or
    after it is counted by those who write it, so the counts are exact at the end, also when others write meanwhile.
    A rebuild that was interrupted has repaired some parts; another one finds nothing to do there.

    Args:
        report: is told after each part how many rows have been compared: ratings, once for each kind of counts, and
            the counts.
    """
    parts = [(kind, part) for kind in COUNT_KINDS for part in await parts_of(kind)]
    total = sum(part.rows for _, part in parts)
    done = added = corrected = removed = 0
    report(Progress(0, total, "rows"))
    for kind, part in parts:
        async with in_transaction():
            of_part = await _rebuild(kind, part)
        done += part.rows
        added += of_part.added
        corrected += of_part.corrected
        removed += of_part.removed
        report(Progress(done, total, "rows", kind.noun))
    return RebuildOutcome(added, corrected, removed)


async def _rebuild(kind: CountKind, part: Part) -> RebuildOutcome:
    await _keep_writers_out()
    found = differences(await expected_counts(kind, part), await stored_counts(kind, part))
    missing, corrections = found.missing(), found.corrections()
    await _insert(kind.table, missing)
    await add_counts(kind.table, corrections)
    await _delete(kind.table, found.idle)
    return RebuildOutcome(len(missing), len(corrections), len(found.idle))


async def _keep_writers_out() -> None:
    """Until the transaction ends, nobody else writes ratings, and nobody else rebuilds."""
    connection = database()
    if dialect_of(connection) == "sqlite":
        # The first write takes SQLite's only lock.
        await connection.execute_query("DELETE FROM rating WHERE id IS NULL")
    else:
        # Waits for those who are writing. Readers never wait for this lock, nor for one who waits for it.
        await connection.execute_query("LOCK TABLE rating IN SHARE ROW EXCLUSIVE MODE")


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
