"""Following the feed in a process: every event is handed over once it is committed, whoever committed it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import structlog

from resolvers.database import database, dialect_of
from resolvers.feed.listening import listen
from resolvers.feed.reading import PAGE, EventRecord, EventsPruned, feed_bounds, read_events
from resolvers.feed.sequencing import NUMBERED_AT_ONCE, TRANSACTIONS_AT_MOST, give_positions
from resolvers.feed.waking import NO_MIRROR, Mirror, woken
from resolvers.unavailable import is_unavailable

POLL_EVERY = 1.0
"""Seconds between two looks at the feed when nothing else tells of new events: another process may have been killed
between its commit and telling, and on SQLite other processes do not tell at all."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before another try after one has failed; the pause doubles each time."""

PATIENCE = 30.0
"""Seconds after which a statement of the follower counts as failed. All of them are short."""

log = structlog.get_logger("peerscore.feed")


def unheeded(_: EventsPruned) -> None:
    """For those who need not know what they have missed."""


class Follower:
    """Hands over the events of the feed, in the order of their positions, from the start on.

    It goes on from its own position after any failure. An event counts as handed over when `deliver` has returned: if
    it raises, the failure is logged and the same events are handed over again, perhaps with later ones, after a pause.
    So no event is left out, and `deliver` has to know by their positions which ones it has dealt with before it failed.

    Args:
        deliver: takes events, which are never none.
        missed: is told when events have been deleted before they were handed over, because this process was out of
            touch for longer than events are kept. The follower goes on with those that are left.
        mirror: is told of events before they are handed over, and when there are no more.
        poll_every: seconds between two looks at the feed when nothing tells of new events.
    """

    def __init__(
        self,
        deliver: Callable[[Sequence[EventRecord]], Awaitable[None]],
        *,
        missed: Callable[[EventsPruned], None] = unheeded,
        mirror: Mirror = NO_MIRROR,
        poll_every: float = POLL_EVERY,
    ) -> None:
        self.position = 0
        self._deliver = deliver
        self._missed = missed
        self._mirror = mirror
        self._poll_every = poll_every
        self._poll_at = 0.0
        # Whether events may be there that nobody has numbered yet, and the last position that was told of.
        self._unnumbered = True
        self._told = 0
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._registered = ExitStack()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to follow, after the last position that has been given by now."""
        self._mirror.lose_track()
        self.position = (await feed_bounds()).last
        self._registered.enter_context(woken(self.wake, self._mirror))
        self._tasks = [asyncio.create_task(self._follow())]
        if dialect_of(database()) == "postgres":
            self._tasks.append(asyncio.create_task(listen(self._hear, self.wake)))

    async def stop(self) -> None:
        """End; a delivery that is going on is cancelled."""
        self._registered.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._mirror.lose_track()

    def wake(self) -> None:
        """Look for events that have just been committed."""
        self._unnumbered = True
        self._woken.set()

    def _hear(self, payload: str) -> None:
        if not payload.isdecimal():
            self.wake()
            return
        self._told = max(self._told, int(payload))
        self._woken.set()

    async def _follow(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._go_round()
            except Exception as error:
                if is_unavailable(error):
                    # Its kind alone: a driver's words may hold an address.
                    kind = type(error).__name__
                    log.warning("the feed cannot be read", position=self.position, again_in=pause, reason=kind)
                else:
                    log.exception("the feed could not be followed", position=self.position, again_in=pause)
                self._unnumbered = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE
                await self._sleep()

    async def _go_round(self) -> None:
        """Hand over all that is there."""
        now, looked_at, before = asyncio.get_running_loop().time(), self._mirror.look(), self.position
        numbered = False
        # Notifications that come in quick succession must not keep the poll from happening.
        if self._unnumbered or now >= self._poll_at:
            # Before the statement: what is committed while it runs wakes once more.
            self._unnumbered = False
            self._poll_at = now + self._poll_every
            async with asyncio.timeout(PATIENCE):
                await give_positions()
            numbered = True
        self._told = 0
        while await self._hand_over_a_page():
            pass
        # What is known by a notification alone says nothing of events that nobody has numbered. And if these were more
        # than are numbered at a time, some of them may be waiting still.
        if numbered and self.position - before < NUMBERED_AT_ONCE * TRANSACTIONS_AT_MOST:
            self._mirror.confirm(looked_at)

    async def _hand_over_a_page(self) -> bool:
        """Whether there may be another one."""
        try:
            async with asyncio.timeout(PATIENCE):
                events = await read_events(self.position)
        except EventsPruned as pruned:
            log.warning("the feed was followed too late", position=self.position, pruned=pruned.pruned)
            self._mirror.lose_track()
            self._missed(pruned)
            self.position = pruned.pruned
            return True
        if events:
            # Whoever is told of an event reads what has become of it.
            self._mirror.heed(events)
            await self._deliver(events)
            self.position = events[-1].position
        return len(events) == PAGE

    async def _sleep(self) -> None:
        """Wait until something is new, or for the next poll."""
        try:
            async with asyncio.timeout_at(self._poll_at):
                while not self._unnumbered and self._told <= self.position:
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            self._unnumbered = True
