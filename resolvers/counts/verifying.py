"""Checking the counts against the ratings, without changing anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from tortoise.transactions import in_transaction

from resolvers.counts.comparing import Differences, differences
from resolvers.counts.naming import Key, names_of
from resolvers.counts.recounting import COUNT_KINDS, expected_counts, parts_of, stored_counts
from resolvers.counts.tables import MARKS, CountTable
from resolvers.database import database, dialect_of
from resolvers.progress import Progress, Report, unreported
from resolvers.releases.marking import wrong_marks

LISTED = 20
"""How many differences are listed unless told otherwise."""


@dataclass(frozen=True, slots=True)
class CountDifference:
    """One count that is not what it should be; `key` names its row, such as "colchicine, gout, country DE"."""

    table: str
    key: str
    column: str
    stored: int
    expected: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check has found.

    Attributes:
        compared: how many rows were compared: ratings, once for each kind of counts, and the counts.
        rows: how many rows of counts differ in at least one count; a row that is not there has counts of zero.
        counts: how many counts differ in all.
        listed: the first of them.
    """

    compared: int
    rows: int
    counts: int
    listed: tuple[CountDifference, ...]


async def verify_counts(report: Report = unreported, *, at_most: int = LISTED) -> Verification:
    """Count all ratings of the open database anew and compare, as of the moment at which the check began.

    Released cells are compared with the released ratings; and whether each rating either is as it was released, or is
    marked as unreleased, is checked as well.

    Args:
        report: is told how many rows have been compared.
        at_most: how many differences to list.
    """
    compared = rows = counts = 0
    found: list[tuple[CountTable, _Count]] = []
    async with _one_moment():
        parts = [(kind, part) for kind in COUNT_KINDS for part in await parts_of(kind)]
        total = sum(part.rows for _, part in parts)
        report(Progress(0, total, "rows"))
        for kind, part in parts:
            of_part = differences(await expected_counts(kind, part), await stored_counts(kind, part))
            compared += part.rows
            rows += len(of_part)
            counts += int((of_part.stored != of_part.expected).sum())
            found.extend((kind.table, count) for count in _first_counts(of_part, at_most - len(found)))
            report(Progress(compared, total, "rows", f"{rows:,} rows differ" if rows else kind.noun))
        marks = await wrong_marks()
        rows += len(marks)
        of_marks = [
            (MARKS, _Count(treatment, column, wrong, 0))
            for treatment, *wrongs in marks
            for column, wrong in enumerate(wrongs)
            if wrong
        ]
        counts += len(of_marks)
        found.extend(of_marks[: at_most - len(found)])
        names = await names_of([(table, count.key) for table, count in found])
    listed = (
        CountDifference(table.name, name, table.count_columns[count.column], count.stored, count.expected)
        for name, (table, count) in zip(names, found, strict=True)
    )
    return Verification(compared, rows, counts, tuple(listed))


class _Count(NamedTuple):
    """A count that differs, by its row's key and the position of its column."""

    key: Key
    column: int
    stored: int
    expected: int


def _first_counts(found: Differences, at_most: int) -> list[_Count]:
    rows, columns = np.nonzero(found.stored != found.expected)
    places = zip(rows[:at_most].tolist(), columns[:at_most].tolist(), strict=True)
    return [
        _Count(found.keys[row], column, int(found.stored[row, column]), int(found.expected[row, column]))
        for row, column in places
    ]


@asynccontextmanager
async def _one_moment() -> AsyncIterator[None]:
    """All reads within the block see the database as it is at the first of them; others may write meanwhile."""
    async with in_transaction() as transaction:
        if dialect_of(database()) == "postgres":
            await transaction.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
