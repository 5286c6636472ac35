"""A subscription's document as it goes on: each event is resolved once for everybody who is answered alike."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import partial

import structlog

from graph.context import Context
from graph.errors import INTERNAL_ERROR
from graph.feed.audience import AnyViewer, Audience
from graph.feed.executing import SubscribedDocument
from graph.feed.forms import Answer, answer_of, body_for
from graph.feed.matching import kinds_for
from graph.feed.members import Channel, Member, Occurrence
from graph.feed.outlets import SLOW_READER, Ending
from graph.middleware import INTERNAL_FAILURE
from resolvers.viewers import Viewer

AT_ONCE = 100
"""Events that are resolved together; more would make the first of them wait."""

KEPT = 1.0
"""Seconds for which a body is kept for those who replay the same events, as after the restart of another process."""

MOST_PENDING = 2_000
"""Events that may wait to be resolved; the follower waits as well from then on."""

log = structlog.get_logger("peerscore.feed")


class LiveOperation:
    """All subscriptions with equal documents, variables and audiences.

    Args:
        key: equal for equal ones.
        document: what they ask.
        audience: what their readers have in common.
        new_context: makes what the fields of an execution share, for a reader.
        drop: takes a member away that cannot keep up.
        secret: the installation's pseudonym key.
    """

    def __init__(
        self,
        key: Hashable,
        document: SubscribedDocument,
        audience: Audience,
        new_context: Callable[[Viewer], Context],
        drop: Callable[[Member, Ending], None],
        secret: bytes,
    ) -> None:
        self.key = key
        self.audience = audience
        self.kinds = kinds_for(audience)
        self._document = document
        self._new_context = new_context
        self._drop = drop
        self._secret = secret
        self._personal = False
        self._pending: deque[tuple[Occurrence, Sequence[Channel]]] = deque()
        self._kept: dict[Hashable, tuple[asyncio.Task[list[Answer] | None], int]] = {}
        self._task: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    def put(self, occurrence: Occurrence, channels: Sequence[Channel]) -> None:
        """Let an event go to the members of these channels, after those that were put before."""
        self._pending.append((occurrence, channels))
        if len(self._pending) >= MOST_PENDING:
            self._room.clear()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def has_room(self) -> None:
        """Wait until not too much is pending."""
        await self._room.wait()

    def stop(self) -> None:
        """Nobody is left."""
        self._pending.clear()
        self._room.set()
        if self._task is not None:
            self._task.cancel()

    def forget_kept(self) -> None:
        """Something has changed that may be in a body that is kept."""
        self._kept.clear()

    async def bodies(self, occurrences: Sequence[Occurrence], viewer: Viewer) -> list[bytes]:
        """What a reader is answered with for these events; executed together, and once for several who ask."""
        shared = await self._shared(occurrences)
        if shared is None:
            return await self._personal_bodies(occurrences, viewer)
        return [body_for(answer, viewer) for answer in shared]

    async def prepare(self, occurrences: Sequence[Occurrence]) -> None:
        """Execute these events together, for those who ask for some of them right after."""
        await self._shared(occurrences)

    async def _personal_bodies(self, occurrences: Sequence[Occurrence], viewer: Viewer) -> list[bytes]:
        return await self._document.bodies([one.value for one in occurrences], partial(self._new_context, viewer))

    async def _shared(self, occurrences: Sequence[Occurrence]) -> list[Answer] | None:
        """What everybody is answered with; None if it is not the same for everybody."""
        if self._personal:
            return None
        missing = [one for one in occurrences if one.key not in self._kept]
        if missing:
            # In a task of its own: others may wait for it when whoever asked first has gone.
            executing = asyncio.create_task(self._executed_for_all(missing))
            for place, one in enumerate(missing):
                self._kept[one.key] = executing, place
            executing.add_done_callback(partial(self._keep_for_a_while, missing))
        asked = [self._kept[one.key] for one in occurrences]
        answers = []
        for executing, place in asked:
            executed = await asyncio.shield(executing)
            if executed is None:
                return None
            answers.append(executed[place])
        return answers

    async def _executed_for_all(self, occurrences: Sequence[Occurrence]) -> list[Answer] | None:
        viewer = AnyViewer(self.audience)
        bodies = await self._document.bodies([one.value for one in occurrences], partial(self._new_context, viewer))
        if viewer.asked_who:
            self._personal = True
            return None
        return [answer_of(body, self._secret) for body in bodies]

    def _keep_for_a_while(self, occurrences: Sequence[Occurrence], executed: asyncio.Task[list[Answer] | None]) -> None:
        if executed.cancelled() or executed.exception() is not None:
            self._unkeep(occurrences, executed)
        else:
            executed.get_loop().call_later(KEPT, self._unkeep, occurrences, executed)

    def _unkeep(self, occurrences: Sequence[Occurrence], executed: asyncio.Task[list[Answer] | None]) -> None:
        for one in occurrences:
            if self._kept.get(one.key, (None,))[0] is executed:
                del self._kept[one.key]

    async def _run(self) -> None:
        try:
            while self._pending:
                batch = [self._pending.popleft() for _ in range(min(AT_ONCE, len(self._pending)))]
                self._room.set()
                try:
                    await self._deliver(batch)
                except Exception:
                    # Nobody goes on as if nothing had been missed.
                    log.exception("events could not be delivered")
                    for member in _members_of(batch):
                        self._drop(member, Ending(INTERNAL_FAILURE, INTERNAL_ERROR, member.cursor))
        finally:
            self._task = None

    async def _deliver(self, batch: Sequence[tuple[Occurrence, Sequence[Channel]]]) -> None:
        occurrences = [occurrence for occurrence, _ in batch]
        shared = await self._shared(occurrences)
        of_viewer: dict[Viewer, list[bytes]] = {}
        if shared is None:
            for viewer in dict.fromkeys(member.viewer for member in _members_of(batch)):
                of_viewer[viewer] = await self._personal_bodies(occurrences, viewer)
        for place, (occurrence, channels) in enumerate(batch):
            slow = []
            for channel in channels:
                # An outlet may let its subscriber leave, or another one, while it sends.
                for member in tuple(channel.members):
                    # Whoever has joined meanwhile has this event already, and whoever has left does not want it.
                    if occurrence.shown > member.shown and member.channel is channel:
                        body = (
                            of_viewer[member.viewer][place]
                            if shared is None
                            else body_for(shared[place], member.viewer)
                        )
                        if not member.take(occurrence, body):
                            slow.append(member)
            for member in slow:
                self._drop(member, Ending(SLOW_READER, "SLOW_READER", member.cursor))
            # What else this process has to do is not kept waiting by a long batch.
            await asyncio.sleep(0)


def _members_of(batch: Sequence[tuple[Occurrence, Sequence[Channel]]]) -> list[Member]:
    return list(dict.fromkeys(member for _, channels in batch for channel in channels for member in channel.members))
