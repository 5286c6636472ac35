"""Threads that read an SQLite file, each on a connection of its own, beside the connection that writes.

In WAL mode a reader sees what was committed before its statement began, and waits for no writer. One connection would
let each read wait for all others and for every transaction that is open.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from resolvers.connections.reading import Rows

CACHED_STATEMENTS = 256
"""Statements that each connection keeps prepared."""


AT_ONCE = 2
"""Threads that read at the same time, unless reads take long. Each row is fetched under the interpreter's lock, for
which more threads would get into each other's way; see docs/decisions/0026-connections.md."""

LONG_SECONDS = 0.01
"""So long a read waits for its turn. Those before it take longer then, mostly without that lock, and it goes on."""


class _Read:
    """One SELECT, and who waits for its rows."""

    __slots__ = ("answer", "loop", "sql", "values")

    def __init__(self, sql: str, values: Sequence[Any]) -> None:
        self.sql = sql
        self.values = values
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Rows] = self.loop.create_future()


class _End:
    """Tells a thread to close its connection and end."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self.loop.create_future()


class SqliteReaders:
    """Readers of one file. A thread is started when all others are busy, as long as there are fewer than `most`.

    Args:
        file: must be there already, in WAL mode; it is not made.
        pragmas: settings of each connection.
        most: the most threads.
    """

    def __init__(self, file: str, pragmas: dict[str, str | int], most: int) -> None:
        self._address = f"{Path(file).absolute().as_uri()}?mode=rw"
        self._pragmas = pragmas
        self._most = most
        self._threads: list[threading.Thread] = []
        self._work: SimpleQueue[_Read | _End] = SimpleQueue()
        self._unanswered = 0
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(AT_ONCE):
            self._turns.put(None)

    async def fetch(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows of a SELECT, as tuples.

        Raises:
            sqlite3.Error: the statement cannot be run, or the file cannot be opened.
        """
        if self._unanswered >= len(self._threads) < self._most:
            thread = threading.Thread(target=self._serve, name=f"sqlite-reader-{len(self._threads)}", daemon=True)
            thread.start()
            self._threads.append(thread)
        read = _Read(sql, values)
        self._work.put(read)
        self._unanswered += 1
        return await read.answer

    async def close(self) -> None:
        """Answer what was asked before, and close the connections."""
        ends = [_End() for _ in self._threads]
        for end in ends:
            self._work.put(end)
        for end in ends:
            await end.ended
        while self._threads:
            self._threads.pop().join()

    def _serve(self) -> None:
        """What a thread does."""
        connection: sqlite3.Connection | None = None
        while isinstance(work := self._work.get(), _Read):
            rows: Rows = []
            failure: Exception | None = None
            try:
                if connection is None:
                    connection = self._connect()
                with self._turn():
                    rows = connection.execute(work.sql, work.values).fetchall()
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                failure = error
            work.loop.call_soon_threadsafe(self._deliver, work.answer, rows, failure)
            # What was read is not to be kept alive until the next read.
            del work, rows, failure
        if connection is not None:
            connection.close()
        work.loop.call_soon_threadsafe(work.ended.set_result, None)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        try:
            self._turns.get(timeout=LONG_SECONDS)
        except Empty:
            yield
            return
        try:
            yield
        finally:
            self._turns.put(None)

    def _deliver(self, answer: asyncio.Future[Rows], rows: Rows, failure: Exception | None) -> None:
        self._unanswered -= 1
        if answer.done():
            return
        if failure is None:
            answer.set_result(rows)
        else:
            answer.set_exception(failure)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._address, uri=True, isolation_level=None, cached_statements=CACHED_STATEMENTS)
        for name, value in {**self._pragmas, "query_only": "ON"}.items():
            connection.execute(f"PRAGMA {name} = {value}")
        return connection
