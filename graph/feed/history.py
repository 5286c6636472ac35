"""The newest events, kept in memory: most subscribers who come back have missed only a few of them."""

import asyncio
from collections.abc import Collection

from resolvers.feed.reading import EventRecord, EventsPruned, feed_bounds, read_events
from resolvers.feed.writing import EventKind

KEPT_EVENTS = 10_000
"""Some 3 MB; at 100 events a second, what has happened in the last 100 seconds."""

PAGE = 500
"""Events that are read from the database at once."""


class History:
    """What has happened up to the position that this process has reached."""

    def __init__(self, position: int) -> None:
        self.position = position
        # Positions have no gaps, so that an event's place in the list follows from its position.
        self._events: list[EventRecord] = []
        self._moved = asyncio.Event()

    def add(self, event: EventRecord) -> None:
        """The event at the next position."""
        self._events.append(event)
        self.position = event.position
        if len(self._events) > 2 * KEPT_EVENTS:
            del self._events[:-KEPT_EVENTS]

    def last_of(self, kind: EventKind, before: int) -> int:
        """The position of the last event of a kind; `before`: where it was, if none of those in memory is one."""
        return next((event.position for event in reversed(self._events) if event.kind is kind), before)

    def restart(self, position: int) -> None:
        """Go on after a position; what was before it is known no longer."""
        self._events.clear()
        self.position = position

    def tell(self) -> None:
        """Let those go on who wait for a position that has been reached by now."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def reached(self, position: int) -> None:
        """Wait until this process has got as far as another one, which has handed out the position already."""
        while self.position < position:
            await self._moved.wait()

    async def after(
        self, position: int, kinds: Collection[EventKind], drug_ids: Collection[int] | None
    ) -> tuple[list[EventRecord], int]:
        """Events of these kinds after a position, in order, those of other drugs perhaps among them.

        Returns:
            The events, and the position up to which these are all.

        Raises:
            EventsPruned: some of them are kept no longer.
        """
        start = len(self._events) - (self.position - position)
        if start >= 0:
            upto = min(self.position, position + PAGE)
            events = self._events[start : start + PAGE]
            return [event for event in events if event.kind in kinds], upto
        upto = self.position - len(self._events)
        events = await read_events(position, upto, kinds=kinds, drug_ids=drug_ids, limit=PAGE)
        return events, events[-1].position if len(events) == PAGE else upto

    async def fill(self) -> None:
        """Read the events before the position: after a restart many subscribers ask for them at once."""
        position = self.position
        first = max((await feed_bounds()).pruned, position - KEPT_EVENTS)
        try:
            events = await read_events(first, position, limit=KEPT_EVENTS)
        except EventsPruned:
            # More has been deleted since; nobody needs these events to be in memory.
            return
        if self.position == position:
            self._events = events
