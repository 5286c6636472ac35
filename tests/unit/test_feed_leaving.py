"""Thousands come and go, and nothing stays behind."""

import asyncio
import gc
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from tortoise.context import TortoiseContext

from graph.feed import operations
from graph.feed.executing import SubscribedDocument
from graph.feed.matching import Follows
from graph.feed.members import Channel, Member
from graph.feed.operations import LiveOperation
from graph.feed.replaying import Replay
from graph.feed.scores import ScoreReader, Topic
from graph.feed.sources import FollowedSource, RatingsSource, ScoresSource, Selection, Source
from models.feed import FOLLOWS, GONE, RECOUNTED, RELEASED
from resolvers.viewers import ANONYMOUS
from tests.feed_hub import EVENTS, FOLLOWED, TIMES, HubUnderTest, Subscription, happens, running_hub
from tests.feed_hub import tasks_for_subscribers as tasks
from tests.viewers import MODERATOR, verified

CYCLES = 5_000

OF_ONE_SUBSCRIPTION = (Member, Channel, LiveOperation, SubscribedDocument, Follows, Replay, ScoreReader, Topic)


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


def left_behind() -> Counter[type]:
    """What there is of subscriptions in this process."""
    gc.collect()
    return Counter(type(thing) for thing in gc.get_objects() if isinstance(thing, OF_ONE_SUBSCRIPTION))


def sources(draw: random.Random, number: int) -> tuple[Source, str]:
    """A subscription of any kind; some are equal to others."""
    selection = Selection(drug_ids=draw.choice((None, frozenset({1, 2}), frozenset({number}))))
    return draw.choice(
        (
            (RatingsSource(selection), EVENTS),
            (RatingsSource(selection, draw.randint(0, 6)), EVENTS + "#" * draw.randint(0, 2)),
            (FollowedSource(draw.randint(1, 9)), FOLLOWED),
            (FollowedSource(draw.randint(1, 9), 0), FOLLOWED),
            (ScoresSource((1, 2, number)), TIMES),
            (ScoresSource((1,), draw.choice((1, None))), TIMES),
        )
    )


async def test_nothing_is_left_of_thousands_who_came_and_went(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "KEPT", 0)
    draw = random.Random(5)
    viewers = [verified(1), verified(2), MODERATOR, ANONYMOUS]
    # Other tests of this process may have left something for their own.
    before = left_behind()
    there: list[Subscription] = []
    for number in range(CYCLES):
        source, query = sources(draw, number)
        there.append(running.attach(source, query, draw.choice(viewers)))
        # Some leave at once, some while they are told something, some later.
        if draw.random() < 0.5:
            await asyncio.sleep(0)
        while there and draw.random() < 0.52:
            there.pop(draw.randrange(len(there))).leave()
        if number % 100 == 0:
            kind = draw.choice((GONE, RELEASED, RECOUNTED, FOLLOWS))
            await happens(number, kind=kind, account_id=draw.randint(1, 9), drug_id=draw.choice((1, 2)))
    await running.passed()
    assert [outlet.ending for outlet in there if outlet.over] == []
    for outlet in there:
        outlet.leave()
    there.clear()
    last = await running.joined()
    last.leave()
    del last, outlet, source
    # What was being resolved when everybody left is resolved, and thrown away.
    while tasks():
        await running.passed()
        await asyncio.sleep(0)

    hub = running.hub
    assert [len(part) for part in (hub, hub._operations, hub._users, hub._index)] == [0] * 4  # noqa: SLF001
    assert [len(part) for part in (hub._follows, hub._followers, hub._scores)] == [0] * 3  # noqa: SLF001
    assert left_behind() - before == Counter()
