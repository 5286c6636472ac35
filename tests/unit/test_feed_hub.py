"""Subscribers get every event that they want: once, in order, and nothing of what is not for them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs
from tortoise.context import TortoiseContext

from graph.errors import INTERNAL_ERROR
from graph.feed.hub import Hub
from graph.feed.members import MOST_UNSENT
from graph.feed.operations import LiveOperation
from graph.feed.outlets import SLOW_READER
from graph.feed.sources import Selection
from graph.middleware import INTERNAL_FAILURE
from models.feed import ADDED, FOLLOWS, GONE, RECOUNTED, RELEASED, REVISED, STANDING
from resolvers.feed.follower import Follower
from resolvers.feed.reading import EventsPruned
from resolvers.viewers import ANONYMOUS
from tests.feed_events import all_events, no_task_left
from tests.feed_hub import EVENTS, TIMES, HubUnderTest, happens, running_hub
from tests.viewers import INTEGRATOR, MODERATOR, UNREGISTERED, pending, suspended, verified


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


async def test_it_begins_with_a_checkpoint_and_goes_on_with_what_happens(running: HubUnderTest) -> None:
    outlet = await running.joined()

    await happens(7, 8)
    await happens(9)
    await outlet.happened(3)

    assert [value["__typename"] for value in outlet.values] == ["Checkpoint", *["RatingAdded"] * 3]
    assert running.positions(outlet) == [1, 2, 3]
    assert outlet.cursors == [value["cursor"] for value in outlet.values]


async def test_everybody_gets_every_event_once_and_in_order(running: HubUnderTest) -> None:
    queries = [EVENTS, EVENTS + " ", EVENTS + "#"]
    outlets = [await running.joined(query=query, viewer=verified(key)) for query in queries for key in (1, 2, 3)]

    for number in range(40):
        await happens(number, number, kind=(ADDED, REVISED, GONE)[number % 3])
    for outlet in outlets:
        await outlet.happened(80)

    assert [running.positions(outlet) for outlet in outlets] == [list(range(1, 81))] * len(outlets)
    assert len({tuple(outlet.bodies[1:]) for outlet in outlets}) == 1


@dataclass(frozen=True, slots=True)
class Happening:
    """A rating's event by what filters can tell."""

    rating_id: int
    drug_id: int = 1
    indication_id: int = 1
    specialty_id: int | None = 1
    country: str | None = "DE"
    is_first: bool = False


HAPPENINGS = (
    Happening(1, drug_id=1, is_first=True),
    Happening(2, drug_id=1, country="FR"),
    Happening(3, drug_id=2, indication_id=2, is_first=True),
    Happening(4, drug_id=2, indication_id=2, specialty_id=2),
    Happening(5, drug_id=3, indication_id=3, specialty_id=None, country=None),
    Happening(6, drug_id=3, indication_id=1, specialty_id=3, country="US"),
    Happening(7, drug_id=400),
)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection(), [1, 2, 3, 4, 5, 6, 7], id="everything"),
        pytest.param(Selection(drug_ids=frozenset({1})), [1, 2], id="a drug"),
        pytest.param(Selection(drug_ids=frozenset({2, 3})), [3, 4, 5, 6], id="two drugs"),
        pytest.param(Selection(drug_ids=frozenset(range(3, 501))), [5, 6, 7], id="hundreds of drugs"),
        pytest.param(Selection(drug_ids=frozenset()), [], id="no drug"),
        pytest.param(Selection(indication_ids=frozenset({2, 3})), [3, 4, 5], id="indications"),
        pytest.param(Selection(specialty_ids=frozenset({2, 3})), [4, 6], id="specialties"),
        pytest.param(Selection(countries=frozenset({"FR", "US"})), [2, 6], id="countries"),
        pytest.param(Selection(first_only=True), [1, 3], id="first only"),
        pytest.param(Selection(drug_ids=frozenset({3}), indication_ids=frozenset({1})), [6], id="drug and indication"),
        pytest.param(Selection(drug_ids=frozenset({1}), countries=frozenset({"FR"})), [2], id="drug and country"),
        pytest.param(Selection(drug_ids=frozenset({2}), first_only=True), [3], id="first of a drug"),
    ],
)
async def test_filters_choose_live_and_in_a_replay(
    selection: Selection, expected: list[int], running: HubUnderTest
) -> None:
    # The last event is for everybody who waits for one.
    everything = await running.joined()
    live = await running.joined(selection)
    for happening in HAPPENINGS:
        await happens(happening.rating_id, **{name: getattr(happening, name) for name in Happening.__slots__[1:]})
    await everything.happened(len(HAPPENINGS))
    await live.happened(len(expected))
    replayed = running.ratings(selection, after=0)
    await replayed.answered(len(expected) + 1)

    assert running.positions(live) == expected
    assert running.positions(replayed) == expected
    assert running.last_position(replayed) == len(HAPPENINGS)


READERS_OF_RELEASES = {
    "anonymous": ANONYMOUS,
    "integrator": INTEGRATOR,
    "unregistered": UNREGISTERED,
    "pending": pending(1),
    "suspended": suspended(1),
}


@pytest.mark.parametrize("reader", READERS_OF_RELEASES)
async def test_others_than_physicians_and_moderators_are_told_of_releases_alone(
    reader: str, running: HubUnderTest
) -> None:
    viewer = READERS_OF_RELEASES[reader]
    physician, moderator = await running.joined(), await running.joined(viewer=MODERATOR)
    other = await running.joined(viewer=viewer)

    await happens(1)
    await happens(None, kind=RELEASED, is_first=True)
    await happens(2, kind=REVISED)
    await happens(3, kind=GONE)
    await happens(None, kind=RECOUNTED)
    await happens(None, kind=RELEASED)
    await happens(4)
    await other.happened(2)
    for outlet in (physician, moderator):
        await outlet.happened(4)
        assert [value["__typename"] for value in outlet.events] == [
            "RatingAdded",
            "RatingRevised",
            "RatingWithdrawn",
            "RatingAdded",
        ]
        assert running.positions(outlet) == [1, 3, 4, 7]
    replayed = running.ratings(after=0, viewer=viewer)
    await replayed.answered(3)

    for outlet in (other, replayed):
        assert [value["__typename"] for value in outlet.events] == ["RatingsReleased"] * 2
        assert running.positions(outlet) == [2, 6]


async def test_who_sees_no_single_ratings_cannot_tell_from_cursors_that_there_are_new_ones(
    running: HubUnderTest,
) -> None:
    physician = await running.joined()
    before = await running.joined(viewer=ANONYMOUS)
    await happens(1, 2)
    await physician.happened(2)
    between = await running.joined(viewer=ANONYMOUS)
    await happens(None, kind=RELEASED)
    await running.passed(3)
    await happens(3)
    await physician.happened(3)
    after = await running.joined(viewer=ANONYMOUS)

    assert before.cursors[0] == between.cursors[0]
    assert running.last_position(after) == 3


async def test_events_that_are_not_about_ratings_reach_nobody(running: HubUnderTest) -> None:
    outlet = await running.joined()

    await happens(None, kind=FOLLOWS, account_id=1, drug_id=None, indication_id=None)
    await happens(None, kind=STANDING, account_id=1, drug_id=None, indication_id=None)
    await happens(None, kind=RECOUNTED, indication_id=None)
    await happens(9)
    await outlet.happened(1)

    assert running.positions(outlet) == [4]


async def test_events_that_are_handed_over_again_are_not_sent_again(running: HubUnderTest) -> None:
    outlet = await running.joined()
    await happens(1, 2)
    await outlet.happened(2)

    first, _ = await all_events()
    await running.hub.deliver([first])
    await happens(3)
    await outlet.happened(3)
    replayed = running.ratings(after=0)
    await replayed.happened(3)

    assert running.positions(outlet) == running.positions(replayed) == [1, 2, 3]


async def test_who_comes_while_events_are_being_resolved_is_not_sent_these(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver, go_on = LiveOperation._deliver, asyncio.Event()  # noqa: SLF001 - events have to wait somewhere

    async def deliver_later(operation: LiveOperation, batch: Sequence[object]) -> None:
        await go_on.wait()
        await deliver(operation, batch)

    outlet = await running.joined()
    monkeypatch.setattr(LiveOperation, "_deliver", deliver_later)
    await happens(1, 2)
    await running.passed()
    newcomer, resuming = await running.joined(), running.ratings(after=1)
    await resuming.answered(2)
    go_on.set()
    await happens(3)
    for one, number in ((outlet, 3), (newcomer, 1), (resuming, 2)):
        await one.happened(number)

    assert running.positions(outlet) == [1, 2, 3]
    assert running.positions(newcomer) == [3]
    assert running.positions(resuming) == [2, 3]


async def test_who_has_left_gets_nothing_more_and_may_leave_again(running: HubUnderTest) -> None:
    gone, outlet = await running.joined(), await running.joined()

    gone.leave()
    gone.leave()
    await happens(1)
    await outlet.happened(1)

    assert len(gone.bodies) == 1
    assert len(running.hub) == 1


async def test_who_leaves_before_anything_was_sent_gets_nothing(running: HubUnderTest) -> None:
    gone = running.ratings()
    gone.leave()
    outlet = await running.joined()

    assert gone.bodies == []
    assert len(running.hub) == 1
    outlet.leave()
    assert len(running.hub) == 0


@pytest.mark.parametrize("others", [0, 3])
async def test_an_outlet_may_leave_while_it_is_sent_an_event(others: int, running: HubUnderTest) -> None:
    leaving, *outlets = [await running.joined() for _ in range(others + 1)]
    leaving.on_send = leaving.leave

    await happens(1)
    await happens(2)
    for outlet in outlets:
        await outlet.happened(2)
    await leaving.happened(1)

    assert len(leaving.events) == 1
    assert [running.positions(outlet) for outlet in outlets] == [[1, 2]] * others
    assert len(running.hub) == others


async def test_an_outlet_may_let_others_leave_while_it_is_sent_an_event(running: HubUnderTest) -> None:
    """As when a socket with several subscriptions is found closed."""
    first, second, third = [await running.joined() for _ in range(3)]

    def close() -> None:
        first.leave()
        second.leave()

    first.on_send = close
    await happens(1)
    await third.happened(1)

    assert (len(first.events), len(second.events)) == (1, 0)
    assert third.ending is None


@pytest.mark.parametrize("sent", [1, 2, 3])
async def test_an_outlet_may_leave_while_it_is_sent_a_replay(sent: int, running: HubUnderTest) -> None:
    await happens(1, 2)
    await running.passed()
    leaving = running.ratings(after=0)
    leaving.on_send = lambda: leaving.leave() if len(leaving.bodies) == sent else None
    with capture_logs() as logs:
        await leaving.answered(sent)
        other = await running.joined()

        await happens(3)
        await other.happened(1)

    assert len(running.hub) == 1
    assert leaving.ending is None
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


async def test_a_slow_reader_is_told_where_to_go_on_and_others_are_not_held_up(running: HubUnderTest) -> None:
    slow, fast = await running.joined(), await running.joined()
    slow.unsent = MOST_UNSENT + 1

    await happens(1)
    await happens(2, 3)
    await slow.told_over()
    await fast.happened(3)

    assert slow.ending is not None
    assert (slow.ending.code, slow.ending.reason) == (SLOW_READER, "SLOW_READER")
    # What was taken has been taken: going on behind it neither repeats nor misses anything.
    assert slow.ending.cursor == slow.cursors[-1] == running.cursors.of(1)
    assert running.positions(fast) == [1, 2, 3]
    assert len(running.hub) == 1


async def test_a_reader_at_the_bound_is_not_slow(running: HubUnderTest) -> None:
    outlet = await running.joined()
    outlet.unsent = MOST_UNSENT

    await happens(1)
    await happens(2)
    await outlet.happened(2)

    assert outlet.ending is None


async def test_when_all_readers_are_slow_their_operation_ends_with_them(running: HubUnderTest) -> None:
    slow = [await running.joined() for _ in range(3)]
    for outlet in slow:
        outlet.unsent = MOST_UNSENT + 1

    await happens(1, 2, 3)
    for outlet in slow:
        await outlet.told_over()
    again = running.ratings(after=1)
    await again.answered(3)

    assert running.positions(again) == [2, 3]


class Broken(Exception):
    """A mistake in this server's code."""


async def test_who_cannot_be_answered_because_of_a_mistake_is_told_so_and_misses_nothing_silently(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet, other = await running.joined(), await running.joined(query=EVENTS + "#")
    await happens(1)
    await outlet.happened(1)
    await other.happened(1)
    execute = LiveOperation._shared  # noqa: SLF001 - the mistake has to be somewhere

    async def fail(operation: LiveOperation, occurrences: object) -> object:
        if operation.key[0][0] == EVENTS:
            raise Broken
        return await execute(operation, occurrences)

    monkeypatch.setattr(LiveOperation, "_shared", fail)
    await happens(2)
    await happens(3)
    await outlet.told_over()
    await other.happened(3)
    monkeypatch.undo()
    again = running.ratings(after=running.last_position(outlet))
    await again.answered(3)

    assert outlet.ending is not None
    assert (outlet.ending.code, outlet.ending.reason) == (INTERNAL_FAILURE, INTERNAL_ERROR)
    assert outlet.ending.cursor == outlet.cursors[-1]
    assert running.positions(outlet) + running.positions(again) == [1, 2, 3]


async def test_when_the_feed_was_pruned_before_this_process_had_it_nobody_goes_on_unknowing(
    running: HubUnderTest,
) -> None:
    live, slow = await running.joined(), await running.joined(query=EVENTS + "#")
    ahead = running.ratings(after=4)
    await happens(1)
    await live.happened(1)
    await slow.happened(1)

    # As the follower tells when it was out of touch for longer than events are kept.
    running.hub._missed(EventsPruned(6))  # noqa: SLF001 - there is no other way to be told

    for outlet in (live, slow):
        await outlet.told_over()
        assert outlet.completed
        (error,) = outlet.answers[-1]["errors"]
        assert error["extensions"] == {"code": "CURSOR_EXPIRED", "oldestCursor": running.cursors.of(6)}
        assert outlet.answers[-1]["data"] is None
    # This one is told of more than of a position: it finds out by itself what is left of the events behind its cursor.
    await ahead.until(lambda: ahead.bodies or ahead.over)
    ahead.leave()
    assert len(running.hub) == 0


async def test_at_the_end_nobody_is_left(migrated: TortoiseContext) -> None:  # noqa: ARG001 - the hub follows its feed
    async with no_task_left():
        async with running_hub() as under_test:
            outlets = [await under_test.joined(), under_test.ratings(after=100), under_test.scores(1, query=TIMES)]
            await outlets[2].until(lambda: outlets[2].bodies)
        await asyncio.sleep(0)
        assert len(under_test.hub) == 0
        for outlet in outlets:
            assert not outlet.over
            outlet.leave()


async def test_before_it_runs_there_are_no_cursors() -> None:
    assert HubUnderTest().hub.cursors is None


async def test_events_of_the_time_before_it_was_ready_are_delivered_afterwards(
    migrated: TortoiseContext,  # noqa: ARG001 - the hub follows its feed
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivered = asyncio.Event()
    deliver = Hub.deliver

    async def watched(hub: Hub, events: object) -> None:
        delivered.set()
        await deliver(hub, events)

    start = Follower.start

    async def start_late(follower: Follower) -> None:
        await start(follower)
        await happens(1)
        await delivered.wait()

    monkeypatch.setattr(Hub, "deliver", watched)
    monkeypatch.setattr(Follower, "start", start_late)
    async with running_hub() as under_test:
        await under_test.passed()
        outlet = under_test.ratings(after=0)
        await outlet.answered(2)

    assert under_test.positions(outlet) == [1]
