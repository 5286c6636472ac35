"""Outlets for what can only be written by awaiting: ASGI responses, and sockets of servers without `Frames`."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from graph.feed.outlets import Ending
from graph.transports.endings import CLOSE_PATIENCE

log = structlog.get_logger("peerscore.transports")


class Framing(Protocol):
    """How answers become bytes of one transport."""

    def next(self, body: bytes, cursor: str | None) -> bytes:
        """One answer: `body` is the execution result as JSON text, `cursor` that of the event in it."""

    def complete(self) -> bytes:
        """What tells that the operation has come to its end."""

    def broken_off(self, ending: Ending) -> bytes:
        """What tells that the server does not go on."""


class QueuedOutlet:
    """Keeps what a client has not taken, and counts its bytes.

    A task runs while there is something to write, and only then.

    Args:
        framing: makes bytes of answers.
        write: sends bytes, and waits while the client's side takes no more.
        finish: called when nothing more will be written, with why the server broke off, if it did.
        patience: seconds that the client has to take what is unsent, once the server has broken off.
    """

    __slots__ = (
        "_ending",
        "_finish",
        "_framing",
        "_patience",
        "_pieces",
        "_taken",
        "_unsent",
        "_waiting",
        "_write",
        "_writing",
        "ended",
    )

    def __init__(
        self,
        framing: Framing,
        write: Callable[[bytes], Awaitable[None]],
        finish: Callable[[Ending | None], None],
        patience: float = CLOSE_PATIENCE,
    ) -> None:
        self.ended = False
        self._framing = framing
        self._write = write
        self._finish: Callable[[Ending | None], None] | None = finish
        self._patience = patience
        self._ending: Ending | None = None
        self._pieces: deque[bytes] = deque()
        self._taken = False
        self._unsent = 0
        self._writing: asyncio.Task[None] | None = None
        self._waiting: asyncio.Future[None] | None = None

    @property
    def taken(self) -> bool:
        """Whether the client's side has taken everything, up to the end."""
        return self._taken

    @property
    def unsent(self) -> int:
        """How many bytes have been taken that the client's side has not."""
        return self._unsent

    def send(self, body: bytes, cursor: str | None) -> None:
        """Take one answer."""
        if not self.ended:
            self._put(self._framing.next(body, cursor))

    def put_if_idle(self, piece: bytes) -> None:
        """Take bytes that only keep the connection alive; there is no need for them while others wait."""
        if not self.ended and not self._pieces:
            self._put(piece)

    async def drained(self) -> None:
        """Wait until nothing is unsent, or the client is gone."""
        while self._pieces:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiting)

    def complete(self) -> None:
        """Tell the client that the operation has come to its end."""
        if not self.ended:
            self.ended = True
            self._put(self._framing.complete())

    def end(self, ending: Ending) -> None:
        """Break off, after what has been taken."""
        if not self.ended:
            self.ended = True
            self._ending = ending
            self._put(self._framing.broken_off(ending))
            asyncio.get_running_loop().call_later(self._patience, self.drop)

    def drop(self) -> None:
        """Forget what is unsent: the client is gone, or does not take it."""
        self.ended = True
        if self._writing is not None:
            self._writing.cancel()
        self._pieces.clear()
        self._unsent = 0
        self._stop()

    def _put(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._unsent += len(piece)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        try:
            while self._pieces:
                await self._write(self._pieces[0])
                self._unsent -= len(self._pieces.popleft())
        except Exception:
            log.debug("a client has left", exc_info=True)
            self._writing = None
            self.drop()
            return
        self._writing = None
        self._taken = self.ended
        self._stop()

    def _stop(self) -> None:
        """Nothing is unsent any more."""
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.set_result(None)
        if self.ended and self._finish is not None:
            finish, self._finish = self._finish, None
            finish(self._ending)
