"""A pool of connections to PostgreSQL, for which a read is the statement and nothing else.

asyncpg's own takes three times as long for a short statement, see docs/decisions/0026-connections.md: it makes a task
for each connection that comes back, sets and stops a timer, and sends a second statement to undo settings. Here
nothing is undone but a transaction: no code sets anything for longer than a transaction, takes a lock for longer, or
gives a connection back on which it listens.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import asyncpg
from asyncpg.exceptions import InterfaceError, InternalClientError

from resolvers.connections.reading import Rows

Connection: TypeAlias = Any
"""A driver's connection; asyncpg brings no types."""

Connect = Callable[[], Awaitable[Connection]]


class PlainConnection(asyncpg.Connection):
    """A connection that undoes an open transaction when it is reset, and has no other state to undo."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        """No statement."""
        return ""


class PostgresPool:
    """Connections that are opened when they are needed, at most so many at a time.

    Args:
        connect: opens one.
        smallest: so many stay open.
        largest: the most that are open; whoever needs one more waits for one that comes back, the first one first.
        unused_seconds: how long a connection stays open that was not needed.
    """

    def __init__(self, connect: Connect, smallest: int, largest: int, unused_seconds: float) -> None:
        self._connect = connect
        self._smallest = smallest
        self._largest = largest
        self._unused_seconds = unused_seconds
        # The one used last is used next, so that those that are not needed are found at the beginning.
        self._idle: list[Connection] = []
        self._lent: set[Connection] = set()
        self._opening = 0
        # Each gets a connection, or None as the right to open one.
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._fewest_idle = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._all_back = asyncio.Event()
        self._outdated: set[Connection] = set()

    async def open(self) -> None:
        """Open as many as stay open, and close from now on what is not needed."""
        self._look_later()
        connections: list[Connection] = []
        try:
            while len(connections) < self._smallest:
                connections.append(await self.acquire())
        except BaseException:
            self.terminate()
            raise
        for connection in connections:
            self._hand_on(connection)

    async def fetch(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows of one statement outside of any transaction."""
        connection = await self.acquire()
        try:
            rows: Rows = await connection.fetch(sql, *values)
        except InternalClientError:
            # The server has said that it ends the session, and has not hung up yet.
            connection.terminate()
            raise
        finally:
            # After a statement that failed the connection is as good as before, or closed. After one that was given
            # up the driver lets the next one wait until the server has given up, too.
            self._hand_on(connection)
        return rows

    async def acquire(self) -> Connection:
        """A connection, to be given back with `release`.

        Raises:
            InterfaceError: the pool has been closed.
        """
        if self._closing:
            message = "pool is closing"
            raise InterfaceError(message)  # type: ignore[no-untyped-call]
        while self._idle:
            connection = self._idle.pop()
            if connection.is_closed():
                # The server has ended it; now the driver lets go of it as well.
                connection.terminate()
                continue
            self._fewest_idle = min(self._fewest_idle, len(self._idle))
            self._lent.add(connection)
            return connection
        if len(self._lent) + self._opening < self._largest:
            self._opening += 1
            return await self._open_one()
        return await self._wait()

    async def release(self, connection: Connection) -> None:
        """Take a connection back that may be in a transaction."""
        try:
            if not connection.is_closed():
                await connection.reset()
        except BaseException:
            connection.terminate()
            raise
        finally:
            self._hand_on(connection)

    async def expire_connections(self) -> None:
        """Close each connection as soon as nobody uses it."""
        self._outdated = set(self._lent)
        while self._idle:
            await self._idle.pop().close()

    async def close(self) -> None:
        """Wait until all connections have come back, and close them."""
        self._stop()
        if self._lent or self._opening:
            await self._all_back.wait()
        while self._idle:
            await self._idle.pop().close()

    def terminate(self) -> None:
        """End all connections at once, also those in use."""
        self._stop()
        for connection in (*self._idle, *self._lent):
            connection.terminate()
        self._idle.clear()

    async def _open_one(self) -> Connection:
        try:
            connection = await self._connect()
        except BaseException:
            self._opening -= 1
            self._let_open()
            raise
        self._opening -= 1
        self._lent.add(connection)
        return connection

    async def _wait(self) -> Connection:
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            connection = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._give_up(turn.result())
            raise
        return connection or await self._open_one()

    def _give_up(self, connection: Connection | None) -> None:
        """Pass on what somebody has got who has stopped waiting for it."""
        if connection is None:
            self._opening -= 1
            self._let_open()
        else:
            self._hand_on(connection)

    def _hand_on(self, connection: Connection) -> None:
        """Give a connection that comes back to whoever waits first, or keep it."""
        if connection.is_closed() or connection in self._outdated:
            self._outdated.discard(connection)
            self._lent.discard(connection)
            connection.terminate()
            self._let_open()
            return
        if turn := self._next_turn():
            turn.set_result(connection)
            return
        self._lent.discard(connection)
        self._idle.append(connection)
        self._tell_if_all_back()

    def _let_open(self) -> None:
        """A place has become free: whoever waits first may open a connection."""
        if turn := self._next_turn():
            self._opening += 1
            turn.set_result(None)
        else:
            self._tell_if_all_back()

    def _next_turn(self) -> "asyncio.Future[Connection | None] | None":
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                return turn
        return None

    def _tell_if_all_back(self) -> None:
        if self._closing and not self._lent and not self._opening:
            self._all_back.set()

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._unused_seconds, self._close_unused)

    def _close_unused(self) -> None:
        """End the connections that nobody has needed since the last look."""
        open_now = len(self._idle) + len(self._lent)
        unused = min(self._fewest_idle, len(self._idle), max(0, open_now - self._smallest))
        for connection in self._idle[:unused]:
            connection.terminate()
        del self._idle[:unused]
        self._fewest_idle = len(self._idle)
        self._look_later()

    def _stop(self) -> None:
        self._closing = True
        if self._timer:
            self._timer.cancel()
        while turn := self._next_turn():
            message = "pool is closing"
            turn.set_exception(InterfaceError(message))  # type: ignore[no-untyped-call]
