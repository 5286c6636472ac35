"""Rankings: places with what they are worth, against published values and plain Python."""

from itertools import pairwise
from typing import Any

import pytest

from tests.api.conftest import Client, close
from tests.gout import CRITERIA, GOUT, add
from tests.reckoning import (
    EQUAL,
    Spread,
    answers_to,
    beta_interval,
    criterion,
    level_counts,
    overall,
    p_scores,
    probabilities_best,
    rank_limits,
)
from tests.written import REFERENCE_COUNTS, levels_of, on_one_criterion, written

RANKING = """query($by: RankBy, $weights: CriterionWeights, $minimum: Int, $first: Int, $after: String, $last: Int,
    $before: String, $indication: ID! = "gout") {
  indication(id: $indication) { ranking(by: $by, weights: $weights, minRatings: $minimum, first: $first, after: $after,
      last: $last, before: $before) {
    totalCount methodVersion priorVersion segment { kind value fallback } suppressed { reason threshold }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor rank rankLower rankUpper pScore probabilityBest group ratingCount
      estimate { value lower upper outOf100 } node { drug { slug } indication { slug } } } } } }"""


async def ranking(client: Client, **arguments: object) -> dict[str, Any]:
    data = await client.data(RANKING, **arguments)
    found: dict[str, Any] = data["indication"]["ranking"]
    return found


def by_drug(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {edge["node"]["drug"]["slug"]: edge for edge in found["edges"]}


def scores_for_gout(by: str, weights: tuple[float, ...] = EQUAL) -> dict[str, Spread]:
    """What plain Python makes of the ratings for gout: the overall, or one criterion."""
    of_drugs: dict[str, list[list[int | None]]] = {}
    for rating in GOUT:
        if rating.indication == "gout":
            of_drugs.setdefault(rating.drug, []).append(levels_of(rating))
    if by == "OVERALL":
        return {drug: overall(ratings, weights) for drug, ratings in of_drugs.items()}
    position = CRITERIA.index(by.lower())
    return {
        drug: criterion(level_counts(answers_to(position, ratings)))
        for drug, ratings in of_drugs.items()
        if answers_to(position, ratings)
    }


def assert_is_ranking_of(found: dict[str, Any], scores: dict[str, Spread]) -> None:
    """Every drug at its place, with the numbers reckoned in plain Python."""
    expected = p_scores(scores)
    limits = rank_limits(scores)
    best = probabilities_best(scores)
    assert found["totalCount"] == len(found["edges"]) == len(scores)
    # Drugs with the same answers have the same P-score, and may come in either order.
    assert [expected[drug] for drug in by_drug(found)] == pytest.approx(sorted(expected.values(), reverse=True))
    middle = (len(scores) + 1) / 2
    for place, (drug, edge) in enumerate(by_drug(found).items(), start=1):
        lower, upper = min(limits[drug][0], place), max(limits[drug][1], place)
        assert (edge["rank"], edge["rankLower"], edge["rankUpper"]) == (place, lower, upper)
        assert edge["pScore"] == pytest.approx(expected[drug])
        assert edge["probabilityBest"] == pytest.approx(best[drug], abs=1e-3)
        assert edge["estimate"]["value"] == pytest.approx(scores[drug][0])
        assert edge["group"] == (
            "BETTER_THAN_MOST" if upper < middle else "WORSE_THAN_MOST" if lower > middle else "MIDDLE"
        )
    assert sum(edge["pScore"] for edge in found["edges"]) == pytest.approx(len(scores) / 2)
    assert sum(edge["probabilityBest"] for edge in found["edges"]) == pytest.approx(1)


async def test_the_published_example(reference_client: Client) -> None:
    """A to D of the reference values, by efficacy: P-scores .9619, .5785, .4563 and .0033.

    A is better than B with a probability of .9730, just below .975, so both may be first. D is worse than each of the
    others with more than that: than C by .5928 / √(.230407² + .108669²) = 2.327 standard deviations, .9900.
    """
    found = await ranking(reference_client, by="EFFICACY", minimum=1)
    places = {
        edge["node"]["drug"]["slug"]: (edge["rank"], edge["rankLower"], edge["rankUpper"], edge["group"])
        for edge in found["edges"]
    }
    assert places == {
        "colchicine": (1, 1, 3, "MIDDLE"),
        "allopurinol": (2, 1, 3, "MIDDLE"),
        "febuxostat": (3, 1, 3, "MIDDLE"),
        "naproxen": (4, 4, 4, "WORSE_THAN_MOST"),
    }
    assert [edge["pScore"] for edge in found["edges"]] == pytest.approx([0.9619, 0.5785, 0.4563, 0.0033], abs=5e-5)
    assert [edge["estimate"]["value"] for edge in found["edges"]] == pytest.approx(
        [4.171429, 3.953922, 3.826087, 3.233333], abs=5e-7
    )
    assert [edge["ratingCount"] for edge in found["edges"]] == [sum(counts) for counts in REFERENCE_COUNTS.values()]
    published = {
        "colchicine": (4.171429, 0.107975**2),
        "allopurinol": (3.953922, 0.032865**2),
        "febuxostat": (3.826087, 0.230407**2),
        "naproxen": (3.233333, 0.108669**2),
    }
    best = probabilities_best(published)
    for drug, edge in by_drug(found).items():
        assert edge["probabilityBest"] == pytest.approx(best[drug], abs=1e-3)
    assert (found["priorVersion"], found["methodVersion"], found["suppressed"]) == (1, "dirichlet-1", None)


async def test_by_default_five_ratings_are_needed(reference_client: Client) -> None:
    """C has three: without it the others are ranked among themselves, A over B with .9730 and over D surely."""
    found = await ranking(reference_client, by="EFFICACY")
    assert list(by_drug(found)) == ["colchicine", "allopurinol", "naproxen"]
    assert [edge["pScore"] for edge in found["edges"]] == pytest.approx(
        [(0.9730 + 1) / 2, (1 - 0.9730 + 1) / 2, 0], abs=5e-5
    )


@pytest.mark.parametrize("by", ["OVERALL", *(criterion_name.upper() for criterion_name in CRITERIA)])
async def test_every_drug_at_its_place(client: Client, by: str) -> None:
    found = await ranking(client, by=by, minimum=1)
    assert_is_ranking_of(found, scores_for_gout(by))
    assert found["segment"] == {"kind": "EVERYBODY", "value": None, "fallback": False}
    assert {edge["node"]["indication"]["slug"] for edge in found["edges"]} == {"gout"}


async def test_counts_and_intervals_of_a_place(client: Client) -> None:
    """Preference was answered three times about allopurinol, but safety twice: each ranking counts its own answers."""
    query = (
        '{ indication(id: "gout") { overall: ranking(minRatings: 1) { ...of } '
        "safety: ranking(by: SAFETY, minRatings: 1) { ...of } preference: ranking(by: PREFERENCE, minRatings: 1) "
        "{ ...of } } } fragment of on RankingConnection { edges { ratingCount estimate { value lower upper } "
        "node { drug { slug } score { ratingCount overall { value lower upper } "
        "safety: criterion(name: SAFETY) { ratingCount estimate { value lower upper } } "
        "preference: criterion(name: PREFERENCE) { ratingCount estimate { value lower upper } } } } } }"
    )
    found = (await client.data(query))["indication"]
    counts = {
        name: {edge["node"]["drug"]["slug"]: edge["ratingCount"] for edge in of_ranking["edges"]}
        for name, of_ranking in found.items()
    }
    assert counts == {
        "overall": {"allopurinol": 3, "colchicine": 3, "febuxostat": 2, "naproxen": 1},
        "safety": {"allopurinol": 2, "colchicine": 2, "febuxostat": 2, "naproxen": 1},
        "preference": {"allopurinol": 3, "colchicine": 3, "febuxostat": 2, "naproxen": 1},
    }
    for name, of_ranking in found.items():
        for edge in of_ranking["edges"]:
            score = edge["node"]["score"]
            same = score["overall"] if name == "overall" else score[name]["estimate"]
            assert edge["estimate"] == close(same)
    for edge in found["overall"]["edges"]:
        lower, upper = beta_interval(scores_for_gout("OVERALL")[edge["node"]["drug"]["slug"]])
        assert (edge["estimate"]["lower"], edge["estimate"]["upper"]) == pytest.approx((lower, upper))


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({"accessibility": 3, "safety": 1}, (0, 1, 0, 3, 0, 0)),
        ({"accessibility": 1.5, "safety": 0.5}, (0, 1, 0, 3, 0, 0)),
        ({"accessibility": 1e308, "safety": 1e308}, (0, 1, 0, 1, 0, 0)),
        ({"tolerability": 5e-324}, (0, 0, 1, 0, 0, 0)),
    ],
)
async def test_by_the_callers_weights(client: Client, weights: dict[str, float], shares: tuple[float, ...]) -> None:
    found = await ranking(client, weights=weights, minimum=1)
    assert_is_ranking_of(found, scores_for_gout("OVERALL", shares))


async def test_weights_turn_the_order_around(client: Client) -> None:
    """Naproxen is the last overall, but easy to get; febuxostat is dear."""
    plain = list(by_drug(await ranking(client, minimum=1)))
    accessible = list(by_drug(await ranking(client, weights={"accessibility": 1}, minimum=1)))
    assert plain[-1] == "naproxen"
    assert accessible[-1] == "febuxostat"


async def test_a_criterion_does_not_heed_weights(client: Client) -> None:
    plain = await ranking(client, by="SAFETY", minimum=1)
    weighted = await ranking(client, by="SAFETY", weights={"efficacy": 1}, minimum=1)
    assert weighted == close(plain)


@pytest.mark.parametrize(
    ("minimum", "drugs"),
    [
        (1, ["allopurinol", "colchicine", "febuxostat", "naproxen"]),
        (2, ["allopurinol", "colchicine", "febuxostat"]),
        (3, ["allopurinol", "colchicine"]),
    ],
)
async def test_how_many_ratings_a_drug_needs(client: Client, minimum: int, drugs: list[str]) -> None:
    found = await ranking(client, minimum=minimum)
    scores = scores_for_gout("OVERALL")
    assert_is_ranking_of(found, {drug: scores[drug] for drug in drugs})


async def test_answers_count_and_not_ratings(client: Client) -> None:
    """Allopurinol and colchicine have three ratings for gout, but two answers on safety each."""
    assert [edge["ratingCount"] for edge in (await ranking(client, by="SAFETY", minimum=2))["edges"]] == [2, 2, 2]
    assert (await ranking(client, by="SAFETY", minimum=3))["edges"] == []


@pytest.mark.parametrize(("minimum", "threshold"), [(4, 4), (None, 5), (1_000_000, 1_000_000)])
async def test_too_few_ratings_are_said(client: Client, minimum: int | None, threshold: int) -> None:
    found = await ranking(client, minimum=minimum)
    assert found == {
        "totalCount": 0,
        "methodVersion": "dirichlet-1",
        "priorVersion": 0,
        "segment": {"kind": "EVERYBODY", "value": None, "fallback": False},
        "suppressed": {"reason": "TOO_FEW_RATINGS", "threshold": threshold},
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
        "edges": [],
    }


async def test_an_indication_without_ratings(client: Client) -> None:
    for indication in ("hypertension", "arthritis"):
        found = await ranking(client, indication=indication, minimum=1)
        assert (found["edges"], found["totalCount"]) == ([], 0)
        assert found["suppressed"] == {"reason": "TOO_FEW_RATINGS", "threshold": 1}


async def test_one_rated_drug_is_first_of_one(client: Client) -> None:
    found = await ranking(client, indication="gout-prevention", minimum=1)
    (edge,) = found["edges"]
    assert (edge["rank"], edge["rankLower"], edge["rankUpper"]) == (1, 1, 1)
    assert (edge["pScore"], edge["probabilityBest"], edge["group"]) == (0.5, 1.0, "MIDDLE")
    assert (found["suppressed"], found["totalCount"]) == (None, 1)


async def test_drugs_that_are_alike_share_evenly(empty_client: Client) -> None:
    """Three drugs with the same ratings: P-scores of one half, a third of a chance each, all ranks possible."""
    drugs = ("colchicine", "allopurinol", "febuxostat")
    await add(written(f"p{number}", drug, [4, 3, 5, 2, 4, number]) for drug in drugs for number in (1, 2, 3, 4, 5))
    found = await ranking(empty_client)
    assert [edge["rank"] for edge in found["edges"]] == [1, 2, 3]
    for edge in found["edges"]:
        assert (edge["rankLower"], edge["rankUpper"], edge["group"]) == (1, 3, "MIDDLE")
        assert edge["pScore"] == pytest.approx(0.5)
        assert edge["probabilityBest"] == pytest.approx(1 / 3)


async def test_drugs_without_answers_to_what_counts_are_not_ranked(empty_client: Client) -> None:
    """Colchicine was judged on efficacy alone: by safety nothing is known of it but what is expected of any drug."""
    await add(on_one_criterion("colchicine", (0, 0, 0, 0, 6)))
    await add(on_one_criterion("allopurinol", (0, 0, 6, 0, 0), "safety"))
    everything = await ranking(empty_client)
    assert list(by_drug(everything)) == ["colchicine", "allopurinol"]
    for arguments in ({"weights": {"safety": 1}}, {"by": "SAFETY"}):
        found = await ranking(empty_client, **arguments)
        assert [(edge["node"]["drug"]["slug"], edge["ratingCount"]) for edge in found["edges"]] == [("allopurinol", 6)]
    nothing = await ranking(empty_client, weights={"adherence": 1})
    assert (nothing["edges"], nothing["suppressed"]) == ([], {"reason": "TOO_FEW_RATINGS", "threshold": 5})


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
async def test_pages_are_cut_from_one_ranking(client: Client, size: int) -> None:
    """Whatever the page, places and P-scores are those among all drugs."""
    whole = await ranking(client, minimum=1)
    forwards: list[Any] = []
    cursor: str | None = None
    more = True
    while more:
        found = await ranking(client, minimum=1, first=size, after=cursor)
        assert found["totalCount"] == 4
        assert found["pageInfo"]["hasPreviousPage"] == bool(forwards)
        forwards += found["edges"]
        more, cursor = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]
        assert cursor == found["edges"][-1]["cursor"]
    assert forwards == close(whole["edges"])

    backwards: list[Any] = []
    cursor, more = None, True
    while more:
        found = await ranking(client, minimum=1, last=size, before=cursor)
        assert found["pageInfo"]["hasNextPage"] == bool(backwards)
        backwards = found["edges"] + backwards
        more, cursor = found["pageInfo"]["hasPreviousPage"], found["pageInfo"]["startCursor"]
    assert backwards == close(whole["edges"])


async def test_a_cursor_belongs_to_the_criterion_ranked_by(client: Client) -> None:
    cursor = (await ranking(client, minimum=1, first=1))["pageInfo"]["endCursor"]
    code, _ = await client.error(RANKING, by="SAFETY", minimum=1, after=cursor)
    assert code == "INVALID_CURSOR"


async def test_several_rankings_in_one_request(client: Client) -> None:
    aliases = " ".join(
        f"{name}: ranking(by: {name.upper()}, minRatings: 1) {{ edges {{ pScore }} }}" for name in CRITERIA
    )
    found = (await client.data(f'{{ indication(id: "gout") {{ {aliases} }} }}'))["indication"]
    for name in CRITERIA:
        expected = sorted(p_scores(scores_for_gout(name.upper())).values(), reverse=True)
        assert [edge["pScore"] for edge in found[name]["edges"]] == pytest.approx(expected)


async def test_a_simulated_ranking_is_in_order(simulated_client: Client) -> None:
    """The largest ranking of the simulated ratings: every number agrees with the others."""
    found = await ranking(simulated_client, indication="hypertension", minimum=1, first=100)
    edges = found["edges"]
    count = found["totalCount"]
    assert count == len(edges) > 20
    assert [edge["rank"] for edge in edges] == list(range(1, count + 1))
    assert sum(edge["pScore"] for edge in edges) == pytest.approx(count / 2)
    assert sum(edge["probabilityBest"] for edge in edges) == pytest.approx(1)
    for better, worse in pairwise(edges):
        assert better["pScore"] >= worse["pScore"]
    for edge in edges:
        assert 1 <= edge["rankLower"] <= edge["rank"] <= edge["rankUpper"] <= count
        assert 1 <= edge["estimate"]["lower"] <= edge["estimate"]["value"] <= edge["estimate"]["upper"] <= 5
        if edge["group"] == "BETTER_THAN_MOST":
            assert edge["rankUpper"] < (count + 1) / 2
        if edge["group"] == "WORSE_THAN_MOST":
            assert edge["rankLower"] > (count + 1) / 2


@pytest.mark.parametrize("minimum", [0, -1, -(2**31), 1_000_001, 2**31 - 1])
async def test_a_minimum_out_of_range(client: Client, minimum: int) -> None:
    assert await client.error(RANKING, minimum=minimum) == (
        "INVALID_ARGUMENT",
        f"`minRatings` must be from 1 to 1000000; it was {minimum}.",
    )


async def test_the_order_in_which_ratings_arrive_does_not_matter(empty_client: Client) -> None:
    for rating in reversed(GOUT):
        await add([rating])
    found = await ranking(empty_client, minimum=1)
    assert list(by_drug(found)) == ["allopurinol", "colchicine", "febuxostat", "naproxen"]
    assert_is_ranking_of(found, scores_for_gout("OVERALL"))
