"""Whoever comes back with a cursor gets what they have missed, and goes on without a gap and without a repeat."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from graph.errors import INTERNAL_ERROR
from graph.feed import history, replaying
from graph.feed.history import History
from graph.feed.sources import Selection
from graph.middleware import INTERNAL_FAILURE
from models.feed import RELEASED
from resolvers.feed.pruning import prune_feed
from resolvers.feed.sequencing import give_positions
from resolvers.viewers import ANONYMOUS
from tests.feed_events import AT, Process, commit, write_days
from tests.feed_hub import EVENTS, HubUnderTest, happens, running_hub


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


@pytest.mark.parametrize("after", [0, 1, 3, 5])
async def test_a_replay_has_what_comes_after_the_cursor(after: int, running: HubUnderTest) -> None:
    await happens(*range(5))
    await running.passed()

    outlet = running.ratings(after=after)
    await outlet.answered(5 - after + 1)
    await happens(5)
    await outlet.happened(5 - after + 1)

    assert running.positions(outlet) == list(range(after + 1, 7))
    assert outlet.values[5 - after]["__typename"] == "Checkpoint"


@pytest.mark.parametrize("kept", [4, 10_000])
async def test_events_that_are_not_in_memory_are_read(
    kept: int,
    migrated: TortoiseContext,  # noqa: ARG001 - the hub follows its feed
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "KEPT_EVENTS", kept)
    monkeypatch.setattr(history, "PAGE", 3)
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    await commit(*range(10))
    await give_positions()

    async with running_hub() as running:
        await happens(*range(10))
        await running.passed()
        outlets = [running.ratings(after=after) for after in (0, 3, 9, 14, 20)]
        few = running.ratings(Selection(drug_ids=frozenset({2})), after=0)
        for outlet in outlets:
            await outlet.until(lambda outlet=outlet: outlet.cursors[-1:] == [running.cursors.of(20)])
        await few.answered(1)
        await happens(99, drug_id=2)
        for outlet in [*outlets, few]:
            await outlet.until(lambda outlet=outlet: outlet.cursors[-1:] == [running.cursors.of(21)])

        expected = [list(range(after + 1, 22)) for after in (0, 3, 9, 14, 20)]
        assert [running.positions(outlet) for outlet in outlets] == expected
        assert running.positions(few) == [21]


async def test_a_replay_joins_the_others_while_events_pour_in(running: HubUnderTest) -> None:
    live = await running.joined()
    await happens(*range(20))
    await live.happened(20)
    replayed = running.ratings(after=5)
    replayed.stop_reading()
    await replayed.until(lambda: replayed.waiting)

    for number in range(50):
        await happens(number, number)
        if number == 30:
            replayed.read_on()
    await live.happened(120)
    await replayed.happened(115)
    await happens(1)
    await live.happened(121)
    await replayed.happened(116)

    assert running.positions(live) == list(range(1, 122))
    assert running.positions(replayed) == list(range(6, 122))


async def test_a_replay_whose_reader_reads_slowly_holds_up_nobody_else(running: HubUnderTest) -> None:
    await happens(1, 2, 3)
    await running.passed()
    slow = running.ratings(after=0)
    slow.stop_reading()
    await slow.until(lambda: slow.waiting)

    other, live = running.ratings(after=0), await running.joined()
    await happens(4)
    await other.happened(4)
    await live.happened(1)
    assert slow.bodies == []
    slow.read_on()
    await slow.happened(4)

    assert running.positions(slow) == [1, 2, 3, 4]


async def test_what_happens_while_the_last_checkpoint_waits_is_not_missed(running: HubUnderTest) -> None:
    slow = running.ratings()
    slow.stop_reading()
    await slow.until(lambda: slow.waiting)
    await happens(1)
    await running.passed()

    slow.read_on()
    await happens(2)
    await slow.happened(2)

    assert running.positions(slow) == [1, 2]
    assert [value["__typename"] for value in slow.values] == ["Checkpoint", "RatingAdded", "RatingAdded"]


async def test_who_leaves_in_the_midst_of_a_replay_gets_nothing_more(running: HubUnderTest) -> None:
    await happens(1, 2)
    await running.passed()
    gone = running.ratings(after=0)
    gone.stop_reading()
    await gone.until(lambda: gone.waiting)

    gone.leave()
    gone.read_on()
    other = running.ratings(after=0)
    await other.answered(3)

    assert gone.bodies == []
    assert len(running.hub) == 1


async def test_a_cursor_of_a_faster_process_is_waited_for(migrated_url: str, migrated: TortoiseContext) -> None:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as running, Process(migrated_url) as faster:
        outlet = running.ratings(after=2)
        live = await running.joined()

        await faster.do(lambda: commit(1))
        await running.passed(1)
        await live.happened(1)
        assert outlet.bodies == []
        await faster.do(lambda: commit(2, 3))
        await running.passed(3)
        await outlet.happened(1)

        assert running.positions(outlet) == [3]


async def test_the_cursors_of_one_process_are_those_of_another(migrated: TortoiseContext) -> None:  # noqa: ARG001
    async with running_hub() as first, running_hub() as second:
        outlet = await first.joined(viewer=ANONYMOUS)
        await happens(1)
        await happens(None, kind=RELEASED)
        await happens(2)
        await happens(None, kind=RELEASED)
        await outlet.happened(2)
        position = first.last_position(outlet)
        await second.passed()
        resumed = second.ratings(after=position - 1, viewer=ANONYMOUS)
        await resumed.answered(2)

        assert second.positions(resumed) == [position] == [4]


async def test_who_comes_back_too_late_is_told_the_oldest_cursor_that_works(
    migrated: TortoiseContext,  # noqa: ARG001 - the hub follows its feed
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "KEPT_EVENTS", 0)
    await write_days(*range(6))
    async with running_hub() as running:
        # The cursor was still good when it was looked at, and the feed has been pruned since.
        await prune_feed(AT.replace(day=4))
        late, in_time = running.ratings(after=1), running.ratings(after=3)
        await late.told_over()
        await in_time.answered(4)

        (answer,) = late.answers
        (error,) = answer["errors"]
        assert answer["data"] is None
        assert late.completed
        assert error["extensions"] == {"code": "CURSOR_EXPIRED", "oldestCursor": running.cursors.of(3)}
        assert running.positions(in_time) == [4, 5, 6]
        assert len(running.hub) == 1


async def test_what_is_pruned_while_it_is_replayed_ends_the_replay(
    migrated: TortoiseContext,  # noqa: ARG001 - the hub follows its feed
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "KEPT_EVENTS", 0)
    monkeypatch.setattr(history, "PAGE", 2)
    await write_days(*range(6))
    async with running_hub() as running:
        outlet = running.ratings(after=0)
        outlet.stop_reading()
        await outlet.until(lambda: outlet.waiting)
        await prune_feed(AT.replace(day=6))
        outlet.read_on()
        await outlet.told_over()

        events = [answer["data"]["ratings"]["cursor"] for answer in outlet.answers if answer["data"]]
        assert [running.cursors.position(cursor) for cursor in events] == [1, 2]
        assert outlet.answers[-1]["errors"][0]["extensions"]["code"] == "CURSOR_EXPIRED"


class Broken(Exception):
    """A mistake in this server's code."""


async def test_a_replay_that_fails_ends_with_the_cursor_behind_what_was_sent(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    await happens(1, 2, 3)
    await running.passed()
    after = History.after

    async def fail_later(history: History, position: int, *arguments: object) -> object:
        if position == 2:
            raise Broken
        return await after(history, position, *arguments)

    monkeypatch.setattr(History, "after", fail_later)
    outlet = running.ratings(after=0)
    await outlet.told_over()

    assert outlet.ending is not None
    assert (outlet.ending.code, outlet.ending.reason) == (INTERNAL_FAILURE, INTERNAL_ERROR)
    assert outlet.ending.cursor == running.cursors.of(2)
    assert running.positions(outlet) == [1, 2]
    assert len(running.hub) == 0


@pytest.mark.parametrize("failures", [1, 3])
async def test_a_replay_goes_on_when_the_database_can_be_reached_again(
    failures: int, running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    monkeypatch.setattr(replaying, "FIRST_PAUSE", 0)
    await happens(*range(5))
    await running.passed()
    after, failed = History.after, 0

    async def fail_first(history: History, position: int, *arguments: object) -> object:
        nonlocal failed
        if position == 2 and failed < failures:
            failed += 1
            raise asyncpg.PostgresConnectionError
        return await after(history, position, *arguments)

    monkeypatch.setattr(History, "after", fail_first)
    outlet = running.ratings(after=0)
    await outlet.answered(6)

    assert failed == failures
    assert running.positions(outlet) == [1, 2, 3, 4, 5]


async def test_many_who_come_back_at_once_are_answered_together(running: HubUnderTest) -> None:
    """As after the restart of another process."""
    await happens(*range(20))
    await running.passed()
    running.contexts.clear()

    outlets = [running.ratings(after=0) for _ in range(50)]
    for outlet in outlets:
        await outlet.answered(21)

    assert [running.positions(outlet) for outlet in outlets] == [list(range(1, 21))] * 50
    assert len({tuple(outlet.bodies) for outlet in outlets}) == 1
    # The events together, and the checkpoint.
    assert len(running.contexts) == 2


async def test_others_get_the_answer_that_whoever_asked_first_did_not_wait_for(running: HubUnderTest) -> None:
    await happens(1)
    await running.passed()
    asked = asyncio.Event()
    running.change_context = lambda _: asked.set()

    first, second = running.ratings(after=0, query=EVENTS), running.ratings(after=0, query=EVENTS)
    await asked.wait()
    first.leave()
    await second.answered(2)

    assert first.bodies == []
    assert running.positions(second) == [1]
