"""Versions of the priors: any of them can be asked for, and none of them moves with a rating."""

from fractions import Fraction
from typing import Any

import pytest

from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from tests.api.conftest import Client, close
from tests.gout import GOUT, add
from tests.reckoning import UNIFORM, Expectation, criterion, overall
from tests.written import levels_of, store_prior, written

STRICT = Expectation(tuple(Fraction(share, 10) for share in (4, 3, 1, 1, 1)), strength=12, within=0.3, between=0.8)
"""Whose answers are expected to be low: 4 · 1 + 3 · 2 + 3 + 4 + 5 = 22, over 10."""

ASKED = """query($version: Int) { meta { priorVersion priorVersions }
  drug(id: "colchicine") { all: score(priorVersion: $version) { ...score }
    score(indicationId: "gout", priorVersion: $version) { ...score }
    treatments(first: 1) { edges { node { score(priorVersion: $version) { ...score } } } }
    scorecard(indicationId: "gout", priorVersion: $version) { priorVersion }
    trend(indicationId: "gout", priorVersion: $version) { priorVersion } }
  indication(id: "gout") { ranking(minRatings: 1, priorVersion: $version) { priorVersion edges {
    node { drug { slug } } estimate { value } } } }
  compare(drugIds: ["colchicine", "naproxen"], indicationId: "gout", priorVersion: $version) { priorVersion drugs {
    drug { slug } estimate { value } score { ...score } } } }
fragment score on Score { priorVersion overall { value lower upper }
  criterion(name: EFFICACY) { estimate { value } } }"""


def gout_overall(drug: str, prior: Expectation) -> float:
    ratings = [levels_of(rating) for rating in GOUT if (rating.drug, rating.indication) == (drug, "gout")]
    return overall(ratings, prior=prior)[0]


def assert_is_seen_with(data: dict[str, Any], version: int, prior: Expectation) -> None:
    """Every number of the answer comes from this version, and says so."""
    score = data["drug"]["score"]
    assert score["priorVersion"] == version
    assert score["overall"]["value"] == pytest.approx(gout_overall("colchicine", prior))
    # Efficacy of colchicine was judged 5, 4 and 3.
    assert score["criterion"]["estimate"]["value"] == pytest.approx(criterion((0, 0, 1, 1, 1), prior)[0])
    assert data["drug"]["all"]["priorVersion"] == version
    assert data["drug"]["scorecard"] == data["drug"]["trend"] == {"priorVersion": version}
    (treatment,) = data["drug"]["treatments"]["edges"]
    assert treatment["node"]["score"]["priorVersion"] == version
    ranking = data["indication"]["ranking"]
    assert ranking["priorVersion"] == version
    assert {edge["node"]["drug"]["slug"]: edge["estimate"]["value"] for edge in ranking["edges"]} == pytest.approx(
        {drug: gout_overall(drug, prior) for drug in ("colchicine", "allopurinol", "febuxostat", "naproxen")}
    )
    compared = data["compare"]
    assert compared["priorVersion"] == version
    for one in compared["drugs"]:
        assert one["estimate"]["value"] == pytest.approx(gout_overall(one["drug"]["slug"], prior))
        assert one["score"]["priorVersion"] == version


async def test_a_version_can_be_asked_for_whatever_is_in_use(writing_client: Client) -> None:
    await store_prior(1, STRICT)
    in_use = await writing_client.data(ASKED)
    asked = await writing_client.data(ASKED, version=1)
    assert_is_seen_with(in_use, 0, UNIFORM)
    assert_is_seen_with(asked, 1, STRICT)
    for data in (in_use, asked):
        assert data["meta"] == {"priorVersion": 0, "priorVersions": [0, 1]}

    await use_prior(1)
    now_in_use = await writing_client.data(ASKED)
    assert now_in_use["meta"] == {"priorVersion": 1, "priorVersions": [0, 1]}
    for name in ("drug", "indication", "compare"):
        assert now_in_use[name] == close(asked[name])
    assert_is_seen_with(now_in_use, 1, STRICT)
    old = await writing_client.data(ASKED, version=0)
    for name in ("drug", "indication", "compare"):
        assert old[name] == close(in_use[name])


async def test_two_versions_side_by_side(writing_client: Client) -> None:
    """By hand for efficacy: version 1 has M = 12 and the mean 2.2, so (12 + 12 · 2.2) / (3 + 12) = 2.56."""
    await store_prior(1, STRICT)
    data = await writing_client.data(
        """{ drug(id: "colchicine") { built_in: score(indicationId: "gout", priorVersion: 0) { ...efficacy }
          strict: score(indicationId: "gout", priorVersion: 1) { ...efficacy } } }
        fragment efficacy on Score { priorVersion criterion(name: EFFICACY) { rawMean estimate { value } } }"""
    )
    assert data["drug"] == {
        "built_in": {"priorVersion": 0, "criterion": {"rawMean": 4.0, "estimate": {"value": 3.375}}},
        "strict": {"priorVersion": 1, "criterion": {"rawMean": 4.0, "estimate": {"value": pytest.approx(2.56)}}},
    }


async def test_a_rating_moves_no_other_drug(writing_client: Client) -> None:
    """Priors are frozen: a rating of colchicine leaves all scores of other drugs as they were."""
    query = (
        '{ drugs(ids: ["allopurinol", "febuxostat", "naproxen"]) { edges { node { score { ...score } } } } '
        'drug(id: "colchicine") { score { ...score } } meta { priorVersion priorVersions } } '
        "fragment score on Score { ratingCount overall { value lower upper } "
        "criteria { estimate { value lower upper } } }"
    )
    await store_prior(1, STRICT)
    await use_prior(1)
    before = await writing_client.data(query)
    await add(written(f"new-{number}", "colchicine", [1] * 6) for number in range(20))
    after = await writing_client.data(query)
    assert after["drugs"] == close(before["drugs"])
    assert after["meta"] == before["meta"] == {"priorVersion": 1, "priorVersions": [0, 1]}
    assert after["drug"]["score"]["ratingCount"] == 24
    assert after["drug"]["score"]["overall"]["value"] < before["drug"]["score"]["overall"]["value"]


async def test_a_refit_changes_nothing_until_it_is_put_into_use(writing_client: Client) -> None:
    await add(written(f"released-{number}", "losartan", [4] * 6, indication="hypertension") for number in range(11))
    before = await writing_client.data(ASKED)
    refit = await refit_prior()
    after = await writing_client.data(ASKED)
    assert after["meta"] == {"priorVersion": 0, "priorVersions": [0, refit.version]}
    assert after["drug"] == close(before["drug"])


UNKNOWN = {
    "a drug's score": 'drug(id: "colchicine") { score(priorVersion: $version) { ratingCount } }',
    "an unrated drug's score": 'drug(id: "lisinopril") { score(priorVersion: $version) { ratingCount } }',
    "a treatment's score": 'drug(id: "colchicine") { treatments(first: 1) { edges { node { '
    "score(priorVersion: $version) { ratingCount } } } } }",
    "a scorecard": 'drug(id: "colchicine") { scorecard(indicationId: "gout", priorVersion: $version) '
    "{ priorVersion } }",
    "a trend": 'drug(id: "colchicine") { trend(priorVersion: $version) { priorVersion } }',
    "a ranking": 'indication(id: "gout") { ranking(priorVersion: $version) { totalCount } }',
    "a comparison": 'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout", priorVersion: $version) '
    "{ priorVersion }",
}


@pytest.mark.parametrize("asking", UNKNOWN)
async def test_a_version_that_there_is_not(client: Client, asking: str) -> None:
    query = f"query($version: Int) {{ {UNKNOWN[asking]} }}"
    for version in (1, -1, 2**31 - 1, -(2**31)):
        assert await client.error(query, version=version) == (
            "UNKNOWN_PRIOR",
            f"There is no version {version} of the priors: the only version is 0.",
        )


async def test_the_versions_that_there_are(writing_client: Client) -> None:
    for number in (1, 2):
        await store_prior(number, STRICT)
    query = '{ drug(id: "colchicine") { score(priorVersion: 7) { ratingCount } } }'
    assert await writing_client.error(query) == (
        "UNKNOWN_PRIOR",
        "There is no version 7 of the priors: the versions are 0, 1 and 2.",
    )
