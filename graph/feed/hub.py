"""Where the events of this process's follower meet its subscribers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import strawberry
import structlog

from graph.clock import Clock
from graph.context import Context
from graph.feed.audience import audience_of
from graph.feed.cursors import FeedCursors
from graph.feed.executing import SubscribedDocument
from graph.feed.history import History
from graph.feed.index import ChannelIndex
from graph.feed.matching import Follows
from graph.feed.members import Channel, Member, Occurrence
from graph.feed.occurrences import Occurrences
from graph.feed.operations import LiveOperation
from graph.feed.outlets import Ending, Outlet
from graph.feed.replaying import Replay
from graph.feed.scores import LiveScores, ScoreReader
from graph.feed.sources import RatingsSource, ScoresSource, Selection, Source
from resolvers.feed.follower import POLL_EVERY, Follower
from resolvers.feed.reading import EventRecord, EventsPruned, feed_bounds
from resolvers.feed.waking import NO_MIRROR, Mirror
from resolvers.feed.writing import EventKind
from resolvers.pseudonyms import read_pseudonym_key
from resolvers.unavailable import is_unavailable
from resolvers.viewers import Viewer

CHECKPOINT_EVERY = 30.0
"""Seconds after which subscribers whom nothing has reached are told how far the feed has gone meanwhile."""

CHECKS = 6
"""So often in that time it is looked for them."""

OVERTAKING = frozenset({EventKind.REVISED, EventKind.GONE})
"""Events after which the same rating is not answered with as before."""

LookAt = Callable[[Collection[int], Collection[int]], Awaitable[None]]
"""Looks at what accounts and keys may do, and closes connections of those who have lost something."""

log = structlog.get_logger("peerscore.feed")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who subscribes to what.

    Attributes:
        query: the document, found valid.
        variables: as the client sent them.
        operation_name: of the subscription, if the document has several operations.
        viewer: who reads.
        source: what the subscription is about, as its field has found out.
        outlet: where the answers go.
    """

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    viewer: Viewer
    source: Source
    outlet: Outlet


class Attachment:
    """That somebody subscribes; it lasts until it is detached."""

    __slots__ = ("_detach",)

    def __init__(self, detach: Callable[[], None]) -> None:
        self._detach = detach

    def detach(self) -> None:
        """Nothing more reaches the subscriber. May be called again, which does nothing."""
        self._detach()


class Hub:
    """The subscriptions of this process.

    Args:
        schema: which the documents are valid for.
        new_context: makes what the fields of one execution share, for a reader.
        look_at: called when the standing of accounts and keys has changed, before any later event goes out.
        now: tells the time.
        mirror: what this process keeps in memory, and the feed keeps right.
        checkpoint_every: seconds after which those are told of the feed's progress whom nothing has reached.
        poll_every: seconds between two looks at the feed when nothing tells of new events.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        new_context: Callable[[Viewer], Context],
        look_at: LookAt,
        now: Clock,
        *,
        mirror: Mirror = NO_MIRROR,
        checkpoint_every: float = CHECKPOINT_EVERY,
        poll_every: float = POLL_EVERY,
    ) -> None:
        self._schema = schema
        self._new_context = new_context
        self._look_at = look_at
        self._now = now
        self._checkpoint_every = checkpoint_every
        self._started = asyncio.Event()
        self._cursors: FeedCursors | None = None
        self._follower = Follower(self.deliver, missed=self._missed, mirror=mirror, poll_every=poll_every)
        self._operations: dict[Hashable, LiveOperation] = {}
        self._users: dict[LiveOperation, int] = {}
        self._index = ChannelIndex()
        self._members: dict[Member, Selection | Follows] = {}
        self._scores = LiveScores(now, self._drop_reader)
        self._readers: dict[ScoreReader, None] = {}
        self._follows: dict[int, Follows] = {}
        self._followers: dict[Follows, int] = {}

    def __len__(self) -> int:
        """How many subscriptions there are."""
        return len(self._members) + len(self._readers)

    @property
    def cursors(self) -> FeedCursors | None:
        """What makes the cursors; None until the hub runs."""
        return self._cursors

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the feed meanwhile. At the end nobody is told anything more."""
        self._secret = await read_pseudonym_key()
        cursors = self._cursors = FeedCursors(self._secret)
        before = await feed_bounds()
        async with self._follower:
            self._history = History(self._follower.position)
            await self._history.fill()
            released = self._history.last_of(EventKind.RELEASED, before.last_released)
            self._occurrences = Occurrences(cursors, self._history, released, self._now)
            self._started.set()
            checking = asyncio.create_task(self._keep_checking())
            try:
                yield
            finally:
                checking.cancel()
                for member in list(self._members):
                    self._leave(member)
                for reader in list(self._readers):
                    self._leave_scores(reader)
                self._scores.stop()
                self._started.clear()

    def attach(self, subscriber: Subscriber) -> Attachment:
        """Serve a subscriber from now on, until the attachment is detached or the outlet is ended."""
        operation = self._operation(subscriber)
        source, outlet, viewer = subscriber.source, subscriber.outlet, subscriber.viewer
        if isinstance(source, ScoresSource):
            reader = ScoreReader(operation, source, outlet, viewer)
            self._readers[reader] = None
            self._scores.join(reader)
            return Attachment(partial(self._leave_scores, reader))
        position = self._history.position if source.after is None else source.after
        member = Member(operation, outlet, viewer, position)
        selection = source.selection if isinstance(source, RatingsSource) else self._follows_of(source.account_id)
        self._members[member] = selection
        replay = Replay(
            member,
            selection,
            self._history,
            self._occurrences,
            partial(self._join, member),
            self._leave,
            self._drop,
        )
        member.replaying = asyncio.create_task(replay.run())
        return Attachment(partial(self._leave, member))

    async def deliver(self, events: Sequence[EventRecord]) -> None:
        """Pass events on to those who want them. Those that were passed on before are left out.

        While more is waiting to be resolved than can be, this waits as well; the feed keeps the events.
        """
        await self._started.wait()
        for event in events:
            if event.position <= self._history.position:
                continue
            if event.kind is EventKind.STANDING:
                # Whoever has lost something has lost it before anything later reaches them.
                await self._look_at(_only(event.account_id), _only(event.key_id))
            elif event.kind is EventKind.FOLLOWS and event.account_id in self._follows:
                follows = self._follows[event.account_id]
                await follows.read()
                self._index.refile(follows)
            for operation in self._pass_on(event):
                await operation.has_room()
        self._history.tell()

    def _pass_on(self, event: EventRecord) -> Collection[LiveOperation]:
        """Hand one event to those who want it; the operations that have to resolve it."""
        self._history.add(event)
        if event.kind is EventKind.RELEASED:
            self._occurrences.go_on_from(event.position)
        if event.kind in OVERTAKING:
            for operation in self._operations.values():
                operation.forget_kept()
        self._scores.note(event)
        wanting = self._index.wanting(event)
        if wanting:
            occurrence = self._occurrences.of(event)
            for operation, channels in wanting.items():
                self._put(operation, occurrence, channels)
        return wanting.keys()

    def _put(self, operation: LiveOperation, occurrence: Occurrence, channels: Sequence[Channel]) -> None:
        time = asyncio.get_running_loop().time()
        for channel in channels:
            channel.shown, channel.told_at = occurrence.shown, time
        operation.put(occurrence, channels)

    def _operation(self, subscriber: Subscriber) -> LiveOperation:
        """The live operation that the subscriber's is equal to, with one more user."""
        audience = audience_of(subscriber.viewer)
        document = SubscribedDocument(self._schema, subscriber.query, subscriber.operation_name, subscriber.variables)
        key = document.key, audience
        if key not in self._operations:
            self._operations[key] = LiveOperation(key, document, audience, self._new_context, self._drop, self._secret)
        operation = self._operations[key]
        self._users[operation] = self._users.get(operation, 0) + 1
        return operation

    def _leave_operation(self, operation: LiveOperation) -> None:
        self._users[operation] -= 1
        if not self._users[operation]:
            del self._users[operation], self._operations[operation.key]
            operation.stop()

    def _follows_of(self, account_id: int) -> Follows:
        follows = self._follows.setdefault(account_id, Follows(account_id))
        self._followers[follows] = self._followers.get(follows, 0) + 1
        return follows

    def _leave_follows(self, follows: Follows) -> None:
        self._followers[follows] -= 1
        if not self._followers[follows]:
            del self._followers[follows], self._follows[follows.account_id]

    def _join(self, member: Member) -> None:
        """A member has caught up."""
        if member not in self._members:
            # Their outlet has let them leave while the last answer was sent.
            return
        channel = self._index.channel(member.operation, self._members[member])
        if not channel.members:
            channel.shown = self._occurrences.shown_position(member.operation.audience)
            channel.told_at = asyncio.get_running_loop().time()
        channel.members[member] = None
        member.channel, member.replaying = channel, None

    def _leave(self, member: Member) -> None:
        """A member is told nothing more."""
        selection = self._members.pop(member, None)
        if selection is None:
            return
        if member.replaying is not None:
            member.replaying.cancel()
        if member.channel is not None:
            channel, member.channel = member.channel, None
            del channel.members[member]
            if not channel.members:
                self._index.remove(channel)
        if isinstance(selection, Follows):
            self._leave_follows(selection)
        self._leave_operation(member.operation)

    def _drop(self, member: Member, ending: Ending) -> None:
        """A member cannot go on."""
        if member in self._members:
            self._leave(member)
            log.info("a subscriber is told to come back later", reason=ending.reason)
            member.outlet.end(ending)

    def _leave_scores(self, reader: ScoreReader) -> None:
        """A reader of scores is told nothing more."""
        if reader in self._readers:
            del self._readers[reader]
            self._scores.leave(reader)
            self._leave_operation(reader.operation)

    def _drop_reader(self, reader: ScoreReader, ending: Ending) -> None:
        """A reader of scores cannot go on."""
        if reader in self._readers:
            self._leave_scores(reader)
            log.info("a subscriber is told to come back later", reason=ending.reason)
            reader.outlet.end(ending)

    def _missed(self, pruned: EventsPruned) -> None:
        """Events have been deleted before this process had them: nobody may go on as if nothing had been missed."""
        self._history.restart(pruned.pruned)
        self._occurrences.go_on_from(pruned.pruned)
        self._scores.note_all()
        for member in list(self._members):
            if member.replaying is None:
                member.outlet.send(self._occurrences.expired_body(pruned.pruned), None)
                member.outlet.complete()
                self._leave(member)
        self._history.tell()

    async def _keep_checking(self) -> None:
        """Look again and again for those whom nothing has reached for a while, until cancelled."""
        while True:
            await asyncio.sleep(self._checkpoint_every / CHECKS)
            try:
                # Cursors of what is not kept any more are of no use to anybody.
                self._occurrences.go_on_from((await feed_bounds()).pruned)
                self._check()
            except Exception as error:
                if is_unavailable(error):
                    log.warning("cursors could not be carried forward, because the database cannot be reached")
                else:
                    log.exception("cursors could not be carried forward")

    def _check(self) -> None:
        """Carry the cursors of those forward whom nothing has reached for a while."""
        before = asyncio.get_running_loop().time() - self._checkpoint_every
        behind: dict[LiveOperation, list[Channel]] = {}
        for channel in self._index.all():
            shown = self._occurrences.shown_position(channel.operation.audience)
            if channel.told_at <= before and channel.shown < shown:
                behind.setdefault(channel.operation, []).append(channel)
        for operation, channels in behind.items():
            self._put(operation, self._occurrences.checkpoint(operation.audience), channels)


def _only(key: int | None) -> Collection[int]:
    return () if key is None else (key,)
