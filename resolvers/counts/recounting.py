"""What the counts should be, and what they are, part by part of the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from resolvers.counts.cells import cells_of
from resolvers.counts.comparing import StoredCounts
from resolvers.counts.counted import Tally
from resolvers.counts.earlier import COUNTED_COLUMNS, counted_ratings
from resolvers.counts.head_to_heads import head_to_heads_of
from resolvers.counts.released import RELEASED_COLUMNS, released_cells_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS, RELEASED_CELLS, CountTable
from resolvers.database import database, dialect_of
from resolvers.sql import Parameters, fetch_rows

LEAST_KEY, GREATEST_KEY = -(2**31), 2**31 - 1
"""The range of the catalogue's keys."""

PART_ROWS = 25_000
"""What is counted, and the counts, in one part, unless a single drug or indication has more: about 150 MB of memory,
and a second during which writers wait."""


@dataclass(frozen=True, slots=True)
class CountKind:
    """One kind of counts: the table that holds them, and how they follow from the rows of `source`.

    The first column of the table's key, drug or indication, cuts these rows into parts that can be counted alone.
    """

    table: CountTable
    source: str
    columns: tuple[str, ...]
    tally: Callable[[Sequence[Sequence[Any]]], Tally]
    noun: str

    @property
    def cut_by(self) -> str:
        return self.table.key_columns[0]


def _cells(rows: Sequence[Sequence[Any]]) -> Tally:
    return cells_of(counted_ratings(rows))


def _head_to_heads(rows: Sequence[Sequence[Any]]) -> Tally:
    return head_to_heads_of(counted_ratings(rows))


COUNT_KINDS = (
    CountKind(CELLS, "rating", COUNTED_COLUMNS, _cells, "cells"),
    CountKind(HEAD_TO_HEADS, "rating", COUNTED_COLUMNS, _head_to_heads, "head-to-heads"),
    CountKind(RELEASED_CELLS, "released_rating", RELEASED_COLUMNS, released_cells_of, "released cells"),
)
"""All that is counted of ratings, and of what was released of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Everything whose drug or indication has a key from `first` to `last`; `rows` is the work in it."""

    first: int
    last: int
    rows: int


async def parts_of(kind: CountKind) -> list[Part]:
    """Parts that together are the whole database, whatever is added to it meanwhile."""
    found = await fetch_rows(
        "SELECT key, SUM(rows) FROM ("
        f"SELECT {kind.cut_by} AS key, COUNT(*) AS rows FROM {kind.source} GROUP BY {kind.cut_by}"
        f" UNION ALL SELECT {kind.cut_by}, COUNT(*) FROM {kind.table.name} GROUP BY {kind.cut_by}) AS given"
        " GROUP BY key ORDER BY key"
    )
    parts: list[Part] = []
    first, rows = LEAST_KEY, 0
    for key, more in found:
        if rows and rows + more > PART_ROWS:
            parts.append(Part(first, key - 1, rows))
            first, rows = key, 0
        rows += int(more)
    return [*parts, Part(first, GREATEST_KEY, rows)]


async def expected_counts(kind: CountKind, part: Part) -> Tally:
    """The counts by the ratings, or by what was released of them."""
    return kind.tally(await _rows(kind, part, kind.source, kind.columns))


async def stored_counts(kind: CountKind, part: Part) -> StoredCounts:
    """The counts that the table holds."""
    table = kind.table
    rows = await _rows(kind, part, table.name, (*table.key_columns, "id", *table.count_columns))
    return _stored(rows, len(table.key_columns), len(table.count_columns))


async def _rows(kind: CountKind, part: Part, table: str, columns: Sequence[str]) -> list[Sequence[Any]]:
    parameters = Parameters()
    chosen = f"{kind.cut_by} BETWEEN {parameters.bind(part.first)} AND {parameters.bind(part.last)}"
    if dialect_of(database()) == "sqlite":
        # First the ids, in order: each page of the table is then read once. PostgreSQL does so by itself.
        chosen = f"id IN (SELECT id FROM {table} WHERE {chosen})"
    return await fetch_rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {chosen}", parameters)


def _stored(rows: Sequence[Sequence[Any]], key_width: int, count_width: int) -> StoredCounts:
    numbers = np.fromiter(chain.from_iterable(row[key_width:] for row in rows), dtype=np.int64)
    numbers = numbers.reshape(len(rows), 1 + count_width)
    return StoredCounts(Tally([tuple(row[:key_width]) for row in rows], numbers[:, 1:]), numbers[:, 0])
