"""Cursors are carried forward for those whom nothing has reached, as far as they may know."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from graph.feed import hub
from graph.feed.sources import Selection
from models.feed import RELEASED
from resolvers.feed.pruning import prune_feed
from resolvers.feed.reading import Bounds, feed_bounds
from resolvers.viewers import ANONYMOUS
from tests.feed_events import AT, PATIENCE, write_days
from tests.feed_hub import HubUnderTest, happens, running_hub
from tests.feed_outlets import RecordingOutlet

OTHER_DRUG = Selection(drug_ids=frozenset({9}))

CHECKS = 20
"""So many looks for those whom nothing has reached are several times what there would have to be."""


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub(checkpoint_every=0.02) as under_test:
        yield under_test


@pytest.fixture
def some_checks(running: HubUnderTest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:  # noqa: ARG001
    """Waits until it has been looked often enough for those whom nothing has reached."""
    looks, looked = 0, asyncio.Event()

    async def bounds() -> Bounds:
        nonlocal looks
        looks += 1
        looked.set()
        return await feed_bounds()

    async def wait() -> None:
        upto = looks + CHECKS
        async with asyncio.timeout(PATIENCE):
            while looks < upto:
                looked.clear()
                await looked.wait()

    monkeypatch.setattr(hub, "feed_bounds", bounds)
    return wait


def shown(running: HubUnderTest, outlet: RecordingOutlet) -> list[int]:
    """The positions of all cursors that somebody was sent."""
    return [running.cursors.position(cursor or "") for cursor in outlet.cursors]


async def test_whom_nothing_has_reached_is_told_how_far_the_feed_has_gone(running: HubUnderTest) -> None:
    everything, other = await running.joined(), await running.joined(OTHER_DRUG)
    await happens(1, 2)
    await everything.happened(2)
    await other.until(lambda: other.cursors[-1] == running.cursors.of(2))
    await happens(3, drug_id=9)
    await other.happened(1)
    await everything.happened(3)

    assert [value["__typename"] for value in other.values[-2:]] == ["Checkpoint", "RatingAdded"]
    assert shown(running, other)[-2:] == [2, 3]
    # Whom everything reaches needs no more of them.
    assert [value["__typename"] for value in everything.values] == ["Checkpoint", *["RatingAdded"] * 3]


async def test_as_long_as_nothing_happens_nobody_is_told_anything(
    running: HubUnderTest, some_checks: Callable[[], Awaitable[None]]
) -> None:
    outlet, other = await running.joined(), await running.joined(OTHER_DRUG)

    await some_checks()
    assert (len(outlet.bodies), len(other.bodies)) == (1, 1)
    await happens(1)
    await other.answered(2)
    await some_checks()

    assert (shown(running, outlet), shown(running, other)) == ([0, 1], [0, 1])


async def test_who_sees_no_single_ratings_is_not_told_that_the_feed_has_gone_on(
    running: HubUnderTest, some_checks: Callable[[], Awaitable[None]]
) -> None:
    physician = await running.joined(OTHER_DRUG)
    anonymous, other = await running.joined(viewer=ANONYMOUS), await running.joined(OTHER_DRUG, viewer=ANONYMOUS)
    await happens(1)
    await physician.answered(2)
    await some_checks()
    await happens(None, kind=RELEASED)
    await anonymous.happened(1)
    await happens(2)
    await physician.until(lambda: physician.cursors[-1] == running.cursors.of(3))
    await other.answered(2)
    await some_checks()

    assert shown(running, anonymous) == [0, 2]
    assert shown(running, other) == [0, 2]


async def test_a_release_behind_a_checkpoint_is_not_missed(
    running: HubUnderTest, some_checks: Callable[[], Awaitable[None]]
) -> None:
    await happens(1, 2)
    await running.passed()
    outlet, other = await running.joined(viewer=ANONYMOUS), await running.joined(OTHER_DRUG, viewer=ANONYMOUS)
    await some_checks()
    await happens(None, kind=RELEASED)
    await other.answered(2)
    await happens(None, kind=RELEASED, drug_id=9)
    await outlet.happened(2)
    await other.happened(1)

    assert shown(running, outlet) == [0, 3, 4]
    assert shown(running, other) == [0, 3, 4]


async def test_cursors_do_not_expire_while_somebody_stays(migrated: TortoiseContext) -> None:  # noqa: ARG001 - the hub follows its feed
    """Those of releases that were long ago, and of those who stay while the feed is pruned."""
    await write_days(0)
    await happens(None, kind=RELEASED, days=0)
    await write_days(2, 3, 4)
    async with running_hub(checkpoint_every=0.02) as running:
        anonymous = await running.joined(viewer=ANONYMOUS)
        await prune_feed(AT.replace(day=4))
        await anonymous.answered(2)
        newcomer = await running.joined(viewer=ANONYMOUS)
        await happens(1)
        await running.passed()
        # What was released later is later.
        await happens(None, kind=RELEASED)
        await anonymous.happened(1)
        await newcomer.happened(1)

        assert shown(running, anonymous) == [2, 3, 7]
        assert shown(running, newcomer) == [3, 7]


@pytest.mark.parametrize("failure", [asyncpg.PostgresConnectionError(), ValueError()])
async def test_what_fails_once_is_done_the_next_time(
    failure: Exception, running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [failure]

    async def bounds() -> Bounds:
        if failures:
            raise failures.pop()
        return await feed_bounds()

    monkeypatch.setattr(hub, "feed_bounds", bounds)
    other = await running.joined(OTHER_DRUG)
    await happens(1)
    await other.answered(2)

    assert failures == []
    assert shown(running, other) == [0, 1]
