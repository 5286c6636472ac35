"""Two servers, one with each executor, give the same responses to the same requests, byte for byte."""

from collections.abc import AsyncIterator

import httpx2
import orjson
import pytest

from graph.app import create_app
from graph.settings import Settings
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.api_keys import create_key
from tests.api.people import served
from tests.executors.leftovers import EXECUTED_BY_GRAPHQL_CORE
from tests.executors.peerscore.corpus import CORPUS, INVALID, NOT_PLANNED
from tests.executors.peerscore.database import NOW
from tests.signing import SIGNING, bearer

pytestmark = EXECUTED_BY_GRAPHQL_CORE


class Both:
    """A server that executes by plan, and one with graphql-core, over one database.

    Args:
        planned: what asks the one.
        core: what asks the other.
        key: an integrator's.
    """

    def __init__(self, planned: httpx2.AsyncClient, core: httpx2.AsyncClient, key: str) -> None:
        self._clients = planned, core
        self._headers: dict[str, dict[str, str]] = {
            "a moderator": bearer("a moderator", moderator=True),
            "a physician": bearer("a physician"),
            "somebody new": bearer("somebody new"),
            "an integrator": {"Authorization": f"Bearer {key}"},
            "nobody": {},
        }
        self.readers = list(self._headers)

    async def responses(self, reader: str, query: str, variables: dict[str, object]) -> tuple[bytes, bytes]:
        """What both respond to a reader: status, type and body."""
        found = []
        for client in self._clients:
            sent = {"query": query, "variables": variables}
            response = await client.post("/graphql", json=sent, headers=self._headers[reader])
            found.append(f"{response.status_code} {response.headers['content-type']}\n".encode() + response.content)
        return found[0], found[1]


@pytest.fixture
async def both(filled_template: str) -> AsyncIterator[Both]:
    async with (
        open_database(DatabaseUrl.parse(filled_template), everywhere=True),
        _client(filled_template, "planned") as planned,
        _client(filled_template, "graphql-core") as core,
    ):
        key = await create_key("Clinic", ("catalogue", "scores"), NOW)
        yield Both(planned, core, key.text)


def _client(url: str, executor: str) -> httpx2.AsyncClient:
    app = create_app(Settings(database_url=url, executor=executor, **SIGNING), lambda: NOW)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test")


@pytest.mark.parametrize("name", CORPUS)
async def test_queries(both: Both, name: str) -> None:
    query, variables = CORPUS[name]
    for reader in both.readers:
        planned, core = await both.responses(reader, query, variables)

        assert planned == core, reader
        # Once more, with generated code and with what is kept.
        assert (await both.responses(reader, query, variables))[0] == core, reader


@pytest.mark.parametrize("query", [*NOT_PLANNED.values(), *INVALID.values()], ids=[*NOT_PLANNED, *INVALID])
async def test_what_is_not_planned(both: Both, query: str) -> None:
    planned, core = await both.responses("a moderator", query, {})

    assert planned == core


async def test_which_executor_has_answered_is_told_in_debug_mode(filled_template: str) -> None:
    async with served(filled_template, debug=True) as server:
        moderator = server.moderator()
        for query, variables in CORPUS.values():
            response = await moderator.send(query, **variables)
            assert orjson.loads(response.content)["extensions"] == {"executor": "planned"}, query
        for query in NOT_PLANNED.values():
            response = await moderator.send(query)
            assert orjson.loads(response.content)["extensions"] == {"executor": "graphql-core"}, query
