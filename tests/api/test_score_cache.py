"""Over HTTP and WebSocket a client always reads what it has written, whoever else reads at the same time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from graph.app import create_app
from graph.settings import Settings
from resolvers.versions import VERSIONS
from tests.api.conftest import Client
from tests.api.people import Person, rating_of, submit
from tests.api.streams import PATIENCE
from tests.clients.serving import LiveServer, live_server
from tests.crowd import add_crowd
from tests.signing import SIGNING
from tests.statements import recorded_statements

SCORE = """score { ratingCount evidence priorVersion overall { value lower upper }
  criteria { rawMean distribution estimate { value lower upper } } }"""

CARD = f"""{{ drug(id: "colchicine") {{ {SCORE} treatments(first: 50) {{
  edges {{ cursor node {{ source indication {{ slug }} {SCORE} }} }} }} }} }}"""

RANKING = f"""{{ indication(id: "gout") {{ ranking(first: 20, minRatings: 1) {{ priorVersion edges {{
  rank rankLower rankUpper pScore probabilityBest group ratingCount estimate {{ value lower upper }}
  node {{ drug {{ slug }} {SCORE} }} }} }} }} }}"""

SEGMENT = """{ drug(id: "colchicine") { score(segment: {country: "DE"}, weights: {safety: 1}) { ratingCount
  overall { value } } } }"""

QUERIES = (CARD, RANKING, SEGMENT)

WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"
MODERATE = """mutation($id: ID!, $decision: ModerationDecision!) {
  moderateRating(id: $id, decision: $decision) { __typename } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        await add_crowd()
        yield server


@pytest.fixture
async def uncached(server: LiveServer) -> AsyncIterator[httpx2.AsyncClient]:
    """Another way to the same database, which keeps nothing."""
    app = create_app(Settings(**{"database_url": server.url, **SIGNING}), server.clock)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
        yield http


async def answers(client: Client) -> list[dict[str, Any]]:
    return [await client.data(query) for query in QUERIES]


async def statements_on_cells(client: Client, queries: Sequence[str] = QUERIES) -> list[str]:
    """What a repetition of the queries asks the database about counts, priors or ratings."""
    with recorded_statements() as statements:
        for query in queries:
            await client.data(query)
    # What the server asks by itself, for its follower, is not meant, nor the versions with which each request begins.
    return [
        one
        for one in statements
        if any(word in one for word in ("cell", "prior", "rating")) and "feed_event" not in one and VERSIONS not in one
    ]


async def answered_from_memory(client: Client) -> None:
    """Ask until nothing is asked of the database; a read fills the memory once the feed has been read."""
    async with asyncio.timeout(PATIENCE):
        while await statements_on_cells(client):
            pass


@asynccontextmanager
async def readers(*clients: Client) -> AsyncIterator[None]:
    """Meanwhile these ask all the time, and so fill the memory whenever they can."""
    stopped = asyncio.Event()

    async def ask(client: Client) -> None:
        while not stopped.is_set():
            await answers(client)

    asking = [asyncio.create_task(ask(client)) for client in clients]
    try:
        yield
    finally:
        stopped.set()
        await asyncio.gather(*asking)


async def test_a_client_reads_its_own_write_at_once(server: LiveServer, uncached: httpx2.AsyncClient) -> None:
    ann, bob, moderator = await server.physician("ann"), await server.physician("bob"), server.moderator()
    seen: dict[Person, list[dict[str, Any]]] = {}

    async def sees(*people: Person) -> None:
        for person in people:
            found = await answers(person)
            assert found == await answers(Person(uncached, person.headers))
            assert found != seen.get(person)
            seen[person] = found

    await answered_from_memory(ann)
    async with readers(server.anonymous(), bob, moderator):
        await sees(ann, moderator)
        rating_id = await rating_of(ann)
        await sees(ann, moderator)
        for level in (1, 3):
            await submit(ann, efficacy=level, safety=level)
            await sees(ann, moderator)
        await ann.data(WITHDRAW, id=rating_id)
        await sees(ann, moderator)
        assert await rating_of(ann, efficacy=2) == rating_id
        await sees(ann, moderator)
        for decision in ("EXCLUDE", "REINSTATE"):
            await moderator.data(MODERATE, id=rating_id, decision=decision)
            await sees(moderator)
        await submit(bob, "febuxostat")
        await sees(bob, moderator)


async def test_a_repeated_card_or_ranking_asks_nothing_of_the_counts(server: LiveServer) -> None:
    physician = await server.physician("ann")
    for reader in (server.anonymous(), physician, server.moderator()):
        await answered_from_memory(reader)
    before = await answers(physician)
    await submit(physician)
    # What physicians see is read anew; who sees no single ratings cannot tell that there is one more.
    assert await statements_on_cells(physician) != []
    assert await answers(physician) != before
    await answered_from_memory(server.anonymous())


async def test_the_public_cannot_tell_from_what_is_read_anew_that_somebody_has_rated(server: LiveServer) -> None:
    ann, anonymous = await server.physician("ann"), server.anonymous()
    async with asyncio.timeout(PATIENCE):
        while True:
            await answered_from_memory(anonymous)
            await submit(ann, efficacy=1)
            if await statements_on_cells(anonymous) == []:
                break


async def test_it_can_be_switched_off(catalogue_url: str) -> None:
    async with live_server(catalogue_url, score_cache="off") as server:
        await add_crowd()
        reader = server.moderator()
        # The first request reads more, of who asks.
        numbers = [len(await statements_on_cells(reader)) for _ in range(4)]
        assert numbers[1:] == [numbers[1]] * 3
        assert numbers[1] > 0
