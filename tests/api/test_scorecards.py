"""Scorecards: what sets a drug apart from its competitors, with numbers worked out by hand."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

import pytest

from tests.api.conftest import Client
from tests.gout import GoutRating, add
from tests.reckoning import NORMAL, criterion
from tests.written import all_equal, on_one_criterion, written

SCORECARD = """query($drug: ID!, $indication: ID! = "gout") { drug(id: $drug) { scorecard(indicationId: $indication) {
  strengths { criterion difference probability strong } weaknesses { criterion difference probability strong }
  competitors { slug } suppressed { reason threshold } methodVersion priorVersion } } }"""


async def scorecard(client: Client, drug: str, **arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = (await client.data(SCORECARD, drug=drug, **arguments))["drug"]["scorecard"]
    return found


def hundred(drug: str, *shares: tuple[int, int, int]) -> Iterator[GoutRating]:
    """A hundred ratings; for each criterion so many of one level, and the others of another level."""
    for number in range(100):
        yield written(f"p{number}", drug, [first if number < count else second for count, first, second in shares])


async def test_strengths_and_weaknesses_by_hand(empty_client: Client) -> None:
    """A hundred physicians rate each of two drugs; five prior answers with the mean 3 are added.

    Efficacy: 5 against 3 throughout, (500 + 15) / 105 - 315 / 105 = 200 / 105. Safety the other way round, 2 against
    4: (200 + 15) / 105 - (400 + 15) / 105 = -200 / 105. Tolerability: 30 of a hundred answer 4 instead of 3,
    30 / 105 = .2857: worth naming, not strong. Accessibility: 20 of a hundred, 20 / 105 = .19: sure, but too small.
    Adherence: 60 of a hundred answer 2 instead of 3, -60 / 105 = -.57: strong. Preference: no difference.
    """
    await add(hundred("colchicine", (100, 5, 0), (100, 2, 0), (30, 4, 3), (20, 4, 3), (60, 2, 3), (50, 4, 2)))
    await add(hundred("allopurinol", (100, 3, 0), (100, 4, 0), (100, 3, 0), (100, 3, 0), (100, 3, 0), (50, 2, 4)))

    def probability(first: tuple[int, ...], second: tuple[int, ...]) -> float:
        (mean_first, variance_first), (mean_second, variance_second) = criterion(first), criterion(second)
        return NORMAL.cdf(abs(mean_first - mean_second) / sqrt(variance_first + variance_second))

    threes = (0, 0, 100, 0, 0)
    expected = {
        "EFFICACY": (200 / 105, probability((0, 0, 0, 0, 100), threes), True),
        "TOLERABILITY": (30 / 105, probability((0, 0, 70, 30, 0), threes), False),
        "SAFETY": (-200 / 105, probability((0, 100, 0, 0, 0), (0, 0, 0, 100, 0)), True),
        "ADHERENCE": (-60 / 105, probability((0, 60, 40, 0, 0), threes), True),
    }

    def finding(name: str, sign: int = 1) -> dict[str, object]:
        difference, sure, strong = expected[name]
        return {
            "criterion": name,
            "difference": pytest.approx(sign * difference),
            "probability": pytest.approx(sure),
            "strong": strong,
        }

    assert all(sure >= 0.95 for _, sure, _ in expected.values())
    assert await scorecard(empty_client, "colchicine") == {
        "strengths": [finding("EFFICACY"), finding("TOLERABILITY")],
        "weaknesses": [finding("SAFETY"), finding("ADHERENCE")],
        "competitors": [{"slug": "allopurinol"}],
        "suppressed": None,
        "methodVersion": "dirichlet-1",
        "priorVersion": 0,
    }
    # Of two drugs one's strengths are the other's weaknesses.
    other = await scorecard(empty_client, "allopurinol")
    assert other["strengths"] == [finding("SAFETY", -1), finding("ADHERENCE", -1)]
    assert other["weaknesses"] == [finding("EFFICACY", -1), finding("TOLERABILITY", -1)]
    assert other["competitors"] == [{"slug": "colchicine"}]


async def test_a_large_difference_of_few_answers_is_not_named(empty_client: Client) -> None:
    """One answer of 5 against one of 1: (15 + 5) / 6 - (15 + 1) / 6 = 2 / 3, but hardly sure."""
    await add(all_equal(["p1"], "colchicine", 5))
    await add(all_equal(["p1"], "allopurinol", 1))
    first, second = criterion((0, 0, 0, 0, 1)), criterion((1, 0, 0, 0, 0))
    assert first[0] - second[0] == pytest.approx(2 / 3)
    assert NORMAL.cdf((2 / 3) / sqrt(first[1] + second[1])) < 0.95
    found = await scorecard(empty_client, "colchicine")
    assert (found["strengths"], found["weaknesses"], found["suppressed"]) == ([], [], None)


async def test_competitors_count_the_same_however_often_they_are_rated(empty_client: Client) -> None:
    """Safety 3 a hundred times, against 5 of a hundred and 1 of ten physicians: 515 / 105 and (10 + 15) / 15.

    Their mean is (515 / 105 + 25 / 15) / 2 = 3.2857, so that colchicine is .2857 below; by answers it would be 1.7.
    """
    await add(on_one_criterion("colchicine", (0, 0, 100, 0, 0), "safety"))
    await add(on_one_criterion("allopurinol", (0, 0, 0, 0, 100), "safety"))
    await add(on_one_criterion("febuxostat", (10, 0, 0, 0, 0), "safety"))
    found = await scorecard(empty_client, "colchicine")
    own, often, seldom = criterion((0, 0, 100, 0, 0)), criterion((0, 0, 0, 0, 100)), criterion((10, 0, 0, 0, 0))
    deviation = sqrt(own[1] + (often[1] + seldom[1]) / 4)
    difference = 3 - (515 / 105 + 25 / 15) / 2
    sure = NORMAL.cdf(-difference / deviation)
    assert sure >= 0.95
    assert found["strengths"] == []
    assert found["weaknesses"] == [
        {
            "criterion": "SAFETY",
            "difference": pytest.approx(difference),
            "probability": pytest.approx(sure),
            "strong": False,
        }
    ]
    # The most rated first; nobody answered anything but safety, and no other criterion is named.
    assert found["competitors"] == [{"slug": "allopurinol"}, {"slug": "febuxostat"}]


async def test_a_competitor_without_answers_does_not_count(empty_client: Client) -> None:
    """Febuxostat was rated on efficacy alone, so only allopurinol is there to be compared on safety: 515 - 415."""
    await add(on_one_criterion("colchicine", (0, 0, 0, 100, 0), "safety"))
    await add(on_one_criterion("allopurinol", (0, 0, 0, 0, 100), "safety"))
    await add(on_one_criterion("febuxostat", (100, 0, 0, 0, 0), "efficacy"))
    found = await scorecard(empty_client, "colchicine")
    assert [(one["criterion"], one["difference"]) for one in found["weaknesses"]] == [
        ("SAFETY", pytest.approx(-100 / 105))
    ]
    assert found["strengths"] == []
    assert {one["slug"] for one in found["competitors"]} == {"allopurinol", "febuxostat"}


async def test_no_competitors(client: Client) -> None:
    assert await scorecard(client, "colchicine", indication="gout-prevention") == {
        "strengths": [],
        "weaknesses": [],
        "competitors": [],
        "suppressed": {"reason": "NO_COMPETITORS", "threshold": None},
        "methodVersion": "dirichlet-1",
        "priorVersion": 0,
    }


async def test_a_drug_that_nobody_rated(client: Client) -> None:
    """Azapropazone is used for gout, lisinopril is not; of neither is there a rating for it."""
    for drug in ("azapropazone", "lisinopril"):
        found = await scorecard(client, drug)
        assert (found["strengths"], found["weaknesses"]) == ([], [])
        assert found["suppressed"] == {"reason": "TOO_FEW_RATINGS", "threshold": 1}
        assert [one["slug"] for one in found["competitors"]][2:] == ["febuxostat", "naproxen"]
        assert len(found["competitors"]) == 4


async def test_an_indication_that_nobody_rated(client: Client) -> None:
    found = await scorecard(client, "colchicine", indication="hypertension")
    assert found["suppressed"] == {"reason": "TOO_FEW_RATINGS", "threshold": 1}
    assert (found["strengths"], found["weaknesses"], found["competitors"]) == ([], [], [])


async def test_the_ten_ratings_say_little(client: Client) -> None:
    """Three, three, two and one rating: nothing is sure enough to be named."""
    for drug in ("colchicine", "allopurinol", "febuxostat", "naproxen"):
        found = await scorecard(client, drug)
        assert (found["strengths"], found["weaknesses"], found["suppressed"]) == ([], [], None)
        assert len(found["competitors"]) == 3
        assert {"slug": drug} not in found["competitors"]


async def test_scorecards_of_several_drugs_and_indications_at_once(client: Client) -> None:
    data = await client.data(
        """{ indication(id: "gout") { id } drugs(ids: ["colchicine", "lisinopril"]) { edges { node {
          gout: scorecard(indicationId: "gout") { ...card } prevention: scorecard(indicationId: "gout-prevention") {
          ...card } } } } } fragment card on Scorecard { suppressed { reason } competitors { slug } }"""
    )
    colchicine, lisinopril = (edge["node"] for edge in data["drugs"]["edges"])
    assert {one["slug"] for one in colchicine["gout"]["competitors"]} == {"allopurinol", "febuxostat", "naproxen"}
    assert colchicine["prevention"] == {"suppressed": {"reason": "NO_COMPETITORS"}, "competitors": []}
    assert lisinopril["prevention"] == {
        "suppressed": {"reason": "TOO_FEW_RATINGS"},
        "competitors": [{"slug": "colchicine"}],
    }
    gout = data["indication"]["id"]
    assert await scorecard(client, "colchicine", indication=gout) == await scorecard(client, "colchicine")


@pytest.mark.parametrize(
    ("indication", "code", "message"),
    [
        ("no-such", "UNKNOWN_ID", "There is no indication no-such in the catalogue."),
        ("", "INVALID_ID", "`indicationId`: '' is neither an id nor a slug."),
        ("RHJ1Zzox", "WRONG_ID_TYPE", "`indicationId`: 'RHJ1Zzox' is the id of a Drug, not of an Indication."),
    ],
)
async def test_an_indication_that_there_is_not(client: Client, indication: str, code: str, message: str) -> None:
    assert await client.error(SCORECARD, drug="colchicine", indication=indication) == (code, message)
