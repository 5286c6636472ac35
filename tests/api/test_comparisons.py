"""Drugs side by side: differences, probabilities and head-to-heads, by hand and against published values."""

import base64
from itertools import combinations
from math import log, sqrt
from typing import Any

import pytest

from tests.api.conftest import Client, close
from tests.gout import CRITERIA, GOUT, add
from tests.reckoning import (
    EQUAL,
    Spread,
    answers_to,
    criterion,
    level_counts,
    ordinal_alpha,
    overall,
    p_scores,
    preference_probability,
    probabilities_best,
    probability_better,
    rank_limits,
    superiority,
)
from tests.written import all_equal, levels_of, on_one_criterion, written

ESTIMATE = "{ value lower upper outOf100 lowerOutOf100 upperOutOf100 }"
HEAD_TO_HEAD = "{ physicians wins losses ties meanDifference lower upper winShare winShareLower winShareUpper }"
PAIR = f"""first {{ slug }} second {{ slug }} difference {ESTIMATE} probabilityFirstBetter superiority
  headToHead {HEAD_TO_HEAD}"""
COMPARE = f"""query($drugs: [ID!]!, $weights: CriterionWeights, $by: RankBy, $indication: ID! = "gout") {{
  compare(drugIds: $drugs, indicationId: $indication, weights: $weights) {{
    indication {{ slug }} methodVersion priorVersion segment {{ kind value fallback }}
    drugs {{ drug {{ slug }} rank rankLower rankUpper pScore probabilityBest group estimate {ESTIMATE}
      score {{ ratingCount overall {ESTIMATE} }} }}
    pairs(criterion: $by) {{ {PAIR} }} }} }}"""

# Of the physicians of the table, p1 rated three drugs for gout, p2 two and p4 two.
THREE = ["febuxostat", "colchicine", "allopurinol"]


def ratings_of(drug: str) -> list[list[int | None]]:
    return [levels_of(rating) for rating in GOUT if (rating.drug, rating.indication) == (drug, "gout")]


def scores_of(drugs: list[str], by: str = "OVERALL", weights: tuple[float, ...] = EQUAL) -> dict[str, Spread]:
    if by == "OVERALL":
        return {drug: overall(ratings_of(drug), weights) for drug in drugs}
    position = CRITERIA.index(by.lower())
    return {drug: criterion(level_counts(answers_to(position, ratings_of(drug)))) for drug in drugs}


async def compare(client: Client, drugs: list[str], **arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = (await client.data(COMPARE, drugs=drugs, **arguments))["compare"]
    return found


def pairs_of(comparison: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(pair["first"]["slug"], pair["second"]["slug"]): pair for pair in comparison["pairs"]}


async def test_the_published_example(reference_client: Client) -> None:
    """A to D: P(mean A > mean B) .9730, P(mean B > mean C) .7086; superiority of A over B .6079, over D .7925."""
    found = await compare(reference_client, ["naproxen", "febuxostat", "allopurinol", "colchicine"], by="EFFICACY")
    pairs = pairs_of(found)
    a, b, c, d = "colchicine", "allopurinol", "febuxostat", "naproxen"
    # Nobody answered another criterion, so that the order overall is the one by efficacy.
    assert list(pairs) == [(a, b), (a, c), (a, d), (b, c), (b, d), (c, d)]
    assert pairs[a, b]["probabilityFirstBetter"] == pytest.approx(0.9730, abs=5e-5)
    assert pairs[b, c]["probabilityFirstBetter"] == pytest.approx(0.7086, abs=5e-5)
    assert pairs[a, b]["superiority"] == pytest.approx(0.6079, abs=5e-5)
    assert pairs[a, d]["superiority"] == pytest.approx(0.7925, abs=5e-5)
    # The differences of the published means, and 1.96 times the root of the sum of the squared deviations.
    difference = pairs[a, d]["difference"]
    half = 1.96 * sqrt(0.107975**2 + 0.108669**2)
    assert difference["value"] == pytest.approx(4.171429 - 3.233333, abs=2e-6)
    assert (difference["lower"], difference["upper"]) == pytest.approx(
        (difference["value"] - half, difference["value"] + half), abs=2e-6
    )
    assert {pair["headToHead"] is None for pair in pairs.values()} == {True}
    by_efficacy = (
        await reference_client.data(
            """{ compare(drugIds: ["colchicine", "allopurinol", "febuxostat", "naproxen"], indicationId: "gout",
                 weights: {efficacy: 5}) { priorVersion drugs { drug { slug } rank pScore } } }"""
        )
    )["compare"]
    assert by_efficacy["priorVersion"] == 1
    assert [(one["drug"]["slug"], one["rank"]) for one in by_efficacy["drugs"]] == [(a, 1), (b, 2), (c, 3), (d, 4)]
    assert [one["pScore"] for one in by_efficacy["drugs"]] == pytest.approx([0.9619, 0.5785, 0.4563, 0.0033], abs=5e-5)


@pytest.mark.parametrize(
    ("drugs", "weights", "shares"),
    [
        (["colchicine", "naproxen"], None, EQUAL),
        (THREE, None, EQUAL),
        ([*THREE, "naproxen"], None, EQUAL),
        ([*THREE, "naproxen"], {"accessibility": 4, "safety": 1}, (0, 1, 0, 4, 0, 0)),
    ],
)
async def test_drugs_in_the_order_of_their_ranks(
    client: Client, drugs: list[str], weights: dict[str, float] | None, shares: tuple[float, ...]
) -> None:
    found = await compare(client, drugs, weights=weights)
    scores = scores_of(drugs, weights=shares)
    expected, limits, best = p_scores(scores), rank_limits(scores), probabilities_best(scores)
    in_order = sorted(drugs, key=lambda drug: expected[drug], reverse=True)
    assert [one["drug"]["slug"] for one in found["drugs"]] == in_order
    assert [one["rank"] for one in found["drugs"]] == list(range(1, len(drugs) + 1))
    for one in found["drugs"]:
        drug = one["drug"]["slug"]
        assert (one["rankLower"], one["rankUpper"]) == limits[drug]
        assert one["pScore"] == pytest.approx(expected[drug])
        assert one["probabilityBest"] == pytest.approx(best[drug], abs=1e-3)
        assert one["estimate"]["value"] == pytest.approx(scores[drug][0])
        assert one["estimate"] == one["score"]["overall"]
        assert one["score"]["ratingCount"] == len(ratings_of(drug))
    assert sum(one["pScore"] for one in found["drugs"]) == pytest.approx(len(drugs) / 2)
    assert sum(one["probabilityBest"] for one in found["drugs"]) == pytest.approx(1)
    assert list(pairs_of(found)) == list(combinations(in_order, 2))
    assert found["indication"] == {"slug": "gout"}
    assert found["segment"] == {"kind": "EVERYBODY", "value": None, "fallback": False}
    assert (found["methodVersion"], found["priorVersion"]) == ("dirichlet-1", 0)


@pytest.mark.parametrize("by", ["OVERALL", *(name.upper() for name in CRITERIA)])
async def test_every_pair(client: Client, by: str) -> None:
    found = await compare(client, [*THREE, "naproxen"], by=by)
    scores = scores_of([*THREE, "naproxen"], by)
    pairs = pairs_of(found)
    assert len(pairs) == 6
    for (first, second), pair in pairs.items():
        value = scores[first][0] - scores[second][0]
        half = 1.96 * sqrt(scores[first][1] + scores[second][1])
        assert pair["difference"] == close(
            {
                "value": value,
                "lower": value - half,
                "upper": value + half,
                "outOf100": 25 * value,
                "lowerOutOf100": 25 * (value - half),
                "upperOutOf100": 25 * (value + half),
            }
        )
        assert pair["probabilityFirstBetter"] == pytest.approx(probability_better(scores[first], scores[second]))
        counts = {
            name: (
                level_counts(answers_to(position, ratings_of(first))),
                level_counts(answers_to(position, ratings_of(second))),
            )
            for position, name in enumerate(CRITERIA)
        }
        expected = (
            # A criterion drawn at random, each with the same chance.
            sum(superiority(*both) for both in counts.values()) / len(counts)
            if by == "OVERALL"
            else superiority(*counts[by.lower()])
        )
        assert pair["superiority"] == pytest.approx(expected)


async def test_superiority_by_hand(client: Client) -> None:
    """Efficacy of allopurinol 4 and 5, of colchicine 5, 4 and 3.

    Of six pairs of answers 4 > 3, 5 > 4 and 5 > 3 win, 4 = 4 and 5 = 5 are ties, and 4 < 5 loses: (3 + 1) / 6.
    """
    found = await compare(client, ["colchicine", "allopurinol"], by="EFFICACY")
    (pair,) = found["pairs"]
    assert (pair["first"]["slug"], pair["superiority"]) == ("allopurinol", pytest.approx(4 / 6))


async def test_the_weights_are_the_chances_of_the_criteria(client: Client) -> None:
    """Accessibility of allopurinol 5 and 5, of colchicine 5, 4 and 4: of six pairs four win and two tie, 5 / 6."""
    found = await compare(client, ["colchicine", "allopurinol"], weights={"efficacy": 3, "accessibility": 1})
    (pair,) = found["pairs"]
    assert pair["superiority"] == pytest.approx((3 * 4 / 6 + 5 / 6) / 4)


# By hand, from the table. Overall a physician's difference is that of the plain means over what both ratings answer.
# Allopurinol minus colchicine: p1 (-1 + 0 + 1 + 0 - 1 - 1) / 6 = -1/3; p2 (1 + 3 + 1 + 2) / 4 = 7/4.
# Allopurinol minus febuxostat: p1 (-1 + 1 + 0 + 3 - 1 + 0) / 6 = 1/3; p4 answers preference alone, 1 - 4 = -3.
# Colchicine minus febuxostat: p1 (0 + 1 - 1 + 3 + 0 + 1) / 6 = 2/3.
AC, AF, CF = ("allopurinol", "colchicine"), ("allopurinol", "febuxostat"), ("colchicine", "febuxostat")
BY_HAND: dict[str, dict[tuple[str, str], list[float]]] = {
    "OVERALL": {AC: [-1 / 3, 7 / 4], AF: [1 / 3, -3], CF: [2 / 3]},
    "EFFICACY": {AC: [-1, 1], AF: [-1], CF: [0]},
    "SAFETY": {AC: [0], AF: [1], CF: [1]},
    "ACCESSIBILITY": {AC: [0, 1], AF: [3], CF: [3]},
    "PREFERENCE": {AC: [-1, 2], AF: [0, -3], CF: [1]},
}
T_QUANTILES = {1: 12.706204736, 2: 4.302652730}
"""97.5 % of Student's t with one and two degrees of freedom, from a printed table."""


def wilson(wins: int, losses: int) -> tuple[float, float]:
    """Wilson's interval: the roots p of (share - p)² = z²·p·(1 - p) / n."""
    n, z = wins + losses, 1.959963985
    share = wins / n
    root = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle = share + z * z / (2 * n)
    return (middle - root) / (1 + z * z / n), (middle + root) / (1 + z * z / n)


@pytest.mark.parametrize("by", BY_HAND)
async def test_head_to_heads_by_hand(client: Client, by: str) -> None:
    pairs = pairs_of(await compare(client, THREE, by=by))
    assert list(pairs) == [AC, AF, CF]
    for pair, differences in BY_HAND[by].items():
        found = pairs[pair]["headToHead"]
        count = len(differences)
        wins = sum(difference > 0 for difference in differences)
        losses = sum(difference < 0 for difference in differences)
        mean = sum(differences) / count
        half = T_QUANTILES[count] * sqrt(1 + sum((difference - mean) ** 2 for difference in differences)) / count
        lowest, highest = wilson(wins, losses) if wins + losses else (None, None)
        assert found == {
            "physicians": count,
            "wins": wins,
            "losses": losses,
            "ties": count - wins - losses,
            "meanDifference": pytest.approx(mean),
            "lower": pytest.approx(max(-4, mean - half)),
            "upper": pytest.approx(min(4, mean + half)),
            "winShare": pytest.approx(wins / (wins + losses) if wins + losses else None),
            "winShareLower": pytest.approx(lowest, abs=1e-6),
            "winShareUpper": pytest.approx(highest, abs=1e-6),
        }


async def test_a_pair_that_nobody_rated_has_no_head_to_head(client: Client) -> None:
    pairs = pairs_of(await compare(client, ["naproxen", "colchicine"]))
    assert pairs["colchicine", "naproxen"]["headToHead"] is None


async def test_the_best_for_each_criterion(client: Client) -> None:
    """The means by hand, of colchicine, allopurinol and febuxostat, with an answer of each level added.

    Efficacy 27/8, 24/7, 24/7 · safety 22/7, 24/7, 20/7 · tolerability 22/8, 24/7, 23/7 · accessibility 28/8, 25/7, 20/7
    · adherence 22/7, 22/7, 23/7 · preference 26/8, 25/8, 23/7.
    """
    best = " ".join(
        f"{by}: bestFor(criterion: {by}) {{ drug {{ slug }} rank estimate {{ value }} }}"
        for by in ("OVERALL", "SAFETY", "TOLERABILITY", "ACCESSIBILITY", "ADHERENCE", "PREFERENCE")
    )
    found = (
        await client.data(
            f'query($drugs: [ID!]!) {{ compare(drugIds: $drugs, indicationId: "gout") {{ {best} }} }}', drugs=THREE
        )
    )["compare"]
    assert {by: (one["drug"]["slug"], one["estimate"]["value"], one["rank"]) for by, one in found.items()} == {
        "OVERALL": ("allopurinol", pytest.approx(161 / 48), 1),
        "SAFETY": ("allopurinol", pytest.approx(24 / 7), 1),
        "TOLERABILITY": ("allopurinol", pytest.approx(24 / 7), 1),
        "ACCESSIBILITY": ("allopurinol", pytest.approx(25 / 7), 1),
        "ADHERENCE": ("febuxostat", pytest.approx(23 / 7), 1),
        "PREFERENCE": ("febuxostat", pytest.approx(23 / 7), 1),
    }


async def test_a_drug_without_answers_is_not_the_best(empty_client: Client) -> None:
    """Febuxostat's safety was judged 1 throughout, colchicine's by nobody: expected at 3, but not the best by that."""
    await add(on_one_criterion("febuxostat", (5, 0, 0, 0, 0), "safety"))
    await add(on_one_criterion("colchicine", (0, 0, 5, 0, 0), "efficacy"))
    found = (
        await empty_client.data(
            """{ compare(drugIds: ["colchicine", "febuxostat"], indicationId: "gout") {
              safety: bestFor(criterion: SAFETY) { drug { slug } }
              efficacy: bestFor(criterion: EFFICACY) { drug { slug } }
              nobody: bestFor(criterion: ADHERENCE) { drug { slug } }
              pairs(criterion: SAFETY) { superiority headToHead { wins } }
              overall: pairs { superiority headToHead { wins } } agreement(criterion: SAFETY)
              preferenceOrder { rank ability } } }"""
        )
    )["compare"]
    assert found["safety"] == {"drug": {"slug": "febuxostat"}}
    assert found["efficacy"] == {"drug": {"slug": "colchicine"}}
    assert found["nobody"] is None
    assert found["pairs"] == found["overall"] == [{"superiority": None, "headToHead": None}]
    assert found["agreement"] is None
    assert found["preferenceOrder"] == [{"rank": None, "ability": None}] * 2


async def test_weights_that_nobody_answered(empty_client: Client) -> None:
    """Colchicine's safety was judged by nobody, so that it cannot be compared by safety alone."""
    await add(on_one_criterion("febuxostat", (5, 0, 0, 0, 0), "safety"))
    await add(on_one_criterion("colchicine", (0, 0, 5, 0, 0), "efficacy"))
    assert await empty_client.error(COMPARE, drugs=["colchicine", "febuxostat"], weights={"safety": 1}) == (
        "NOT_RATED",
        "Nobody has rated colchicine for this indication by any criterion that counts, so there is nothing to compare.",
    )
    both = await compare(empty_client, ["colchicine", "febuxostat"], weights={"safety": 1, "efficacy": 1})
    # Nobody answered a criterion about both; the means are 3 and (5 + 15) / 10 with one expected at 3 each.
    assert both["pairs"][0]["superiority"] is None
    assert [(one["drug"]["slug"], one["estimate"]["value"]) for one in both["drugs"]] == [
        ("colchicine", 3.0),
        ("febuxostat", pytest.approx((3 + 2) / 2)),
    ]


async def test_agreement(client: Client) -> None:
    """Krippendorff's alpha, reckoned from its definition; naproxen has a single answer and does not count."""
    fields = " ".join(f"{name}: agreement(criterion: {name.upper()})" for name in CRITERIA)
    found = (
        await client.data(
            f'{{ compare(drugIds: ["colchicine", "allopurinol", "febuxostat", "naproxen"], indicationId: "gout") '
            f"{{ {fields} }} }}"
        )
    )["compare"]
    for position, name in enumerate(CRITERIA):
        counts = [level_counts(answers_to(position, ratings_of(drug))) for drug in [*THREE, "naproxen"]]
        assert found[name] == pytest.approx(ordinal_alpha(counts))


async def test_full_agreement_and_none(empty_client: Client) -> None:
    await add(all_equal(("p1", "p2"), "colchicine", 5))
    await add(all_equal(("p1", "p2"), "allopurinol", 2))
    await add([written("p3", "febuxostat", [5] * 6), written("p4", "febuxostat", [2] * 6)])
    found = await empty_client.data(
        """{ full: compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") {
                agreement(criterion: SAFETY) }
              some: compare(drugIds: ["colchicine", "allopurinol", "febuxostat"], indicationId: "gout") {
                agreement(criterion: SAFETY) } }"""
    )
    # Of three drugs only febuxostat divides them: observed one pair of six answers, expected nine of thirty: 1 - 2/3.6.
    assert found == {"full": {"agreement": 1.0}, "some": {"agreement": pytest.approx(1 - 2 / 3.6)}}


ORDER = (
    'query($by: RankBy, $drugs: [ID!]!) { compare(drugIds: $drugs, indicationId: "gout") { '
    "preferenceOrder(criterion: $by) { drug { slug } rank ability } } }"
)


async def preference_order(client: Client, by: str, drugs: list[str]) -> dict[str, tuple[int | None, float | None]]:
    found = (await client.data(ORDER, by=by, drugs=drugs))["compare"]["preferenceOrder"]
    return {one["drug"]["slug"]: (one["rank"], one["ability"]) for one in found}


async def test_the_preference_order_by_hand(client: Client) -> None:
    """Allopurinol and colchicine beat each other once, allopurinol and febuxostat too, and colchicine febuxostat once.

    So allopurinol lies half way, at 0, between colchicine at x and febuxostat at -x, and colchicine's
    two wins of three are expected if 2 / (1 + exp(-x)) + 1 / (1 + exp(-2x)) = 2. With u = exp(x) that is u³ - u² = 2.
    """
    found = await preference_order(client, "OVERALL", [*THREE, "naproxen"])
    u = 1.695620769559862
    assert u**3 - u**2 == pytest.approx(2)
    assert found == {
        "colchicine": (1, pytest.approx(log(u))),
        "allopurinol": (2, pytest.approx(0, abs=1e-6)),
        "febuxostat": (3, pytest.approx(-log(u))),
        # Nobody who rated naproxen rated another one.
        "naproxen": (None, None),
    }
    assert list(found) == ["colchicine", "allopurinol", "febuxostat", "naproxen"]
    expected = 2 * preference_probability(log(u), 0) + preference_probability(log(u), -log(u))
    assert expected == pytest.approx(2)


async def test_a_preference_order_where_somebody_never_lost(client: Client) -> None:
    """By efficacy p4 has no say, p1 prefers febuxostat to allopurinol, and p1 and p2 are at odds over colchicine.

    Febuxostat never lost, so half a win is added to both sides of each compared pair: 1.5 to 1.5 and 1.5 to 0.5. That
    puts allopurinol and colchicine level, and febuxostat log 3 above; the mean is 0.
    """
    found = await preference_order(client, "EFFICACY", THREE)
    assert found == {
        "febuxostat": (1, pytest.approx(2 * log(3) / 3)),
        "colchicine": (2, pytest.approx(-log(3) / 3)),
        "allopurinol": (2, pytest.approx(-log(3) / 3)),
    }


async def test_twenty_drugs(simulated_client: Client) -> None:
    """As many as can be compared: 190 pairs, each once, the higher-ranked drug first."""
    data = await simulated_client.data(
        '{ indication(id: "hypertension") { ranking(first: 20, minRatings: 1) { edges { node { drug { slug } } } } } }'
    )
    drugs = [edge["node"]["drug"]["slug"] for edge in data["indication"]["ranking"]["edges"]]
    assert len(drugs) == 20
    found = await compare(simulated_client, drugs[::-1], indication="hypertension")
    in_order = [one["drug"]["slug"] for one in found["drugs"]]
    assert sorted(in_order) == sorted(drugs)
    assert [one["rank"] for one in found["drugs"]] == list(range(1, 21))
    assert sum(one["pScore"] for one in found["drugs"]) == pytest.approx(10)
    assert list(pairs_of(found)) == list(combinations(in_order, 2))
    by_drug = {one["drug"]["slug"]: one for one in found["drugs"]}
    expected = dict.fromkeys(in_order, 0.0)
    for (first, second), pair in pairs_of(found).items():
        apart = by_drug[first]["estimate"]["value"] - by_drug[second]["estimate"]["value"]
        assert pair["difference"]["value"] == pytest.approx(apart)
        expected[first] += pair["probabilityFirstBetter"] / 19
        expected[second] += (1 - pair["probabilityFirstBetter"]) / 19
    assert {drug: one["pScore"] for drug, one in by_drug.items()} == pytest.approx(expected)


async def test_ids_slugs_and_both(client: Client) -> None:
    data = await client.data(
        '{ a: drug(id: "colchicine") { id } b: drug(id: "allopurinol") { id } indication(id: "gout") { id } }'
    )
    first, second, gout = data["a"]["id"], data["b"]["id"], data["indication"]["id"]
    expected = await compare(client, ["colchicine", "allopurinol"])
    assert await compare(client, [first, second], indication=gout) == expected
    assert await compare(client, [first, "allopurinol"]) == expected
    assert await compare(client, ["allopurinol", first], indication=gout) == expected


async def test_a_new_rating_moves_the_head_to_head(writing_client: Client) -> None:
    """p5 rated naproxen 3, 2, 3, 5, 4, 3 and now colchicine 5 throughout: +2, +3, +2, 0, +1, +2, on average 10 / 6."""
    before = await compare(writing_client, ["colchicine", "naproxen"])
    assert before["pairs"][0]["headToHead"] is None
    await add([written("p5", "colchicine", [5] * 6, specialty="Internal Medicine", country="IN", years=26)])
    (pair,) = (await compare(writing_client, ["colchicine", "naproxen"]))["pairs"]
    head_to_head = pair["headToHead"]
    assert (pair["first"]["slug"], head_to_head["physicians"], head_to_head["wins"]) == ("colchicine", 1, 1)
    assert head_to_head["meanDifference"] == pytest.approx(10 / 6)
    # One physician decides nothing: the interval is the whole scale.
    assert (head_to_head["lower"], head_to_head["upper"]) == (-4, 4)


def id_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"drugs": []}, "INVALID_ARGUMENT", "`drugIds` takes 2 to 20 drugs; it had 0."),
    ({"drugs": ["colchicine"]}, "INVALID_ARGUMENT", "`drugIds` takes 2 to 20 drugs; it had 1."),
    ({"drugs": ["colchicine"] * 21}, "INVALID_ARGUMENT", "`drugIds` takes 2 to 20 drugs; it had 21."),
    ({"drugs": ["colchicine", "no-such"]}, "UNKNOWN_ID", "There is no drug no-such in the catalogue."),
    (
        {"drugs": ["no-such", "colchicine", "nothing"]},
        "UNKNOWN_ID",
        "There is no drug no-such, nothing in the catalogue.",
    ),
    ({"drugs": ["colchicine", "%"]}, "INVALID_ID", "`drugIds`: '%' is neither an id nor a slug."),
    (
        {"drugs": ["colchicine", id_of("Indication:1")]},
        "WRONG_ID_TYPE",
        f"`drugIds`: '{id_of('Indication:1')}' is the id of an Indication, not of a Drug.",
    ),
    (
        {"drugs": ["colchicine", "allopurinol"], "indication": "no-such"},
        "UNKNOWN_ID",
        "There is no indication no-such in the catalogue.",
    ),
    (
        {"drugs": ["colchicine", "allopurinol"], "indication": ""},
        "INVALID_ID",
        "`indicationId`: '' is neither an id nor a slug.",
    ),
    (
        {"drugs": ["colchicine", "lisinopril"]},
        "NOT_RATED",
        "Nobody has rated lisinopril for this indication, so there is nothing to compare.",
    ),
    (
        {"drugs": ["lisinopril", "colchicine", "azapropazone"]},
        "NOT_RATED",
        "Nobody has rated lisinopril, azapropazone for this indication, so there is nothing to compare.",
    ),
    (
        {"drugs": ["colchicine", "allopurinol"], "indication": "gout-prevention"},
        "NOT_RATED",
        "Nobody has rated allopurinol for this indication, so there is nothing to compare.",
    ),
    (
        {"drugs": ["colchicine", "allopurinol"], "indication": "hypertension"},
        "NOT_RATED",
        "Nobody has rated colchicine, allopurinol for this indication, so there is nothing to compare.",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "message"), REFUSED)
async def test_drugs_that_cannot_be_compared(
    client: Client, arguments: dict[str, object], code: str, message: str
) -> None:
    assert await client.error(COMPARE, **arguments) == (code, message)


async def test_the_same_drug_twice(client: Client) -> None:
    drug = (await client.data('{ drug(id: "colchicine") { id } }'))["drug"]["id"]
    for drugs in (
        ["colchicine", "colchicine"],
        ["colchicine", "allopurinol", "colchicine"],
        [drug, drug],
        [drug, "colchicine"],
        ["colchicine", "allopurinol", drug],
    ):
        assert await client.error(COMPARE, drugs=drugs) == (
            "INVALID_ARGUMENT",
            "colchicine is to be compared with itself: name each drug once.",
        )


async def test_a_refusal_names_a_drug_as_people_do(client: Client) -> None:
    """Also a drug that was given by its id."""
    unrated = (await client.data('{ drug(id: "lisinopril") { id } }'))["drug"]["id"]
    assert await client.error(COMPARE, drugs=["colchicine", unrated]) == (
        "NOT_RATED",
        "Nobody has rated lisinopril for this indication, so there is nothing to compare.",
    )


async def test_a_refusal_repeats_an_unknown_id(client: Client) -> None:
    """The id as it was given: a key of the database means nothing to who asks."""
    unknown = id_of("Drug:999999")
    code, message = await client.error(COMPARE, drugs=["colchicine", unknown])
    assert code == "UNKNOWN_ID"
    assert unknown in message
