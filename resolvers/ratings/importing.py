"""Importing ratings in bulk: in batches, each one transaction, continued where an earlier run stopped."""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models import RatingImport
from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.database import database, dialect_of
from resolvers.feed.waking import wake_followers
from resolvers.progress import Progress, Report, unreported
from resolvers.ratings.batches import BATCH_ROWS, Batch, BatchReader
from resolvers.ratings.checking import RowCheck
from resolvers.ratings.errors import AnotherSource, ImportedElsewhere
from resolvers.ratings.lines import Position
from resolvers.ratings.rejects import RejectsFile
from resolvers.ratings.sources import RatingSource
from resolvers.ratings.writing import write_ratings

Result = TypeVar("Result")

SQLITE_CACHE_KIB = 131_072
"""With a smaller cache SQLite writes the pages of indexes and cells many times. With half as much again, a million
ratings took no less time, and the memory was more than 500 MB."""

DUPLICATE = "the physician has already rated this drug for this indication"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What has become of all rows of the source, those included that earlier runs of the import dealt with.

    `already` says how many rows those were; `rejects` is where the rejected ones are.
    """

    accepted: int
    rejected: int
    already: int
    rejects: Path
    seconds: float


async def import_ratings(
    source: RatingSource,
    rejects: Path,
    report: Report = unreported,
    *,
    restart: bool = False,
    batch_rows: int = BATCH_ROWS,
) -> ImportOutcome:
    """Import ratings; rows that cannot be taken are written to a file, with the reason.

    Each batch is one transaction together with the note of how far the import is. So an import that was stopped,
    by whatever means, continues with nothing twice and nothing missing when it is run again, and a source that
    was imported completely is not imported again.

    Args:
        source: where the ratings come from.
        rejects: the file for rows that are not taken; it is created, or continued with the import.
        report: is told the progress after each batch, in bytes as stored.
        restart: begin at the beginning even if an earlier import began with the same content.
        batch_rows: how many rows make a batch.

    Raises:
        CatalogueMissing: there is nothing that ratings could refer to.
        SourceUnreadable: the source cannot be read; the batches before that place are imported.
        HeaderRefused: the columns are not those of ratings; nothing was imported.
        AnotherSource: an earlier import began alike but went on differently.
        ImportedElsewhere: another process imports the same source at the same time.
        RejectsUnusable: the file for rejected rows cannot be used.
    """
    started = time.monotonic()
    with source.open() as opened:
        reader = BatchReader(opened, RowCheck(await CatalogueLookup.load()), batch_rows)
        journal = None if restart else await RatingImport.get_or_none(fingerprint=opened.fingerprint)
        if journal and reader.skip_to(journal.bytes_read) != Position(journal.bytes_read, journal.digest):
            raise AnotherSource
        rejects_file = RejectsFile(rejects)
        rejects_file.check(journal.rejects_size if journal else 0, source.path)
        if restart:
            await RatingImport.filter(fingerprint=opened.fingerprint).delete()
        if not journal:
            journal = await _to_its_end(_new_journal(opened.fingerprint, reader.beginning))
        already = journal.accepted + journal.rejected
        if not (journal.finished_at and reader.at_end()):
            with _without_garbage_collection():
                async with _room_for_indexes(), aclosing(_batches(reader)) as batches:
                    async for batch in batches:
                        await _to_its_end(_write(journal, batch, rejects_file))
                        note = f"{journal.rejected:,} rejected" if journal.rejected else ""
                        report(Progress(batch.position, opened.total, "bytes", note))
    return ImportOutcome(journal.accepted, journal.rejected, already, rejects, time.monotonic() - started)


async def _new_journal(fingerprint: str, beginning: Position) -> RatingImport:
    journal, _ = await RatingImport.get_or_create(
        {"bytes_read": beginning.size, "digest": beginning.digest, "started_at": datetime.now(UTC)},
        fingerprint=fingerprint,
    )
    return journal


async def _batches(reader: BatchReader) -> AsyncGenerator[Batch, None]:
    """The batches of the source; on PostgreSQL a thread reads the next one while one is being written.

    SQLite writes within this process and needs the interpreter for each row, so there a second thread would
    only be in its way.
    """
    batch = reader.read()
    while not batch.is_last:
        if dialect_of(database()) == "sqlite":
            yield batch
            batch = reader.read()
        else:
            following = asyncio.create_task(asyncio.to_thread(reader.read))
            try:
                yield batch
            finally:
                # Whatever happens, the source must not be closed while the thread reads from it.
                await asyncio.wait({following})
            batch = following.result()
    yield batch


async def _to_its_end(work: Coroutine[None, None, Result]) -> Result:
    """Finish the work even if this task is cancelled meanwhile, and only then be cancelled.

    Tortoise keeps SQLite's only connection locked for ever when the beginning of a transaction is cancelled.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def _write(journal: RatingImport, batch: Batch, rejects_file: RejectsFile) -> None:
    """Write a batch, its rejected rows and how far the import is by then, all or nothing."""
    end = batch.stretch.end
    finished_at = datetime.now(UTC) if batch.is_last else None
    async with in_transaction():
        # Moves on only from where this process left it, and keeps others out until the transaction ends.
        moved = await RatingImport.filter(id=journal.id, bytes_read=journal.bytes_read, digest=journal.digest).update(
            bytes_read=end.size, digest=end.digest, finished_at=finished_at
        )
        if not moved:
            raise ImportedElsewhere
        duplicates = await write_ratings(batch.rows)
        refusals = sorted([*batch.refusals, *((row.line, DUPLICATE) for row in duplicates)])
        accepted, rejected = len(batch.rows) - len(duplicates), len(refusals)
        # The disk has the rejected rows before the database says so; what is written too much is cut off later.
        rejects_size = rejects_file.write(
            journal.rejects_size,
            ((line, reason, batch.stretch.text_of(line, batch.starts)) for line, reason in refusals),
        )
        await RatingImport.filter(id=journal.id).update(
            accepted=F("accepted") + accepted, rejected=F("rejected") + rejected, rejects_size=rejects_size
        )
    wake_followers()
    journal.bytes_read, journal.digest, journal.finished_at = end.size, end.digest, finished_at
    journal.accepted += accepted
    journal.rejected += rejected
    journal.rejects_size = rejects_size


@asynccontextmanager
async def _room_for_indexes() -> AsyncIterator[None]:
    connection = database()
    if dialect_of(connection) == "postgres":
        yield
        return
    _, before = await connection.execute_query("PRAGMA cache_size")
    await connection.execute_query(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
    try:
        yield
    finally:
        await connection.execute_query(f"PRAGMA cache_size = {before[0]['cache_size']}")


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A batch is a million objects without cycles; to look through them over and over takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
