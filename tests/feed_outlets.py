"""Outlets that keep what subscribers are sent, and let tests wait for it."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from graph.feed.outlets import Ending
from tests.feed_events import PATIENCE


class RecordingOutlet:
    """Keeps what one subscriber is sent.

    Attributes:
        bodies: the answers as they were sent.
        cursors: those that came with the answers.
        completed: whether the subscription has come to its end.
        ending: why it was broken off, if it was.
        unsent: what the hub is told of how far the reader has fallen behind.
        on_send: called after each answer, as a transport may do anything while it sends.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.cursors: list[str | None] = []
        self.completed = False
        self.ending: Ending | None = None
        self.unsent = 0
        self.on_send: Callable[[], None] = lambda: None
        self.waiting = 0
        self._changed = asyncio.Event()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def send(self, body: bytes, cursor: str | None) -> None:
        """Take one answer."""
        assert not self.over
        self.bodies.append(body)
        self.cursors.append(cursor)
        self._changed.set()
        self.on_send()

    async def drained(self) -> None:
        """Wait while the reader reads nothing."""
        self.waiting += 1
        self._changed.set()
        await self._flowing.wait()
        self.waiting -= 1

    def complete(self) -> None:
        """The subscription has come to its end."""
        assert not self.over
        self.completed = True
        self._changed.set()

    def end(self, ending: Ending) -> None:
        """The subscription is broken off."""
        assert not self.over
        self.ending = ending
        self._changed.set()

    def stop_reading(self) -> None:
        """From now on `drained` waits."""
        self._flowing.clear()

    def read_on(self) -> None:
        """The reader reads again."""
        self._flowing.set()

    @property
    def over(self) -> bool:
        """Whether nothing more may come."""
        return self.completed or self.ending is not None

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What has been sent, as JSON."""
        return [orjson.loads(body) for body in self.bodies]

    @property
    def values(self) -> list[dict[str, Any]]:
        """Of the subscription's field, of which there is one, checkpoints among them; no answer has errors."""
        assert [answer for answer in self.answers if "errors" in answer] == []
        return [value for answer in self.answers for value in answer["data"].values()]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The same without checkpoints."""
        return [value for value in self.values if value.get("__typename") != "Checkpoint"]

    async def until(self, met: Callable[[], object]) -> None:
        """Wait until something is true; whether it is depends on this outlet alone."""
        async with asyncio.timeout(PATIENCE):
            while not met():
                self._changed.clear()
                await self._changed.wait()

    async def answered_with(self, number: int) -> list[dict[str, Any]]:
        """All answers, once there are so many; some may have errors."""
        await self.until(lambda: len(self.bodies) >= number)
        return self.answers

    async def answered(self, number: int) -> list[dict[str, Any]]:
        """All values, once there are so many."""
        await self.answered_with(number)
        return self.values

    async def happened(self, number: int) -> list[dict[str, Any]]:
        """All events, once there are so many."""
        await self.until(lambda: len(self.events) >= number)
        return self.events

    async def told_over(self) -> None:
        """Wait until nothing more can come."""
        await self.until(lambda: self.over)
