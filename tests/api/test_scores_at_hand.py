"""The scores of treatments that are listed in the order of their scores, or ranked, take no further statement."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.clock import utc_now
from graph.loaders import Loaders
from resolvers.paging import PageRequest
from resolvers.priors.current import PriorVersions
from resolvers.reads.scores import ScoreQuestion
from tests.api.conftest import Client, client_of
from tests.crowd import add_crowd
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.statements import recorded_statements
from tests.viewers import INTEGRATOR, MODERATOR, verified

WHOLE = """{ ratingCount evidence priorVersion segment { kind fallback } suppressed { threshold }
  overall { value lower upper } criteria { distribution rawMean estimate { value lower upper } } }"""

BY_SCORE = 'drug(id: "ibuprofen") { listed: treatments(first: 50) { edges { node { id %s } } } }'
BY_SAFETY = 'drug(id: "ibuprofen") { listed: treatments(first: 50, by: SAFETY) { edges { node { id %s } } } }'
OF_DRUG = 'drug(id: "ibuprofen") { listed: treatments(first: 50, orderBy: NAME) { edges { node { id %s } } } }'
RANKING = 'indication(id: "gout") { listed: ranking(minRatings: 1) { edges { node { id %s } } } }'
BY_ANSWERS = 'indication(id: "gout") { listed: ranking(minRatings: 1, by: TOLERABILITY) { edges { node { id %s } } } }'
WEIGHTED = 'indication(id: "gout") { listed: ranking(weights: {safety: 2, efficacy: 1}) { edges { node { id %s } } } }'
OF_NOBODY = 'indication(id: "gout") { listed: ranking(segment: {country: "VA"}) { edges { node { id %s } } } }'
OF_GERMANS = 'indication(id: "gout") { listed: ranking(segment: {country: "DE"}) { edges { node { id %s } } } }'
OF_INDICATION = 'indication(id: "gout") { listed: treatments(first: 100, orderBy: NAME) { edges { node { id %s } } } }'

MADE_BY_SCORES = {
    BY_SCORE: OF_DRUG,
    BY_SAFETY: OF_DRUG,
    RANKING: OF_INDICATION,
    BY_ANSWERS: OF_INDICATION,
    WEIGHTED: OF_INDICATION,
    OF_NOBODY: OF_INDICATION,
}
"""Each with a list of the same treatments that no scores are needed for."""

OF_EVERYBODY = ("score", "score(weights: {safety: 2, efficacy: 1})", "score(priorVersion: 0)")
OF_A_COUNTRY = 'score(segment: {country: "DE"})'

READERS = {"moderator": MODERATOR, "physician": verified(1), "integrator": INTEGRATOR}


@pytest.fixture(scope="module")
def crowd_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), add_crowd)


@pytest.fixture(params=READERS)
async def reader(request: pytest.FixtureRequest, crowd_template: str) -> AsyncIterator[Client]:
    # What the memory of the catalogue spares depends on what was asked before.
    async with client_of(crowd_template, viewer=READERS[request.param], catalogue_cache="off") as client:
        yield client


async def scores_and_statements(client: Client, listed: str, score: str) -> tuple[dict[str, Any], int]:
    """What a list says of its treatments, by their ids, and how many statements it took."""
    with recorded_statements() as statements:
        data = await client.data(f"{{ {listed % score} }}")
    [parent] = data.values()
    return {edge["node"]["id"]: edge["node"].get("score") for edge in parent["listed"]["edges"]}, len(statements)


@pytest.mark.parametrize("listed", MADE_BY_SCORES)
async def test_scores_take_no_further_statement_and_are_those_of_other_lists(reader: Client, listed: str) -> None:
    for score in OF_EVERYBODY:
        _, without = await scores_and_statements(reader, listed, "")
        scores, statements = await scores_and_statements(reader, listed, f"{score} {WHOLE}")
        assert statements == without
        others, _ = await scores_and_statements(reader, MADE_BY_SCORES[listed], f"{score} {WHOLE}")
        assert scores
        assert scores == {key: others[key] for key in scores}


@pytest.mark.parametrize(
    ("listed", "others", "score"), [(BY_SCORE, OF_DRUG, OF_A_COUNTRY), (OF_GERMANS, OF_INDICATION, "score")]
)
async def test_scores_of_whom_the_list_was_not_made_by_are_read(
    reader: Client, listed: str, others: str, score: str
) -> None:
    _, without = await scores_and_statements(reader, listed, "")
    scores, statements = await scores_and_statements(reader, listed, f"{score} {WHOLE}")
    assert statements == without + 1
    expected, _ = await scores_and_statements(reader, others, f"{score} {WHOLE}")
    assert scores
    assert scores == {key: expected[key] for key in scores}


@pytest.mark.parametrize("reader", ["moderator"], indirect=True)
@pytest.mark.usefixtures("reader")
async def test_where_nothing_is_remembered_scores_are_read_as_they_are_then() -> None:
    """As on a socket."""
    loaders = Loaders(PriorVersions(), utc_now, memoise=False, viewer=MODERATOR)
    drug = await loaders.drug_key.load("ibuprofen")
    assert drug is not None
    page = await loaders.drug_treatments.of((None, None, PageRequest(50))).load(drug)
    pairs = [(record.drug_id, record.indication_id) for record in page.page.records]
    for _ in range(2):
        with recorded_statements() as statements:
            await loaders.treatment_score.of(ScoreQuestion()).load_many(pairs)
        assert len([one for one in statements if "cell" in one]) == 1
