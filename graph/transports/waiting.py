"""Waiting in a WebSocket's protocol, at the price of what one reader and few writers need.

asyncio's Queue and Event keep 4,600 bytes for each connection, nearly all of it in deques that stay empty.
"""

import asyncio
from typing import Generic, TypeVar

Message = TypeVar("Message")


class MessageQueue(Generic[Message]):
    """Messages for one reader; offers of `asyncio.Queue` what uvicorn's protocols use."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: Message) -> None:
        """Add a message."""
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        """Whether there is none."""
        return not self._messages

    async def get(self) -> Message:
        """The next message, as soon as there is one."""
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        # uvicorn stops reading from a client while a message waits, so there are never many.
        return self._messages.pop(0)


class Gate:
    """Open or shut; offers of `asyncio.Event` what uvicorn's protocols use."""

    __slots__ = ("_open", "_waiting")

    def __init__(self) -> None:
        self._open = False
        self._waiting: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._open

    def set(self) -> None:
        """Open it: whoever waits goes on."""
        self._open = True
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.set_result(None)

    def clear(self) -> None:
        """Shut it."""
        self._open = False

    async def wait(self) -> None:
        """Wait until it is open."""
        while not self._open:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            # One future for all who wait: none of them may cancel it for the others.
            await asyncio.shield(self._waiting)
