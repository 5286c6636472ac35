"""Who sees no single ratings is told in steps of at least eleven, and nothing at all in between."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from resolvers.viewers import Status
from tests.api.conftest import close
from tests.api.listening import Subscription, cursor_now, kept, listening, subscribed
from tests.api.people import Person, submit
from tests.clients.serving import LiveServer, live_server

SCORE = "score { ratingCount overall { value lower upper } }"
RELEASES = f"""subscription($filter: FeedFilter, $after: String) {{ ratings(filter: $filter, after: $after) {{
  __typename cursor ... on RatingAdded {{ rating {{ id }} }}
  ... on RatingsReleased {{ firstForTreatment drug {{ slug }} indication {{ slug }} {SCORE} }} }} }}"""
SCORES = f'subscription {{ scoreChanged(drugIds: ["colchicine"], indicationId: "gout") {{ {SCORE} }} }}'
QUERY = '{ drug(id: "colchicine") { score(indicationId: "gout") { ratingCount overall { value lower upper } } } }'
RATED = '{ drug(id: "colchicine") { ratings(first: 100) { edges { node { id } } } } }'
WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"

READERS = ("anonymous", "integrator", "signed in", "pending", "rejected", "suspended")


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


async def reader(server: LiveServer, name: str) -> Person:
    """Somebody who sees no single ratings of others."""
    match name:
        case "anonymous":
            return server.anonymous()
        case "integrator":
            return await server.integrator()
        case "signed in":
            return server.person("somebody")
    return await server.physician(name, Status[name.upper()])


async def rate(witness: Subscription, physicians: Iterable[Person]) -> None:
    """Let physicians rate colchicine for gout, one after the other; a witness has been told of each of them."""
    for person in physicians:
        await submit(person)
        assert (await witness.event())["__typename"] == "RatingAdded"


class Public:
    """Everybody who sees no single ratings, each with a subscription to ratings and one to a score."""

    def __init__(
        self, server: LiveServer, people: dict[str, Person], events: list[Subscription], scores: list[Subscription]
    ) -> None:
        self._server = server
        self._people = people
        self._events = dict(zip(people, events, strict=True))
        self._scores = dict(zip(people, scores, strict=True))

    async def cursors(self) -> set[str]:
        """With which cursors they begin who subscribe now."""
        return {await cursor_now(self._server, person) for person in self._people.values()}

    async def silent(self, cursor: str) -> None:
        """Nobody has been told anything, and whoever comes now begins where everybody began who came before."""
        for name in self._people:
            assert await self._events[name].waiting() == []
            assert await self._scores[name].waiting() == []
        assert await self.cursors() == {cursor}

    async def released(self, count: int, *, first: bool) -> str:
        """A step has been released, and each has been told the score that a query shows; with which cursor."""
        cursors: set[str] = set()
        for name, person in self._people.items():
            event = await self._events[name].next()
            score = (await person.result(QUERY))["score"]
            assert score["ratingCount"] == count
            cursors.add(event.pop("cursor"))
            assert event == {
                "__typename": "RatingsReleased",
                "firstForTreatment": first,
                "drug": {"slug": "colchicine"},
                "indication": {"slug": "gout"},
                "score": close(score),
            }
            assert await self._scores[name].next() == {"score": close(score)}
        assert len(cursors) == 1
        return cursors.pop()

    async def can_replay(self, *cursors: str) -> None:
        """All that is kept for them are these releases, one behind the other."""
        for person in self._people.values():
            replayed = await kept(self._server, person, query=RELEASES)
            assert [(event["__typename"], event["cursor"]) for event in replayed] == [
                ("RatingsReleased", cursor) for cursor in cursors
            ]
            assert await kept(self._server, person, cursors[0], RELEASES) == replayed[1:]


@asynccontextmanager
async def listening_public(server: LiveServer) -> AsyncIterator[Public]:
    """They all subscribe."""
    people = {name: await reader(server, name) for name in READERS}
    async with AsyncExitStack() as stack:
        events = [await stack.enter_async_context(listening(server, one, RELEASES)) for one in people.values()]
        scores = [await stack.enter_async_context(subscribed(server, one, SCORES)) for one in people.values()]
        for one in scores:
            assert (await one.next())["score"]["ratingCount"] == 0
        yield Public(server, people, events, scores)


async def newest_of(person: Person) -> str:
    """The id of the newest rating of colchicine."""
    found: str = (await person.result(RATED))["ratings"]["edges"][0]["node"]["id"]
    return found


async def test_nothing_changes_for_them_until_eleven_are_released_together(server: LiveServer) -> None:
    physicians = [await server.physician(f"p{number}") for number in range(23)]
    async with listening(server, physicians[0], RELEASES) as witness, listening_public(server) as public:
        # What everybody begins with is the same text, whoever they are.
        (begun,) = await public.cursors()
        await rate(witness, physicians[:1])
        await public.silent(begun)
        await submit(physicians[0], efficacy=1)
        assert (await witness.event())["__typename"] == "RatingRevised"
        await public.silent(begun)
        await physicians[0].result(WITHDRAW, id=await newest_of(physicians[0]))
        assert (await witness.event())["__typename"] == "RatingWithdrawn"
        await public.silent(begun)
        await rate(witness, physicians[1:11])
        await public.silent(begun)
        await rate(witness, physicians[11:12])
        first = await public.released(11, first=True)
        await public.silent(first)
        # One who counts for everybody goes when eleven others come.
        await physicians[11].result(WITHDRAW, id=await newest_of(physicians[11]))
        assert (await witness.event())["__typename"] == "RatingWithdrawn"
        await rate(witness, physicians[12:22])
        await public.silent(first)
        await rate(witness, physicians[22:23])
        second = await public.released(21, first=False)
        await public.silent(second)
        await public.can_replay(first, second)
    assert len({begun, first, second}) == 3


async def test_filters_of_released_ratings(server: LiveServer) -> None:
    physicians = [await server.physician(f"p{number}") for number in range(22)]
    wanted: dict[str, dict[str, Any]] = {
        "everything": {},
        "the drug": {"drugIds": ["colchicine"], "indicationIds": ["gout"]},
        "another drug": {"drugIds": ["allopurinol"]},
        "another indication": {"indicationIds": ["hypertension"]},
        "first only": {"firstOnly": True},
    }
    async with listening(server, physicians[0], RELEASES) as witness, listening(server, server.anonymous()) as public:
        await rate(witness, physicians)
        assert await public.told(2) == [("RatingsReleased", "colchicine")] * 2
    found = {}
    for name, chosen in wanted.items():
        async with subscribed(server, server.anonymous(), filter=chosen, after="") as subscription:
            found[name] = 0
            while (await subscription.next())["__typename"] == "RatingsReleased":
                found[name] += 1
    assert found == {"everything": 2, "the drug": 2, "another drug": 0, "another indication": 0, "first only": 1}


async def test_physicians_and_moderators_are_told_of_each_rating_and_of_no_release(server: LiveServer) -> None:
    physicians = [await server.physician(f"p{number}") for number in range(11)]
    async with (
        listening(server, physicians[0]) as by_physician,
        listening(server, server.moderator()) as by_moderator,
    ):
        for person in physicians:
            await submit(person)
        await submit(physicians[0], "allopurinol")
        for subscription in (by_physician, by_moderator):
            assert await subscription.told(12) == [("RatingAdded", "colchicine")] * 11 + [
                ("RatingAdded", "allopurinol")
            ]
