"""Transactions that write events and readers who poll, in orders drawn at random, one step after the other."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import asyncpg

from models.feed import ADDED
from resolvers.database import DatabaseUrl
from resolvers.feed.reading import EventRecord, read_events
from resolvers.feed.sequencing import give_positions
from resolvers.sql import Parameters, fetch_rows
from tests.feed_events import AT, Process

COMMITS = 0.85
"""The share of transactions that are committed; the others are rolled back."""

Execute = Callable[[str], Awaitable[object]]


@asynccontextmanager
async def writer_on(url: str) -> AsyncIterator[Execute]:
    """A connection of its own that executes SQL."""
    parsed = DatabaseUrl.parse(url)
    if parsed.dialect == "postgres":
        connection = await asyncpg.connect(url)
        yield connection.execute
        await connection.close()
        return
    with closing(sqlite3.connect(parsed.location, isolation_level=None)) as file:

        async def execute(statement: str) -> object:
            return file.execute(statement)

        yield execute


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a writer does: an event for each of these ratings; `after`: how many had been committed when it began."""

    numbers: tuple[int, ...]
    commits: bool
    after: int


class Reader:
    """Reads again and again what is new after its own position, in a process of its own."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.events: list[EventRecord] = []

    async def poll(self) -> bool:
        """Read what is new; whether there was anything."""
        return await self.process.do(self._poll)

    async def _poll(self) -> bool:
        await give_positions()
        events = await read_events(self.events[-1].position if self.events else 0)
        self.events += events
        return bool(events)


class SequenceReader:
    """Reads what is new after the last number that a sequence gave to an event when it was written."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.numbers: list[int] = []
        self._last = 0

    async def poll(self) -> bool:
        """Read what is new; whether there was anything."""
        return await self.process.do(self._poll)

    async def _poll(self) -> bool:
        parameters = Parameters()
        rows = await fetch_rows(
            f"SELECT id, rating_id FROM feed_event WHERE id > {parameters.bind(self._last)} ORDER BY id", parameters
        )
        self.numbers += [number for _, number in rows]
        self._last = rows[-1][0] if rows else self._last
        return bool(rows)


class Interleavings:
    """Draws and runs them.

    Args:
        seed: of what is drawn.
        writers: each has at most one transaction open.
        readers: they poll, one of them or several at the same time.
        open_at_once: how many transactions may be open that have written something; one on SQLite.
    """

    def __init__(
        self, seed: int, writers: list[Execute], readers: list[Reader | SequenceReader], open_at_once: int
    ) -> None:
        self.committed: list[Transaction] = []
        self.undone: list[Transaction] = []
        self._draw = random.Random(seed)
        self._writers = writers
        self._readers = readers
        self._open_at_once = open_at_once
        self._numbers = 0

    async def run_one(self) -> None:
        """One transaction of each writer, and polls in between."""
        idle = self._writers[:]
        steps: dict[Execute, tuple[Transaction, list[str]]] = {}
        while idle or steps:
            choice = self._draw.choice([*(idle if len(steps) < self._open_at_once else []), *steps, *steps, None])
            if choice is None:
                await self._poll()
                continue
            if choice in idle:
                idle.remove(choice)
                transaction = self._transaction()
                steps[choice] = transaction, _statements(transaction)
                await choice("BEGIN")
            transaction, statements = steps[choice]
            await choice(statements.pop(0))
            if not statements:
                del steps[choice]
                (self.committed if transaction.commits else self.undone).append(transaction)

    async def finish(self) -> None:
        """Let every reader read what is left."""
        for reader in self._readers:
            while await reader.poll():
                pass

    async def _poll(self) -> None:
        polling = self._draw.sample(self._readers, self._draw.randint(1, len(self._readers)))
        await asyncio.gather(*(reader.poll() for reader in polling))

    def _transaction(self) -> Transaction:
        first = self._numbers + 1
        self._numbers += self._draw.randint(1, 3)
        return Transaction(
            tuple(range(first, self._numbers + 1)), self._draw.random() < COMMITS, after=len(self.committed)
        )


def _statements(transaction: Transaction) -> list[str]:
    return [
        *(
            "INSERT INTO feed_event (kind, rating_id, drug_id, indication_id, at)"
            f" VALUES ({ADDED}, {number}, 1, 1, '{AT.isoformat(' ')}')"
            for number in transaction.numbers
        ),
        "COMMIT" if transaction.commits else "ROLLBACK",
    ]
