"""Looking several things up by one statement, without remembering anything."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

PATIENCE = 0.05
"""Seconds after which those who have come later do not wait any more for a look-up that is under way."""


class LookUps(Generic[Key, Value]):
    """Looks up together what is asked for at the same moment, or while another look-up is under way.

    Every answer is read after it was asked for.

    Args:
        read: the values of different keys, in this order.
        most: for so many who wait at most; without it for all.
    """

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Sequence[Value]]], most: int | None = None) -> None:
        self._read = read
        self._most = most
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._under_way: asyncio.Task[None] | None = None
        # Each with those whom it answers, once it has begun.
        self._tasks: dict[asyncio.Task[None], list[asyncio.Future[Value]]] = {}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way that somebody might wait for who comes now."""
        return self._under_way is None

    async def look_up(self, key: Key) -> Value:
        """The value of a key at this moment. The last one who leaves before there is an answer ends the statement.

        Raises:
            Exception: it could not be read.
        """
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, future))
        if self._under_way is None:
            self._begin()
        try:
            return await future
        except asyncio.CancelledError:
            await self._end_in_vain()
            raise

    def _begin(self) -> None:
        task = self._under_way = asyncio.create_task(self._answer())
        self._tasks[task] = []
        task.add_done_callback(self._tasks.pop)

    async def _end_in_vain(self) -> None:
        """End the statements for which nobody waits any more, as if whoever left last had sent them alone."""
        in_vain = [task for task, asked in self._tasks.items() if asked and all(future.done() for future in asked)]
        for task in in_vain:
            task.cancel()
        if in_vain:
            await asyncio.wait(in_vain)

    async def _answer(self) -> None:
        """Answer those who wait, all by one statement; and then have those answered who have come meanwhile."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this runs as one
        timer = asyncio.get_running_loop().call_later(PATIENCE, self._next, task)
        waiting, self._waiting = self._waiting[: self._most], self._waiting[self._most :] if self._most else []
        self._tasks[task] = [future for _, future in waiting]
        if self._waiting:
            self._next(task)
        try:
            keys = list(dict.fromkeys([key for key, future in waiting if not future.done()]))
            values = dict(zip(keys, await self._read(keys), strict=True)) if keys else {}
            # The database works on the next ones while this process goes on with what these have asked for.
            self._next(task)
            for key, future in waiting:
                if not future.done():
                    future.set_result(values[key])
        except Exception as error:  # noqa: BLE001 - whoever has asked deals with it
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
        finally:
            # When the server stops and the task is cancelled, nobody may wait for ever.
            for _, future in waiting:
                future.cancel()
            timer.cancel()
            self._next(task)

    def _next(self, task: asyncio.Task[None]) -> None:
        """Nobody waits for this look-up any more who has come after it began."""
        if self._under_way is task:
            self._under_way = None
            if self._waiting:
                self._begin()
