"""`followedRatings` tells of what its reader follows, as that is when something happens."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.api.listening import FOLLOWED, another_process, listening, subscribed
from tests.api.people import Person, rating_of, submit
from tests.clients.serving import LiveServer, live_server
from tests.server_processes import Start, peerscore_processes

FOLLOW = """mutation($drug: ID!, $for: ID) { followDrug(drugId: $drug, indicationId: $for) { __typename } }"""
UNFOLLOW = """mutation($drug: ID!, $for: ID) { unfollowDrug(drugId: $drug, indicationId: $for) { __typename } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


async def follow(person: Person, drug: str, indication: str | None = None) -> None:
    assert await person.result(FOLLOW, **{"drug": drug, "for": indication}) == {"__typename": "FollowDrugSuccess"}


async def unfollow(person: Person, drug: str, indication: str | None = None) -> None:
    assert await person.result(UNFOLLOW, **{"drug": drug, "for": indication}) == {"__typename": "UnfollowDrugSuccess"}


async def test_what_is_followed_or_unfollowed_meanwhile_counts_from_then_on(server: LiveServer) -> None:
    ann, eve, pam = [await server.physician(name) for name in ("ann", "eve", "pam")]
    await follow(eve, "colchicine")
    await follow(pam, "naproxen")
    async with listening(server, eve, FOLLOWED) as by_eve, listening(server, pam, FOLLOWED) as by_pam:
        await submit(ann, "colchicine")
        await submit(ann, "allopurinol")
        await follow(eve, "allopurinol")
        await submit(ann, "allopurinol", efficacy=1)
        await unfollow(eve, "colchicine")
        await submit(ann, "colchicine", efficacy=1)
        await submit(ann, "allopurinol", efficacy=2)
        await submit(ann, "naproxen")
        assert await by_eve.told(3) == [
            ("RatingAdded", "colchicine"),
            ("RatingRevised", "allopurinol"),
            ("RatingRevised", "allopurinol"),
        ]
        # What one person follows is nobody else's.
        assert await by_pam.told(1) == [("RatingAdded", "naproxen")]
        assert await by_eve.waiting() == []


async def test_a_drug_can_be_followed_for_one_indication(server: LiveServer) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    await follow(eve, "colchicine", "gout")
    async with listening(server, eve, FOLLOWED) as by_eve:
        await submit(ann, "colchicine", "acanthosis-nigricans")
        await submit(ann, "colchicine", "gout")
        await follow(eve, "colchicine")
        await submit(ann, "colchicine", "acanthosis-nigricans", efficacy=1)
        await unfollow(eve, "colchicine")
        # That was all of it, for whichever indication.
        await submit(ann, "colchicine", "gout", efficacy=2)
        await follow(eve, "colchicine", "gout")
        await submit(ann, "colchicine", "acanthosis-nigricans", efficacy=2)
        await submit(ann, "colchicine", "gout", efficacy=3)
        await follow(eve, "allopurinol")
        await submit(ann, "allopurinol")
        assert await by_eve.told(4) == [
            ("RatingAdded", "colchicine"),
            ("RatingRevised", "colchicine"),
            ("RatingRevised", "colchicine"),
            ("RatingAdded", "allopurinol"),
        ]


async def test_what_was_missed_comes_as_it_is_followed_now(server: LiveServer) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    await follow(eve, "colchicine")
    async with subscribed(server, eve, FOLLOWED) as by_eve:
        cursor = (await by_eve.next())["cursor"]
    await submit(ann, "colchicine")
    await submit(ann, "allopurinol")
    await follow(eve, "allopurinol")
    await unfollow(eve, "colchicine")
    async with subscribed(server, eve, FOLLOWED, after=cursor) as by_eve:
        assert await by_eve.happened(1) == [("RatingAdded", "allopurinol")]


async def test_who_follows_nothing_is_told_nothing_until_they_do(server: LiveServer) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    async with listening(server, eve, FOLLOWED) as by_eve:
        await submit(ann, "colchicine")
        await follow(eve, "colchicine")
        await submit(ann, "colchicine", efficacy=1)
        assert await by_eve.told(1) == [("RatingRevised", "colchicine")]


async def test_following_through_another_process_counts_from_then_on(server: LiveServer, start: Start) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    # The two servers have different times, so that each person writes through one of them.
    await server.physician("bob")
    async with another_process(start, server.url) as elsewhere:
        eve_there, bob_there = elsewhere.person("eve"), elsewhere.person("bob")
        async with listening(server, eve, FOLLOWED) as by_eve:
            await rating_of(ann, "colchicine")
            await follow(eve_there, "colchicine")
            await rating_of(ann, "colchicine", efficacy=1)
            await rating_of(bob_there, "colchicine")
            await unfollow(eve_there, "colchicine")
            await rating_of(ann, "colchicine", efficacy=3)
            await rating_of(bob_there, "colchicine", efficacy=4)
            await follow(eve_there, "allopurinol")
            await rating_of(bob_there, "allopurinol")
            assert await by_eve.told(3) == [
                ("RatingRevised", "colchicine"),
                ("RatingAdded", "colchicine"),
                ("RatingAdded", "allopurinol"),
            ]
