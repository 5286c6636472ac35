"""What a server does at its start, so that nobody waits for it later."""

import asyncio

from starlette.testclient import TestClient
from structlog.testing import capture_logs

from graph.app import create_app
from graph.first_read import FIRST_READ
from graph.settings import Settings
from resolvers.database import DatabaseUrl, database, open_database
from resolvers.priors.stored import use_prior
from tests.api.conftest import Client
from tests.reckoning import UNIFORM
from tests.statements import recorded_statements
from tests.written import store_prior

SCORES = {
    "query": '{ drug(id: "colchicine") { treatments(first: 1) { edges { node { score { overall { value } } } } } } }'
}


async def _use_stored_prior(url: str) -> None:
    async with open_database(DatabaseUrl.parse(url)):
        await store_prior(1, UNIFORM)
        await use_prior(1)


async def _lose_counts(url: str) -> None:
    async with open_database(DatabaseUrl.parse(url)):
        await database().execute_script("ALTER TABLE released_cell RENAME TO elsewhere")


def test_the_first_request_for_scores_finds_the_prior_read(gout_url: str) -> None:
    asyncio.run(_use_stored_prior(gout_url))

    with TestClient(create_app(Settings(database_url=gout_url))) as client, recorded_statements() as statements:
        answer = client.post("/graphql", json=SCORES).json()

    assert "errors" not in answer
    assert statements
    assert [statement for statement in statements if 'FROM "prior"' in statement] == []


async def test_what_is_read_first_can_be_read(simulated_client: Client) -> None:
    (drug,) = (await simulated_client.data(FIRST_READ))["drugs"]["edges"]

    assert drug["node"]["treatments"]["edges"]
    assert len(drug["node"]["score"]["criteria"]) == 6


def test_a_server_starts_also_when_the_first_read_fails(gout_url: str) -> None:
    asyncio.run(_lose_counts(gout_url))

    with capture_logs() as lines, TestClient(create_app(Settings(database_url=gout_url))) as client:
        answer = client.post("/graphql", json={"query": "{ __typename }"})

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert ["drugs", "edges", 0, "node", "score"] in [line.get("path") for line in lines]
