"""Reading the feed from a position on."""

import pytest

from models.feed import ADDED, RECOUNTED, RELEASED, REVISED, STANDING
from resolvers.feed.pruning import prune_feed
from resolvers.feed.reading import Bounds, EventRecord, EventsPruned, feed_bounds, read_events
from resolvers.feed.sequencing import give_positions
from resolvers.feed.writing import EventKind
from tests.feed_events import AT, numbered, write, write_days

pytestmark = pytest.mark.usefixtures("migrated")


async def test_an_event_is_read_with_all_that_is_known_of_it() -> None:
    await numbered(3_000_000_000, drug_id=7, indication_id=8, specialty_id=9, country="DE", is_first=True)
    await write(1, kind=STANDING, rating_id=None, drug_id=None, indication_id=None, account_id=4, key_id=5)
    await give_positions()

    assert await read_events(0) == [
        EventRecord(1, EventKind.ADDED, 3_000_000_000, 7, 8, 9, "DE", True, None, None, AT),
        EventRecord(2, EventKind.STANDING, None, None, None, None, None, False, 4, 5, AT),
    ]


async def test_reading_begins_after_a_position_and_ends_with_another_one() -> None:
    await numbered(1, 2, 3, 4, 5)

    assert [event.position for event in await read_events(2)] == [3, 4, 5]
    assert [event.position for event in await read_events(2, upto=4)] == [3, 4]
    assert [event.position for event in await read_events(0, limit=2)] == [1, 2]
    assert await read_events(5) == []


async def test_only_some_kinds_and_some_drugs_are_read() -> None:
    await numbered(1, kind=ADDED, drug_id=7)
    await numbered(2, kind=REVISED, drug_id=8)
    await numbered(3, kind=REVISED, drug_id=9)
    await numbered(4, kind=RECOUNTED, drug_id=None)

    async def found(**choice: object) -> list[int | None]:
        return [event.rating_id for event in await read_events(0, **choice)]  # type: ignore[arg-type]

    assert await found(kinds=[EventKind.REVISED]) == [2, 3]
    assert await found(kinds=[EventKind.RECOUNTED, EventKind.ADDED]) == [1, 4]
    assert await found(drug_ids=[7, 9, 10]) == [1, 3]
    assert await found(drug_ids=[7, 8], kinds=[EventKind.REVISED]) == [2]
    assert await found(drug_ids=[7, 8, 9], upto=2) == [1, 2]
    assert await found(drug_ids=[]) == []


async def test_the_bounds_of_a_feed() -> None:
    assert await feed_bounds() == Bounds(last=0, pruned=0, last_released=0)

    await numbered(1, kind=RELEASED)
    await numbered(2, kind=RELEASED, days=1)
    await numbered(3, days=2)

    assert await feed_bounds() == Bounds(last=3, pruned=0, last_released=2)

    await prune_feed(AT.replace(day=3))

    assert await feed_bounds() == Bounds(last=3, pruned=2, last_released=2)


async def test_who_reads_from_before_what_is_kept_is_told_so_whatever_they_look_for() -> None:
    await write_days(0, 1, 2)
    await prune_feed(AT.replace(day=3))

    assert [event.position for event in await read_events(2)] == [3]
    for after in (0, 1):
        with pytest.raises(EventsPruned) as caught:
            await read_events(after)
        assert caught.value.pruned == 2
    with pytest.raises(EventsPruned):
        await read_events(1, upto=1, drug_ids=[10])
