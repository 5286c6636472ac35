"""Subscribers get what they have asked for: by drug, indication, specialty, country, and first reviews only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.feed.hub import Hub
from resolvers.feed.follower import POLL_EVERY
from tests.api.listening import CHECKPOINT, brief, cursor_now, listening, subscribed
from tests.api.people import rating_of, submit
from tests.clients.serving import LiveServer, live_server

DRUGS = "{ drugs(first: 100, after: %s) { pageInfo { endCursor } edges { node { slug } } } }"
WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


async def write(server: LiveServer) -> list[tuple[str, str]]:
    """Let several physicians do several things; what is to be told of it."""
    ann = await server.physician("ann")
    bob = await server.physician("bob", specialty="Nephrology", country="US")
    eve = await server.physician("eve", specialty="Dermatology", country="FR")
    await rating_of(ann, "colchicine", "gout")
    of_bob = await rating_of(bob, "colchicine", "gout")
    await rating_of(bob, "allopurinol", "gout")
    await rating_of(eve, "ibuprofen", "rheumatoid-arthritis")
    await submit(ann, "colchicine", "gout", efficacy=1)
    await bob.result(WITHDRAW, id=of_bob)
    await rating_of(ann, "ibuprofen", "gout")
    return [
        ("RatingAdded", "colchicine"),
        ("RatingAdded", "colchicine"),
        ("RatingAdded", "allopurinol"),
        ("RatingAdded", "ibuprofen"),
        ("RatingRevised", "colchicine"),
        ("RatingWithdrawn", "colchicine"),
        ("RatingAdded", "ibuprofen"),
    ]


FILTERS: dict[str, tuple[dict[str, Any] | None, set[int]]] = {
    "everything": (None, {0, 1, 2, 3, 4, 5, 6}),
    "no condition": ({}, {0, 1, 2, 3, 4, 5, 6}),
    "a drug": ({"drugIds": ["colchicine"]}, {0, 1, 4, 5}),
    "two drugs": ({"drugIds": ["allopurinol", "ibuprofen"]}, {2, 3, 6}),
    "an indication": ({"indicationIds": ["gout"]}, {0, 1, 2, 4, 5, 6}),
    "a drug for an indication": ({"drugIds": ["ibuprofen"], "indicationIds": ["gout"]}, {6}),
    "specialties": ({"specialties": ["nephrology", "DERMATOLOGY"]}, {1, 2, 3, 5}),
    "countries": ({"countries": ["DE", "FR"]}, {0, 3, 4, 6}),
    "a specialty elsewhere": ({"specialties": ["Rheumatology"], "countries": ["US"]}, set()),
    "first reviews": ({"firstOnly": True}, {0, 2, 3, 6}),
    "first reviews for an indication": ({"firstOnly": True, "indicationIds": ["gout"]}, {0, 2, 6}),
    "an empty list": ({"drugIds": []}, set()),
}
"""With the places of the events that they let through."""


async def test_filters_let_through_what_meets_every_condition_now_and_when_it_is_replayed(server: LiveServer) -> None:
    pam = await server.physician("pam")
    everything = await cursor_now(server, pam)
    async with asyncio.TaskGroup() as readers:
        ready = asyncio.Barrier(len(FILTERS) + 1)

        async def read(chosen: dict[str, Any] | None, places: set[int]) -> list[tuple[str, str]]:
            async with listening(server, pam, filter=chosen) as subscription:
                await ready.wait()
                return await subscription.told(len(places))

        reading = {name: readers.create_task(read(*wanted)) for name, wanted in FILTERS.items()}
        await ready.wait()
        written = await write(server)
    for name, (chosen, places) in FILTERS.items():
        expected = [event for place, event in enumerate(written) if place in places]
        assert reading[name].result() == expected, name
        async with subscribed(server, pam, after=everything, filter=chosen) as again:
            assert await again.told(len(expected) + 1) == [*expected, (CHECKPOINT, "")], name


async def test_three_hundred_drugs_at_once(server: LiveServer) -> None:
    pam, ann = await server.physician("pam"), await server.physician("ann")
    slugs: list[str] = []
    cursor = "null"
    for _ in range(4):
        page = await pam.result(DRUGS % cursor)
        slugs += [edge["node"]["slug"] for edge in page["edges"]]
        cursor = f'"{page["pageInfo"]["endCursor"]}"'
    chosen, others = slugs[:300], slugs[300:]
    async with listening(server, pam, filter={"drugIds": chosen}) as subscription:
        for inside, outside in zip(chosen[::30], others[::10], strict=True):
            await submit(ann, outside)
            await submit(ann, inside)
        assert await subscription.told(10) == [("RatingAdded", slug) for slug in chosen[::30]]


async def test_a_checkpoint_carries_the_cursor_over_what_the_filter_leaves_out(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub.__init__, "__kwdefaults__", {"checkpoint_every": 0.05, "poll_every": POLL_EVERY})
    async with live_server(catalogue_url) as server:
        pam, ann = await server.physician("pam"), await server.physician("ann")
        wanted = {"drugIds": ["colchicine"]}
        async with subscribed(server, pam, filter=wanted) as subscription:
            first = await subscription.next()
            await submit(ann, "allopurinol")
            carried = await subscription.next()
            assert (first["__typename"], carried["__typename"]) == (CHECKPOINT, CHECKPOINT)
            assert carried["cursor"] != first["cursor"]
        assert await cursor_now(server, pam) == carried["cursor"]
        await submit(ann, "colchicine")
        # Nothing of what the first subscription left out is read again.
        async with subscribed(server, pam, after=carried["cursor"]) as subscription:
            assert await subscription.happened(1) == [("RatingAdded", "colchicine")]
        async with subscribed(server, pam, after=first["cursor"]) as subscription:
            assert await subscription.happened(2) == [("RatingAdded", "allopurinol"), ("RatingAdded", "colchicine")]


async def test_after_a_break_a_subscription_goes_on_without_gap_and_repeat(server: LiveServer) -> None:
    pam, ann = await server.physician("pam"), await server.physician("ann")
    drugs = ["colchicine", "allopurinol", "febuxostat", "ibuprofen"]
    wanted = {"drugIds": drugs}
    seen: list[dict[str, Any]] = []
    cursor = await cursor_now(server, pam)
    for drug in drugs:
        # The connection breaks behind the first of two, and again behind the second.
        await submit(ann, drug)
        await submit(ann, "naproxen", efficacy=1 + len(seen) % 5)
        await submit(ann, drug, efficacy=1)
        for _ in range(2):
            async with subscribed(server, pam, after=cursor, filter=wanted) as subscription:
                seen.append(await subscription.event())
                cursor = seen[-1]["cursor"]
    assert [brief(event) for event in seen] == [
        (kind, drug) for drug in drugs for kind in ("RatingAdded", "RatingRevised")
    ]
    assert len({event["cursor"] for event in seen}) == len(seen)
