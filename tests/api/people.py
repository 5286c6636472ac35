"""A server at a time that the test sets, and the people who ask it, each with a token of their own."""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from graph.app import create_app
from graph.settings import Settings
from models import Physician, Registration, Specialty
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.api_keys import SCOPES, create_key
from resolvers.viewers import Status
from tests.api.conftest import Client
from tests.people import account_id_of
from tests.signing import SIGNING, bearer

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""When each test begins."""


class Person(Client):
    """Somebody who asks, in their own name or in none."""

    def __init__(self, http: httpx2.AsyncClient, headers: Mapping[str, str]) -> None:
        super().__init__(http)
        self.headers = headers

    async def send(self, query: str, **variables: object) -> httpx2.Response:
        """The response to an operation."""
        return await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=dict(self.headers)
        )

    async def answer(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole answer; it must be JSON with status 200."""
        response = await self.send(query, **variables)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def result(self, query: str, **variables: object) -> Any:  # noqa: ANN401 - of any field
        """The value of the only field of an operation."""
        (value,) = (await self.data(query, **variables)).values()
        return value


class Server:
    """The API over a database that is open here as well."""

    http: httpx2.AsyncClient

    def __init__(self) -> None:
        self.now = START

    def clock(self) -> datetime:
        """The time."""
        return self.now

    def pass_time(self, time: timedelta) -> datetime:
        """Let some time pass; what time it is then."""
        self.now += time
        return self.now

    def person(self, subject: str) -> Person:
        """Somebody who has signed in."""
        return Person(self.http, bearer(subject))

    def moderator(self, subject: str = "a moderator") -> Person:
        """A moderator."""
        return Person(self.http, bearer(subject, moderator=True))

    def anonymous(self) -> Person:
        """Somebody who does not say who they are."""
        return Person(self.http, {})

    async def integrator(self, *scopes: str) -> Person:
        """A program with a new key that may read everything that keys can, or what these scopes open."""
        key = await create_key("Clinic", scopes or SCOPES, START)
        return Person(self.http, {"Authorization": f"Bearer {key.text}"})

    async def physician(
        self,
        subject: str,
        status: Status = Status.VERIFIED,
        *,
        specialty: str = "Rheumatology",
        country: str = "DE",
        practising_since: int = 2016,
    ) -> Person:
        """Somebody who has registered; with the defaults a verified rheumatologist, ten years in practice."""
        await Registration.create(
            account_id=await account_id_of(subject),
            physician=await Physician.create(
                specialty=await Specialty.get(name=specialty),
                country=country,
                years_in_practice=START.year - practising_since,
                profile_at=START,
                verified=status is Status.VERIFIED,
            ),
            status=status.value,
            practising_since=practising_since,
            registered_at=START,
        )
        return self.person(subject)


@asynccontextmanager
async def served(url: str, **settings: object) -> AsyncIterator[Server]:
    """A server over the database at this address, with some settings."""
    (server,) = servers = [Server()]
    async with open_database(DatabaseUrl.parse(url), everywhere=True), _asked(url, servers, settings):
        yield server


@asynccontextmanager
async def served_twice(url: str, **settings: object) -> AsyncIterator[tuple[Server, Server]]:
    """Two servers over the same database, which share nothing else."""
    first, second = servers = [Server(), Server()]
    async with open_database(DatabaseUrl.parse(url), everywhere=True), _asked(url, servers, settings):
        yield first, second


@asynccontextmanager
async def _asked(url: str, servers: Sequence[Server], settings: Mapping[str, object]) -> AsyncIterator[None]:
    given: dict[str, Any] = {"database_url": url, **SIGNING, **settings}
    async with AsyncExitStack() as stack:
        for server in servers:
            transport = httpx2.ASGITransport(app=create_app(Settings(**given), server.clock))
            client = httpx2.AsyncClient(transport=transport, base_url="http://test")
            server.http = await stack.enter_async_context(client)
        yield


SUBMIT = """mutation($input: SubmitRatingInput!) { submitRating(input: $input) { __typename
  ... on SubmitRatingSuccess { created clientMutationId rating { ...written } }
  ... on CommentHeld { created findings clientMutationId rating { ...written } }
  ... on NotVerified { status } ... on InvalidRating { problems { field reason } } ... on RatingExcluded { reason }
  ... on Error { message } } }
  fragment written on Rating { id efficacy safety tolerability accessibility adherence preference comment commentState
    heldComment { text state } offLabel createdAt updatedAt drug { slug } indication { slug }
    physician { specialty country experience verified ratingCount } }"""
"""Submits a rating, and asks for everything about it."""

LEVELS = {"efficacy": 5, "safety": 4, "tolerability": 3, "accessibility": 4, "adherence": 5, "preference": 4}


def rating(drug: str = "colchicine", indication: str = "gout", **changes: object) -> dict[str, object]:
    """The input of a rating with six answers and no comment, unless told otherwise."""
    return {"drugId": drug, "indicationId": indication, **LEVELS, **changes}


async def submit(person: Person, drug: str = "colchicine", indication: str = "gout", **changes: object) -> Any:  # noqa: ANN401
    """Submit that rating: what became of it."""
    return await person.result(SUBMIT, input=rating(drug, indication, **changes))


async def rating_of(person: Person, drug: str = "colchicine", indication: str = "gout", **changes: object) -> str:
    """Submit that rating: its id."""
    written: str = (await submit(person, drug, indication, **changes))["rating"]["id"]
    return written


async def identifier_of(person: Person, kind: str, slug: str) -> str:
    """The id of a drug or an indication."""
    found: str = (await person.result(f'{{ {kind}(id: "{slug}") {{ id }} }}'))["id"]
    return found


def encoded(content: str) -> str:
    """An id of this content, which need not be one that the API has given to anybody."""
    return base64.b64encode(content.encode()).decode()
