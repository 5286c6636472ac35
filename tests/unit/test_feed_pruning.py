"""Deleting the beginning of the feed."""

import asyncio
import random
from datetime import timedelta
from itertools import pairwise

import pytest

from resolvers.feed import pruning
from resolvers.feed.pruning import PruneOutcome, prune_feed
from resolvers.feed.reading import EventsPruned, feed_bounds, read_events
from resolvers.feed.sequencing import give_positions
from resolvers.progress import Progress
from tests.feed_events import AT, Process, commit, kept_positions, numbered, on_postgres, write_days

DAY = timedelta(days=1)


class Enough(Exception):
    """Stops a run."""


@pytest.mark.usefixtures("migrated")
async def test_what_is_older_is_deleted_and_nothing_else() -> None:
    await write_days(0, 1, 2, 3)

    outcome = await prune_feed(AT + 2 * DAY)

    assert outcome == PruneOutcome(removed=2, kept=2)
    assert await kept_positions() == [3, 4]
    assert (await feed_bounds()).pruned == 2
    assert await prune_feed(AT + 2 * DAY) == PruneOutcome(removed=0, kept=2)


@pytest.mark.usefixtures("migrated")
async def test_an_old_event_behind_one_that_is_kept_stays() -> None:
    await write_days(0, 5, 0)

    assert await prune_feed(AT + 2 * DAY) == PruneOutcome(removed=1, kept=2)

    assert await kept_positions() == [2, 3]


@pytest.mark.usefixtures("migrated")
async def test_a_feed_that_is_pruned_altogether_goes_on_at_its_position() -> None:
    await write_days(0, 1)

    assert await prune_feed(AT + 9 * DAY) == PruneOutcome(removed=2, kept=0)
    await numbered(7)

    assert [event.position for event in await read_events(2)] == [3]


@pytest.mark.usefixtures("migrated")
async def test_an_empty_feed_has_nothing_to_prune() -> None:
    assert await prune_feed(AT) == PruneOutcome(removed=0, kept=0)


@on_postgres
async def test_an_event_without_a_position_stays_however_old_it_is(migrated_url: str) -> None:
    async with Process(migrated_url) as process:
        await process.do(lambda: numbered(1))
        await process.do(lambda: commit(2))

        assert await process.do(lambda: prune_feed(AT + DAY)) == PruneOutcome(removed=1, kept=0)

        await process.do(give_positions)
        assert [(event.position, event.rating_id) for event in await process.do(lambda: read_events(1))] == [(2, 2)]


@pytest.mark.usefixtures("migrated")
async def test_whatever_the_times_the_beginning_goes_and_nothing_that_is_to_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 7)
    draw = random.Random(11)
    # Clocks that run on, each reading up to three days late.
    days = [place / 4 - draw.uniform(0, 3) for place in range(200)]
    await write_days(*days)

    for day in range(0, 60, 4):
        await prune_feed(AT + day * DAY)
        kept = await kept_positions()
        assert kept == list(range(201 - len(kept), 201))
        assert all(days[position - 1] < day for position in range(1, 201 - len(kept)))
        assert not kept or days[kept[0] - 1] >= day


async def test_a_reader_meanwhile_sees_all_or_is_told_what_is_missing(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 5)
    total = 400

    async def read_on() -> list[tuple[int, int]]:
        """From which position on to which one was read without a gap, again and again until the end."""
        stretches, position = [(0, 0)], 0
        while position < total:
            try:
                events = await read_events(position, limit=3)
            except EventsPruned as pruned:
                position = pruned.pruned
                stretches.append((position, position))
                continue
            assert [event.position for event in events] == list(range(position + 1, position + 1 + len(events)))
            position += len(events)
            stretches[-1] = stretches[-1][0], position
        return stretches

    async with Process(migrated_url) as reader, Process(migrated_url) as pruner:
        await reader.do(lambda: write_days(*range(total)))
        stretches, outcome = await asyncio.gather(
            reader.do(read_on), pruner.do(lambda: prune_feed(AT + (total - 10) * DAY))
        )

    assert stretches[-1][1] == total
    assert all(begin > end for (_, end), (begin, _) in pairwise(stretches))
    assert outcome == PruneOutcome(removed=total - 10, kept=10)


async def test_two_runs_at_the_same_time_do_the_work_once(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 5)
    async with Process(migrated_url) as one, Process(migrated_url) as other:
        await one.do(lambda: write_days(*range(100)))

        outcomes = await asyncio.gather(
            one.do(lambda: prune_feed(AT + 50 * DAY)), other.do(lambda: prune_feed(AT + 60 * DAY))
        )

        assert sum(outcome.removed for outcome in outcomes) == 60
        assert (await one.do(feed_bounds)).pruned == 60
        assert await one.do(kept_positions) == list(range(61, 101))


@pytest.mark.usefixtures("migrated")
async def test_it_goes_on_where_an_earlier_run_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 2)
    await write_days(0, 0, 0, 0, 0, 9)
    told: list[Progress] = []

    def stop_at_two(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 2:
            raise Enough

    with pytest.raises(Enough):
        await prune_feed(AT + DAY, stop_at_two)
    left = await kept_positions()
    outcome = await prune_feed(AT + DAY, told.append)

    assert left == [3, 4, 5, 6]
    assert outcome == PruneOutcome(removed=3, kept=1)
    assert [(progress.done, progress.total) for progress in told] == [(0, 5), (2, 5), (0, 3), (2, 3), (3, 3)]
