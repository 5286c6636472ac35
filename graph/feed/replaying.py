"""Catching up: a subscriber reads at their own pace what has happened since their cursor, and then joins the others."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from graph.errors import INTERNAL_ERROR
from graph.feed.history import History
from graph.feed.matching import Follows, wants
from graph.feed.members import Member, Occurrence
from graph.feed.occurrences import Occurrences
from graph.feed.operations import AT_ONCE
from graph.feed.outlets import Ending
from graph.feed.sources import Selection
from graph.middleware import INTERNAL_FAILURE
from resolvers.feed.reading import EventsPruned
from resolvers.unavailable import is_unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before another try after the database could not be reached; the pause doubles each time."""

log = structlog.get_logger("peerscore.feed")


class Replay:
    """The way of one subscriber from their position to that of everybody else.

    Args:
        member: who; the member's position is the one to begin after.
        selection: which events they want.
        history: the events.
        occurrences: makes them ready.
        join: lets the member go on with the others; called when nothing is missing.
        leave: takes the member away.
        drop: the same, and tells them why.
    """

    def __init__(
        self,
        member: Member,
        selection: Selection | Follows,
        history: History,
        occurrences: Occurrences,
        join: Callable[[], None],
        leave: Callable[[Member], None],
        drop: Callable[[Member, Ending], None],
    ) -> None:
        self._member = member
        self._selection = selection
        self._history = history
        self._occurrences = occurrences
        self._join = join
        self._leave = leave
        self._drop = drop

    async def run(self) -> None:
        """Go this way; what the database cannot tell just now is asked again."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._catch_up()
            except EventsPruned as pruned:
                # What it needs has been deleted meanwhile.
                self._member.outlet.send(self._occurrences.expired_body(pruned.pruned), None)
                self._member.outlet.complete()
                self._leave(self._member)
            except Exception as error:
                if is_unavailable(error):
                    log.warning("a subscriber could not catch up, because the database cannot be reached")
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                    continue
                log.exception("a subscriber could not catch up")
                self._drop(self._member, Ending(INTERNAL_FAILURE, INTERNAL_ERROR, self._member.cursor))
            return

    async def _catch_up(self) -> None:
        member, history = self._member, self._history
        if isinstance(self._selection, Follows):
            await self._selection.read()
        # Another process may be ahead of this one, and have given out the cursor.
        await history.reached(member.position)
        told = False
        while True:
            if member.position < history.position:
                await self._send_next()
            elif told:
                # Nothing has been waited for since the position was looked at, so nothing can be missing.
                self._join()
                return
            else:
                await self._send([self._occurrences.checkpoint(member.operation.audience)])
                told = True

    async def _send_next(self) -> None:
        """Send the next events."""
        member = self._member
        kinds = member.operation.kinds
        events, upto = await self._history.after(member.position, kinds, self._selection.drug_ids)
        wanted = [self._occurrences.of(event) for event in events if wants(self._selection, event)]
        for start in range(0, len(wanted), AT_ONCE):
            await self._send(wanted[start : start + AT_ONCE])
        member.position = upto

    async def _send(self, occurrences: Sequence[Occurrence]) -> None:
        member = self._member
        bodies = await member.operation.bodies(occurrences, member.viewer)
        for occurrence, body in zip(occurrences, bodies, strict=True):
            await member.outlet.drained()
            member.take(occurrence, body)
