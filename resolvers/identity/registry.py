"""Importing a registry of licences: hashed, so that a registry's numbers are not kept, and in batches."""

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tortoise.transactions import in_transaction

from resolvers.database import database, dialect_of
from resolvers.identity.key import IdentityKey
from resolvers.identity.licences import InvalidLicence, normalised
from resolvers.identity.matching import verify_matching
from resolvers.identity.registry_rejects import RegistryRejects
from resolvers.progress import Progress, Report, unreported
from resolvers.ratings.copying import copied
from resolvers.ratings.errors import HeaderRefused, RowRefused, shown
from resolvers.ratings.lines import SourceLines
from resolvers.ratings.sources import OpenSource, RatingSource
from resolvers.sql import fetch_rows

REQUIRED = ("country", "authority", "number")

COLUMNS = (*REQUIRED, "specialty")
"""The columns of a registry, which its first line names in any order."""

BATCH_LINES = 100_000
"""How many lines one transaction writes."""

NOT_UTF_8 = "is not valid UTF-8"

NOT_CSV = "is not a line of CSV: its quotes do not match"

Entry = tuple[str, int | None]
"""A licence's hash, and the key of the specialty that the registry names."""


@dataclass(frozen=True, slots=True)
class RegistryOutcome:
    """What has become of a registry's lines, and how many physicians who waited were verified by it."""

    accepted: int
    rejected: int
    verified: int
    rejects: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class _Batch:
    """`entries` has each licence once; `refusals` are lines with the reason."""

    accepted: int
    entries: dict[str, int | None]
    refusals: Sequence[tuple[int, str]]


async def import_licences(
    source: RatingSource,
    rejects: Path,
    key: IdentityKey,
    now: datetime,
    report: Report = unreported,
    *,
    batch_lines: int = BATCH_LINES,
) -> RegistryOutcome:
    """Import a registry of licences, and verify the physicians who wait and whom it has.

    Each batch is one transaction, followed by the verifying. Nothing is noted of how far the import is: run again, it
    begins at the beginning, and what is there already stays as it is. Of a licence that a registry has several times
    the last line counts, also over what an earlier import said of it.

    Args:
        source: CSV, plain or compressed, with the columns `COLUMNS`.
        rejects: the file for lines that are not taken, with the reason; it is made anew. It repeats no number.
        key: hashes the numbers.
        now: the time of what is verified.
        report: is told the progress after each batch, in bytes as stored.
        batch_lines: how many lines make a batch.

    Raises:
        SourceUnreadable: the source cannot be read; the batches before that place are imported.
        HeaderRefused: the first line does not name the columns; nothing was imported.
        RejectsUnusable: the file for lines that are not taken cannot be used.
    """
    started = time.monotonic()
    accepted = rejected = verified = 0
    with source.open() as opened:
        reader = _Reader(opened, key, await _specialties(), batch_lines)
        refused = RegistryRejects(rejects, source.path)
        while batch := reader.read():
            refused.add(batch.refusals)
            await _write(list(batch.entries.items()))
            verified += await verify_matching(now)
            accepted += batch.accepted
            rejected += len(batch.refusals)
            note = f"{rejected:,} rejected" if rejected else ""
            report(Progress(opened.position, opened.total, "bytes", note))
    return RegistryOutcome(accepted, rejected, verified, rejects, time.monotonic() - started)


async def _specialties() -> dict[str, int]:
    return {name.casefold(): key for key, name in await fetch_rows("SELECT id, name FROM specialty")}


class _Reader:
    """Reads and checks the lines of a registry; each stands for itself, so that a stray quote spoils one only."""

    def __init__(self, source: OpenSource, key: IdentityKey, specialties: dict[str, int], batch_lines: int) -> None:
        self._lines = SourceLines(source.content, source.name)
        self._key = key
        self._specialties = specialties
        self._batch_lines = batch_lines
        self._header = self._read_header()

    def read(self) -> _Batch | None:
        """The next batch; None at the end."""
        accepted, entries, refusals = 0, dict[str, int | None](), list[tuple[int, str]]()
        while len(self._lines.taken) < self._batch_lines:
            number, line = self._lines.next_number, self._lines.take()
            if not line:
                break
            try:
                if values := _values(line):
                    number_hash, specialty = self._entry(values)
                    entries[number_hash] = specialty
                    accepted += 1
            except RowRefused as refused:
                refusals.append((number, str(refused)))
        return _Batch(accepted, entries, refusals) if self._lines.settle().lines else None

    def _entry(self, values: list[str]) -> Entry:
        if len(values) != len(self._header):
            raise RowRefused(f"has {len(values)} columns instead of {len(self._header)}")
        row = dict(zip(self._header, values, strict=True))
        try:
            licence = normalised(row["country"], row["authority"], row["number"])
        except InvalidLicence as error:
            raise RowRefused("; ".join(f"{name} {reason}" for name, reason in error.problems)) from None
        specialty = row.get("specialty", "").strip()
        if specialty and specialty.casefold() not in self._specialties:
            raise RowRefused(f"specialty: {shown(specialty)} is not in the catalogue")
        return licence.hashed(self._key), self._specialties.get(specialty.casefold())

    def _read_header(self) -> list[str]:
        try:
            header = [name.strip() for name in _values(self._lines.take())]
        except RowRefused as error:
            raise HeaderRefused("it is not a line of CSV", COLUMNS) from error
        if unknown := [name for name in header if name not in COLUMNS]:
            raise HeaderRefused(f"{shown(unknown[0])} is not a column of a registry", COLUMNS)
        if twice := [name for name in COLUMNS if header.count(name) > 1]:
            raise HeaderRefused(f"{twice[0]} is there twice", COLUMNS)
        if missing := [name for name in REQUIRED if name not in header]:
            raise HeaderRefused(f"{', '.join(missing)} is missing", COLUMNS)
        self._lines.settle()
        return header


def _values(line: bytes) -> list[str]:
    """The values of a line; none of an empty one."""
    try:
        return next(csv.reader([line.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        raise RowRefused(NOT_UTF_8) from None
    except csv.Error:
        raise RowRefused(NOT_CSV) from None


async def _write(entries: list[Entry]) -> None:
    """Add licences, or say anew which specialty the registry names; what is there already is not touched."""
    if not entries:
        return
    # In the order of the unique key, so that two imports wait for each other in one direction only; it also touches
    # each page of the index but once.
    entries.sort()
    conflict = (
        "ON CONFLICT (number_hash) DO UPDATE SET specialty_id = excluded.specialty_id"
        " WHERE registry_licence.specialty_id IS DISTINCT FROM excluded.specialty_id"
    )
    async with in_transaction() as connection:
        if dialect_of(connection) == "sqlite":
            await connection.execute_many(
                f"INSERT INTO registry_licence (number_hash, specialty_id) VALUES (?, ?) {conflict}",
                [list(entry) for entry in entries],
            )
        else:
            given = await copied(connection, "registry_licence", ("number_hash", "specialty_id"), entries)
            await database().execute_query(
                "INSERT INTO registry_licence (id, number_hash, specialty_id)"
                f" SELECT id, number_hash, specialty_id FROM {given} ORDER BY id {conflict}"
            )
