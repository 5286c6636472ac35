"""Where a subscription can go on from: with any cursor of this feed that is not too old, at any of its servers."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.feed.cursors import FeedCursors
from resolvers.feed.pruning import prune_feed
from tests.api.listening import (
    CHECKPOINT,
    EVENTS,
    FOLLOWED,
    another_process,
    cursor_now,
    kept,
    listening,
    streamed,
    subscribed,
)
from tests.api.people import rating_of, submit
from tests.clients.serving import LiveServer, live_server
from tests.server_processes import Start, peerscore_processes

OF_ANOTHER_DATABASE = FeedCursors(bytes(32)).of(1)
DRUGS = ("colchicine", "allopurinol", "febuxostat", "ibuprofen")


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@pytest.mark.parametrize("cursor", ["garbled", " ", "A" * 32, OF_ANOTHER_DATABASE])
async def test_what_is_no_cursor_of_this_feed_is_told_where_to_begin(server: LiveServer, cursor: str) -> None:
    ann = await server.physician("ann")
    async with listening(server, ann) as subscription:
        await submit(ann)
        await subscription.event()
    for person, query in ((ann, EVENTS), (ann, FOLLOWED), (server.anonymous(), EVENTS)):
        async with subscribed(server, person, query, after=cursor) as subscription:
            refused = await subscription.refusal()
        assert refused["code"] == "INVALID_CURSOR"
        async with streamed(person, query, after=cursor) as stream:
            assert [answer["errors"][0]["extensions"] async for answer in stream] == [refused]
        oldest = refused["oldestCursor"]
        assert await kept(server, person, oldest, query) == await kept(server, person, "", query)
    assert [event["__typename"] for event in await kept(server, ann, oldest)] == ["RatingAdded"]


async def test_after_pruning_a_cursor_that_is_too_old_is_told_the_oldest_that_works(server: LiveServer) -> None:
    ann = await server.physician("ann")
    begun = await cursor_now(server, ann)
    async with listening(server, ann) as running:
        events = []
        for drug in DRUGS:
            await submit(ann, drug)
            server.pass_time(timedelta(days=30))
            events.append(await running.event())
        outcome = await prune_feed(server.now - timedelta(days=90))
        assert (outcome.removed, outcome.kept) == (1, 3)
        async with subscribed(server, ann, after=begun) as subscription:
            refused = await subscription.refusal()
        assert refused == {"code": "CURSOR_EXPIRED", "oldestCursor": events[0]["cursor"]}
        assert await kept(server, ann, refused["oldestCursor"]) == events[1:]
        assert await kept(server, ann, "") == events[1:]
        assert await kept(server, ann, events[1]["cursor"]) == events[2:]
        # Who has kept up notices nothing.
        await submit(ann, "colchicine", efficacy=1)
        assert (await running.event())["__typename"] == "RatingRevised"
        server.pass_time(timedelta(days=1))
        await prune_feed(server.now)
        await submit(ann, "colchicine", efficacy=2)
        last = await running.event()
        assert await kept(server, ann, "") == [last]


async def test_the_public_can_go_on_with_its_cursors_until_they_are_pruned(server: LiveServer) -> None:
    public = server.anonymous()
    physicians = [await server.physician(f"p{number}") for number in range(22)]
    begun = await cursor_now(server, public)
    async with listening(server, public) as running:
        for person in physicians[:11]:
            await submit(person)
        first = await running.event()
        server.pass_time(timedelta(days=1))
        for person in physicians[11:]:
            await submit(person)
        second = await running.event()
        await prune_feed(server.now)
        async with subscribed(server, public, after=begun) as subscription:
            refused = await subscription.refusal()
        assert refused["code"] == "CURSOR_EXPIRED"
        assert await kept(server, public, refused["oldestCursor"]) == [second]
        assert await kept(server, public) == [second]
        assert await kept(server, public, second["cursor"]) == []
        assert (first["__typename"], second["__typename"]) == ("RatingsReleased", "RatingsReleased")


async def test_a_cursor_is_good_at_every_server_of_the_installation(server: LiveServer, start: Start) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    # The two servers have different times, so that each person writes through one of them.
    await server.physician("bob")
    async with another_process(start, server.url) as elsewhere:
        async with subscribed(server, eve) as here:
            cursor = (await here.next())["cursor"]
        for number, drug in enumerate(DRUGS):
            writing, reading = (elsewhere.person("bob"), server) if number % 2 else (ann, elsewhere)
            await rating_of(writing, drug)
            async with subscribed(reading, eve, after=cursor) as there:
                event = await there.event()
            assert (event["__typename"], event["drug"]["slug"]) == ("RatingAdded", drug)
            cursor = event["cursor"]
        async with subscribed(server, ann, after=cursor) as here:
            assert await here.told(1) == [(CHECKPOINT, "")]
