"""However it comes about, each subscriber sees exactly the events after their cursor: once, and in order."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from tortoise.context import TortoiseContext

from graph.feed import history, operations, replaying
from graph.feed.sources import Selection
from models.feed import ADDED, GONE, RECOUNTED, RELEASED, REVISED, FeedEvent, FeedState
from resolvers.feed.reading import EventRecord, read_events
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import EventKind
from resolvers.viewers import ANONYMOUS, Viewer
from tests.feed_events import Process, commit
from tests.feed_hub import EVENTS, PHYSICIAN, HubUnderTest, Subscription, running_hub
from tests.viewers import MODERATOR

SEEDS = range(12)

CASES = 20
"""For each seed; all of them in one feed, which goes on."""

DRUGS, COUNTRIES = (1, 2, 3), ("DE", "FR")

SINGLE = {EventKind.ADDED, EventKind.REVISED, EventKind.GONE}


@dataclass(eq=False)
class Client:
    """Somebody who comes and goes, and each time resumes after the last cursor that they were sent.

    Attributes:
        viewer: who.
        selection: what they want.
        query: what they ask of it; equal queries are executed together.
        cursor: the position of the last cursor.
        seen: the positions of the events.
        began: the position that they began after.
    """

    viewer: Viewer
    selection: Selection
    query: str
    began: int
    cursor: int
    outlet: Subscription | None = None
    seen: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> set[EventKind]:
        return {EventKind.RELEASED} if self.viewer is ANONYMOUS else SINGLE

    def attach(self, running: HubUnderTest) -> None:
        """Come, or come back."""
        self.outlet = running.ratings(self.selection, self.cursor, self.query, self.viewer)

    def detach(self, running: HubUnderTest) -> None:
        """Go, and keep what was sent."""
        assert self.outlet is not None
        self.outlet.leave()
        assert self.outlet.ending is None
        for answer in self.outlet.answers:
            if answer["data"] is None:
                self.errors.append(answer["errors"][0]["extensions"]["code"])
                continue
            value = answer["data"]["ratings"]
            self.cursor = running.cursors.position(value["cursor"])
            if value["__typename"] != "Checkpoint":
                self.seen.append(self.cursor)
        self.outlet = None

    def expected(self, events: list[EventRecord]) -> list[int]:
        """What they have to see up to now, reckoned from the events themselves."""
        return [event.position for event in events if event.position > self.began and self._wants(event)]

    def _wants(self, event: EventRecord) -> bool:
        chosen = self.selection
        return (
            event.kind in self.kinds
            and (chosen.drug_ids is None or event.drug_id in chosen.drug_ids)
            and (chosen.countries is None or event.country in chosen.countries)
            and (event.first or not chosen.first_only)
        )


class Story:
    """What happens in a feed, drawn at random."""

    def __init__(self, seed: int, running: HubUnderTest, other: Process) -> None:
        self._draw = random.Random(seed)
        self._running = running
        self._other = other
        self.clients: list[Client] = []
        self.events: list[EventRecord] = []
        self.kept_after = 0

    async def tell(self) -> None:
        """One case: clients come, go and come back while things happen, until all have seen what they should."""
        await self._look()
        draw = self._draw
        self.clients = [self._client() for _ in range(draw.randint(1, 6))]
        for _ in range(draw.randint(5, 25)):
            step = draw.random()
            if step < 0.45:
                await self._write()
            elif step < 0.5:
                await self._pruned()
            else:
                self._come_or_go(draw.choice(self.clients))
            for _ in range(draw.choice((0, 0, 1, 3, 10))):
                await asyncio.sleep(0)
        await self._finish()

    def _client(self) -> Client:
        draw = self._draw
        last = self.events[-1].position if self.events else 0
        # Cursors of other processes, of long ago, of the beginning, and of now.
        began = draw.choice((self.kept_after, last, draw.randint(self.kept_after, last)))
        selection = Selection(
            drug_ids=draw.choice((None, None, frozenset(draw.sample(DRUGS, 2)))),
            countries=draw.choice((None, None, frozenset(draw.sample(COUNTRIES, 1)))),
            first_only=draw.random() < 0.1,
        )
        viewer = draw.choice((PHYSICIAN, PHYSICIAN, MODERATOR, ANONYMOUS))
        if viewer is ANONYMOUS:
            selection = Selection(selection.drug_ids, first_only=selection.first_only)
        return Client(viewer, selection, EVENTS + "#" * draw.randint(0, 1), began, began)

    async def _write(self) -> None:
        draw = self._draw
        numbers = range(draw.choice((1, 1, 2, 5)))
        about = {
            "kind": draw.choice((ADDED, ADDED, REVISED, GONE, RELEASED, RELEASED, RECOUNTED)),
            "drug_id": draw.choice(DRUGS),
            "country": draw.choice(COUNTRIES),
            "is_first": draw.random() < 0.5,
        }
        if draw.random() < 0.3:
            await self._other.do(lambda: commit(*numbers, **about))
        else:
            await commit(*numbers, **about)
        wake_followers()

    async def _pruned(self) -> None:
        """The oldest events are not kept any more."""
        await self._look()
        if self.events:
            upto = self._draw.randint(self.kept_after, self.events[-1].position)
            await FeedState.filter(id=1).update(pruned_position=upto)
            await FeedEvent.filter(position__lte=upto).delete()
            self.kept_after = upto

    def _come_or_go(self, client: Client) -> None:
        if client.outlet is not None:
            client.detach(self._running)
        elif not client.errors and client.cursor >= self.kept_after:
            client.attach(self._running)

    async def _look(self) -> None:
        """Read the events, before they may be pruned."""
        await self._running.passed()
        last = self.events[-1].position if self.events else 0
        self.events += await read_events(max(last, self.kept_after))

    async def _finish(self) -> None:
        """Everybody who can comes back, and goes once they have got everything."""
        await self._look()
        for client in self.clients:
            if client.outlet is None and not client.errors and client.cursor >= self.kept_after:
                client.attach(self._running)
            if client.outlet is not None:
                await self._caught_up(client)
                client.detach(self._running)

    async def _caught_up(self, client: Client) -> None:
        outlet, missing = client.outlet, len(client.expected(self.events)) - len(client.seen)
        assert outlet is not None
        # As many as there have to be, then the checkpoint at the end; what comes too often is seen by whoever compares.
        await outlet.until(
            lambda: (
                outlet.over
                or (
                    sum(answer["data"]["ratings"]["__typename"] != "Checkpoint" for answer in outlet.answers) >= missing
                    and any(answer["data"]["ratings"]["__typename"] == "Checkpoint" for answer in outlet.answers)
                )
            )
        )


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


@pytest.mark.parametrize("seed", SEEDS)
async def test_each_subscriber_sees_exactly_the_events_after_the_cursor(
    seed: int, migrated_url: str, running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small, so that all ways are gone: from memory and from the database, in one piece and in several.
    monkeypatch.setattr(history, "KEPT_EVENTS", 8)
    monkeypatch.setattr(history, "PAGE", 3)
    monkeypatch.setattr(operations, "AT_ONCE", 3)
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    monkeypatch.setattr(operations, "MOST_PENDING", 4)
    expired = 0
    async with Process(migrated_url) as other:
        story = Story(seed, running, other)
        for _ in range(CASES):
            await story.tell()
            for client in story.clients:
                expected = client.expected(story.events)
                if client.errors or client.cursor < story.kept_after:
                    # The feed was pruned behind their cursor: they know, and have missed nothing before.
                    expired += 1
                    assert client.errors in ([], ["CURSOR_EXPIRED"])
                    assert client.seen == expected[: len(client.seen)]
                else:
                    assert client.seen == expected
    assert len(running.hub) == 0
    assert expired
