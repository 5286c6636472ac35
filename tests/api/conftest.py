"""A client of the API, over HTTP, on both databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from graph.app import API_PATH, create_app
from graph.clock import Clock, utc_now
from graph.settings import Settings
from graph.signing_in.credentials import Credentials
from graph.signing_in.viewers import Admission
from graph.view import PeerscoreView
from resolvers.database import DatabaseUrl, open_database
from resolvers.simulation.simulating import simulate
from resolvers.viewers import Viewer
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.gout import add_gout
from tests.signing import SIGNING, bearer
from tests.written import add_reference


class Client:
    """Sends GraphQL operations as a web page would."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def answer(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole answer; it must be JSON with status 200."""
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json"
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def error(self, query: str, **variables: object) -> tuple[str, str]:
        """Code and message of the only error of an answer."""
        answer = await self.answer(query, **variables)
        (error,) = answer["errors"]
        return error["extensions"]["code"], error["message"]


def close(answer: Any) -> Any:  # noqa: ANN401 - any part of an answer
    """The same, but that numbers may differ in their last digits, as sums in another order do."""
    if isinstance(answer, dict):
        return {name: close(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [close(value) for value in answer]
    return pytest.approx(answer) if isinstance(answer, float) else answer


@pytest.fixture(scope="session")
def gout_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), add_gout)


@asynccontextmanager
async def client_of(
    url: str, now: Clock = utc_now, viewer: Viewer | None = None, **more: object
) -> AsyncIterator[Client]:
    """The API over a database, at the time that `now` tells.

    It is seen as the viewer sees it; without one, by a moderator who has signed in, and sees everything. `more` are
    settings.
    """
    app = create_app(Settings(**{"database_url": url, **SIGNING, **more}), now)
    if viewer is not None:
        ask_as(viewer, app)
    headers = bearer("a moderator", moderator=True) if viewer is None else {}
    transport = httpx2.ASGITransport(app=app)
    async with (
        open_database(DatabaseUrl.parse(url), everywhere=True),
        httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers) as http,
    ):
        yield Client(http)


def ask_as(viewer: Viewer, app: Starlette) -> None:
    """Let the application take every request for this reader's, without a token."""
    (view,) = (route.app for route in app.routes if isinstance(route, Route) and route.path == API_PATH)
    assert isinstance(view, PeerscoreView)
    admitted = view.viewers.admitted

    async def admit(credentials: Credentials | None) -> Admission:
        return replace(await admitted(credentials), viewer=viewer)

    view.viewers.admitted = admit  # type: ignore[method-assign]


@pytest.fixture
async def client(gout_template: str) -> AsyncIterator[Client]:
    """The API over the real catalogue and the ratings of `tests.gout`, for tests that only read."""
    async with client_of(gout_template) as client:
        yield client


@pytest.fixture(scope="session")
def simulated_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), partial(simulate, 5_000, seed=1))


@pytest.fixture
async def simulated_client(simulated_template: str) -> AsyncIterator[Client]:
    """The API over the real catalogue and 5,000 simulated ratings, for tests that only read."""
    async with client_of(simulated_template) as client:
        yield client


@pytest.fixture
def gout_url(databases: SqliteDatabases | PostgresDatabases, gout_template: str) -> str:
    """A database of the test's own with the same content."""
    return databases.create(gout_template)


@pytest.fixture
async def writing_client(gout_url: str) -> AsyncIterator[Client]:
    """The API over a database that the test may change."""
    async with client_of(gout_url) as client:
        yield client


@pytest.fixture
async def empty_client(catalogue_url: str) -> AsyncIterator[Client]:
    """The API over the real catalogue without ratings, which the test writes itself."""
    async with client_of(catalogue_url) as client:
        yield client


@pytest.fixture(scope="session")
def reference_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), add_reference)


@pytest.fixture
async def reference_client(reference_template: str) -> AsyncIterator[Client]:
    """The API over the worked example of the reference values, for tests that only read."""
    async with client_of(reference_template) as client:
        yield client
