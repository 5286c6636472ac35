"""The newest events in memory, and what has to be read from the database."""

import asyncio

import pytest
from tortoise.context import TortoiseContext

from graph.feed import history
from graph.feed.history import History
from models.feed import GONE, RELEASED
from resolvers.feed.pruning import prune_feed
from resolvers.feed.reading import EventRecord, EventsPruned, read_events
from resolvers.feed.writing import EventKind
from tests.feed_events import AT, all_events, numbered, write_days
from tests.statements import recorded_statements

ALL = tuple(EventKind)


def at(*positions: int, kind: EventKind = EventKind.ADDED) -> list[EventRecord]:
    return [EventRecord(one, kind, one, 1, 1, None, None, False, None, None, AT) for one in positions]


async def positions(history: History, after: int) -> tuple[list[int], int]:
    events, upto = await history.after(after, ALL, None)
    return [event.position for event in events], upto


async def test_what_is_in_memory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    kept = History(10)
    for event in at(*range(11, 16)):
        kept.add(event)

    assert await positions(kept, 10) == ([11, 12, 13], 13)
    assert await positions(kept, 13) == ([14, 15], 15)
    assert await positions(kept, 15) == ([], 15)
    assert await kept.after(10, [EventKind.GONE], None) == ([], 13)


async def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_EVENTS", 4)
    kept = History(0)
    for event in at(*range(1, 10)):
        kept.add(event)

    assert await positions(kept, 5) == ([6, 7, 8, 9], 9)
    assert len(kept._events) == 4  # noqa: SLF001 - what is kept is seen nowhere else


async def test_what_is_older_is_read(migrated: TortoiseContext, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - the events are there
    monkeypatch.setattr(history, "KEPT_EVENTS", 3)
    monkeypatch.setattr(history, "PAGE", 2)
    await numbered(*range(5))
    await numbered(5, 6, kind=GONE)
    await numbered(7, kind=RELEASED)
    kept = History(8)
    await kept.fill()

    assert await positions(kept, 0) == ([1, 2], 2)
    assert await positions(kept, 4) == ([5], 5)
    assert await kept.after(3, [EventKind.GONE], None) == ([], 5)
    assert [event.position for event in (await kept.after(5, [EventKind.GONE], None))[0]] == [6, 7]
    with recorded_statements() as statements:
        assert await positions(kept, 5) == ([6, 7], 7)
    assert statements == []
    assert kept.last_of(EventKind.RELEASED, 0) == 8
    assert kept.last_of(EventKind.ADDED, 5) == 5


async def test_it_is_filled_with_what_is_kept(migrated: TortoiseContext) -> None:  # noqa: ARG001 - the events are there
    await write_days(*range(6))
    await prune_feed(AT.replace(day=4))
    kept = History(6)
    await kept.fill()

    assert await positions(kept, 3) == ([4, 5, 6], 6)
    with pytest.raises(EventsPruned):
        await kept.after(2, ALL, None)


async def test_pruning_while_it_is_filled_costs_nothing_but_reading_later(
    migrated: TortoiseContext,  # noqa: ARG001 - the events are there
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write_days(*range(6))

    async def read_after_pruning(*arguments: int, limit: int) -> list[EventRecord]:
        await prune_feed(AT.replace(day=4))
        return await read_events(*arguments, limit=limit)

    kept = History(6)
    with monkeypatch.context() as patch:
        patch.setattr(history, "read_events", read_after_pruning)
        await kept.fill()

    assert await positions(kept, 3) == ([4, 5, 6], 6)


async def test_what_goes_on_elsewhere_meanwhile_is_not_mixed_up(
    migrated: TortoiseContext,  # noqa: ARG001 - the events are there
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The follower may find while this is filled that events are gone which it has not had yet."""
    await write_days(*range(6))
    kept = History(3)

    async def read_and_restart(*arguments: int, limit: int) -> list[EventRecord]:
        events = await read_events(*arguments, limit=limit)
        kept.restart(5)
        return events

    with monkeypatch.context() as patch:
        patch.setattr(history, "read_events", read_and_restart)
        await kept.fill()
    for event in (await all_events())[5:]:
        kept.add(event)

    assert await positions(kept, 5) == ([6], 6)


async def test_whoever_waits_for_a_position_goes_on_when_it_is_reached() -> None:
    kept = History(0)
    waiting = asyncio.create_task(kept.reached(2))
    for event in at(1, 2):
        await asyncio.sleep(0)
        assert not waiting.done()
        kept.add(event)
        kept.tell()
    await waiting
    await kept.reached(1)
