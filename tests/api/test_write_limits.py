"""How much somebody may write, however many servers they ask."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models import Rating
from tests.api.people import Person, Server, rating_of, served_twice, submit

LIMITED = {
    "__typename": "RateLimited",
    "retryAt": "2026-07-01T12:20:00+00:00",
    "retryAfterSeconds": 1200,
    "message": "Too many writes. The next one is possible at 2026-07-01T12:20:00.000+00:00.",
}
"""After three writes at noon, when an hour has three: one comes back every twenty minutes."""

FOLLOW = """mutation { followDrug(drugId: "colchicine") { __typename
  ... on RateLimited { retryAt retryAfterSeconds } ... on Error { message } } }"""


@pytest.fixture
async def servers(catalogue_url: str) -> AsyncIterator[tuple[Server, Server]]:
    """Two that give everybody three writes in an hour."""
    async with served_twice(catalogue_url, writes_per_hour=3) as servers:
        yield servers


async def follow(person: Person) -> object:
    return await person.result(FOLLOW)


async def test_servers_count_together_and_say_when_to_try_again(servers: tuple[Server, Server]) -> None:
    first, second = servers
    ann = [server.person("ann") for server in servers]
    for person in (ann[0], ann[1], ann[0]):
        assert await follow(person) == {"__typename": "FollowDrugSuccess"}
    assert [await follow(person) for person in ann] == [LIMITED, LIMITED]
    # Others have writes of their own.
    assert await follow(second.person("bob")) == {"__typename": "FollowDrugSuccess"}

    for server in servers:
        server.pass_time(timedelta(minutes=19, seconds=59, milliseconds=999))
    assert await follow(ann[1]) == {**LIMITED, "retryAfterSeconds": 1}
    for server in servers:
        server.pass_time(timedelta(milliseconds=1))
    assert await follow(ann[1]) == {"__typename": "FollowDrugSuccess"}
    assert await follow(ann[0]) == {
        **LIMITED,
        "retryAt": "2026-07-01T12:40:00+00:00",
        "message": "Too many writes. The next one is possible at 2026-07-01T12:40:00.000+00:00.",
    }
    assert first.now == second.now


async def test_of_many_at_once_three_are_done(servers: tuple[Server, Server]) -> None:
    ann = [server.person("ann") for server in servers]
    done = await asyncio.gather(*(follow(ann[number % 2]) for number in range(20)))
    assert done.count({"__typename": "FollowDrugSuccess"}) == 3
    assert done.count(LIMITED) == 17


async def test_nothing_is_written_beyond_the_limit_but_reading_goes_on(servers: tuple[Server, Server]) -> None:
    ann = await servers[0].physician("ann")
    written = await rating_of(ann)
    for _ in range(2):
        # What is refused has cost a write as well: otherwise ids could be tried without end.
        assert (await submit(ann, efficacy=0))["__typename"] == "InvalidRating"
    assert (await submit(ann, efficacy=1))["__typename"] == "RateLimited"
    assert (await submit(ann, "allopurinol"))["__typename"] == "RateLimited"
    assert [rating.efficacy for rating in await Rating.all()] == [5]
    query = "query($id: ID!) { rating(id: $id) { efficacy } }"
    assert await ann.result(query, id=written) == {"efficacy": 5}


async def test_who_may_not_write_uses_nothing_up(servers: tuple[Server, Server]) -> None:
    """An integrator's key writes nothing, so it has nothing to use up."""
    integrator, nobody = await servers[0].integrator(), servers[0].anonymous()
    for person, kind in ((integrator, "NotPermitted"), (nobody, "NotAuthenticated")):
        assert [(await submit(person))["__typename"] for _ in range(5)] == [kind] * 5
    pam = servers[0].person("pam")
    assert [(await submit(pam))["__typename"] for _ in range(5)] == ["NotVerified"] * 5
    assert await follow(pam) == {"__typename": "FollowDrugSuccess"}


async def test_moderators_are_not_limited(servers: tuple[Server, Server]) -> None:
    moderator = servers[0].moderator()
    assert [await follow(moderator) for _ in range(5)] == [{"__typename": "FollowDrugSuccess"}] * 5


async def test_several_mutations_of_one_operation_count_one_by_one(servers: tuple[Server, Server]) -> None:
    ann = servers[0].person("ann")
    fields = " ".join(f'f{number}: followDrug(drugId: "colchicine") {{ __typename }}' for number in range(5))
    done = await ann.data(f"mutation {{ {fields} }}")
    assert [one["__typename"] for one in done.values()] == ["FollowDrugSuccess"] * 3 + ["RateLimited"] * 2
