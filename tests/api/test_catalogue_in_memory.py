"""Drugs and indications stay in memory, and what a request shows of them is never older than the request."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from graph.clock import utc_now
from resolvers.catalogue.importing import import_catalogue
from resolvers.identity.api_keys import CATALOGUE, SCORES, create_key
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from tests.api.conftest import Client, client_of
from tests.feed_events import Process
from tests.gout import add
from tests.small_catalogue import write_catalogue
from tests.statements import recorded_statements
from tests.written import written

DRUG = '{ drug(id: "colchicine") { name drugClass brandNames } indication(id: "gout") { name } }'
LIST = """{ drugs(ids: ["colchicine", "no-such-drug"]) { unknownIds edges { node { drugClass } } }
  drug(id: "colchicine") { name } }"""
SEARCH = '{ search(text: "colchicine", first: 1) { node { ... on Drug { drugClass } } } }'
PRIORS = """{ drug(id: "colchicine") { score { priorVersion } trend { priorVersion } }
  indication(id: "gout") { ranking { priorVersion } } }"""


@pytest.fixture
async def small_client(migrated_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """The API over a small catalogue, as somebody sees it who has signed in."""
    async with client_of(migrated_url) as client:
        await import_catalogue(write_catalogue(tmp_path, 1))
        yield client


async def class_of(client: Client) -> str:
    found: str = (await client.data(DRUG))["drug"]["drugClass"]
    return found


async def statements_of(client: Client, query: str) -> list[str]:
    with recorded_statements() as statements:
        await client.data(query)
    return statements


async def test_a_repeated_query_asks_only_who_asks(small_client: Client) -> None:
    first = await small_client.data(DRUG)

    with recorded_statements() as statements:
        second = await small_client.data(DRUG)

    assert first == second
    assert len(statements) == 1
    assert "subject_hash" in statements[0]
    assert await statements_of(small_client, SEARCH) != []
    assert len(await statements_of(small_client, SEARCH)) == 1


async def test_a_list_of_drugs_by_their_ids_is_kept_as_well(
    small_client: Client, migrated_url: str, tmp_path: Path
) -> None:
    async with Process(migrated_url) as other:
        for number in (1, 2):
            await other.do(partial(import_catalogue, write_catalogue(tmp_path, number)))
            expected = {"unknownIds": ["no-such-drug"], "edges": [{"node": {"drugClass": f"Class {number}"}}]}
            assert (await small_client.data(LIST))["drugs"] == expected
            with recorded_statements() as statements:
                assert (await small_client.data(LIST))["drugs"] == expected
            # Who asks, and what there is not.
            assert len(statements) == 2


async def test_a_repeated_query_of_an_integrator_is_one_statement_and_of_anybody_as_well(small_client: Client) -> None:
    key = await create_key("Clinic", (CATALOGUE,), utc_now())
    for headers in ({"Authorization": f"Bearer {key.text}"}, {}):
        small_client.http.headers.pop("Authorization", None)
        small_client.http.headers.update(headers)
        # The first ones note the use of the key and build the index.
        await small_client.data(DRUG)
        await small_client.data(SEARCH)
        assert len(await statements_of(small_client, DRUG)) == 1
        assert len(await statements_of(small_client, SEARCH)) == 1


async def test_imports_of_this_process_and_of_others_are_seen_by_the_next_request(
    small_client: Client, migrated_url: str, tmp_path: Path
) -> None:
    async with Process(migrated_url) as other:
        for number in (2, 3, 4):
            assert await class_of(small_client) == f"Class {number - 1}"
            work = partial(import_catalogue, write_catalogue(tmp_path, number))
            await (work() if number == 3 else other.do(work))
            assert await class_of(small_client) == f"Class {number}"
            assert (await small_client.data(SEARCH))["search"][0]["node"] == {"drugClass": f"Class {number}"}
    del small_client.http.headers["Authorization"]
    assert await class_of(small_client) == "Class 4"


async def test_it_can_be_switched_off(migrated_url: str, tmp_path: Path) -> None:
    async with client_of(migrated_url, catalogue_cache="off") as client:
        await import_catalogue(write_catalogue(tmp_path, 1))
        await client.data(DRUG)
        for _ in range(2):
            # Who asks, and two entries.
            assert len(await statements_of(client, DRUG)) == 3


async def test_who_may_not_read_the_catalogue_is_not_shown_what_is_in_memory(small_client: Client) -> None:
    await small_client.data(DRUG)
    key = await create_key("Clinic", (SCORES,), utc_now())
    small_client.http.headers["Authorization"] = f"Bearer {key.text}"

    answer = await small_client.answer(DRUG)

    assert answer["data"] == {"drug": None, "indication": None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_PERMITTED"}


async def test_which_prior_is_in_use_comes_with_who_asks(writing_client: Client) -> None:
    await add(written(f"released-{number}", "losartan", [4] * 6, indication="hypertension") for number in range(11))
    refitted = await refit_prior()
    await writing_client.data(PRIORS)
    statements = await statements_of(writing_client, PRIORS)
    assert [statement for statement in statements if "prior_version" in statement] == statements[:1]
    assert "subject_hash" in statements[0]

    for version in (refitted.version, 0):
        await use_prior(version)
        found = await writing_client.data(PRIORS)
        assert found["drug"]["score"]["priorVersion"] == version
        assert found["drug"]["trend"]["priorVersion"] == version
        assert found["indication"]["ranking"]["priorVersion"] == version
