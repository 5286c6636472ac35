"""Scores with their intervals, to the last digit: by hand, or reckoned in plain Python from the same ratings."""

from typing import Any

import numpy as np
import pytest

from tests.api.conftest import Client, close
from tests.gout import CRITERIA, GOUT, add
from tests.reckoning import (
    EQUAL,
    Levels,
    answers_to,
    beta_interval,
    criterion,
    level_counts,
    normal_interval,
    overall,
)
from tests.written import all_equal, levels_of, on_one_criterion, written

ESTIMATE = "{ value lower upper outOf100 lowerOutOf100 upperOutOf100 }"
SCORE = f"""fragment score on Score {{ ratingCount evidence methodVersion priorVersion
  segment {{ kind value fallback }} suppressed {{ reason threshold }} overall {ESTIMATE}
  criteria {{ criterion ratingCount rawMean distribution divided estimate {ESTIMATE} }} }}"""
EVERYBODY = {"kind": "EVERYBODY", "value": None, "fallback": False}


def gout_levels(drug: str, indication: str | None = "gout") -> list[Levels]:
    return [levels_of(rating) for rating in GOUT if rating.drug == drug and indication in (rating.indication, None)]


def assert_scales_agree(estimate: dict[str, float]) -> None:
    """0 to 100 says the same as 1 to 5."""
    for name, out_of_100 in (("value", "outOf100"), ("lower", "lowerOutOf100"), ("upper", "upperOutOf100")):
        assert estimate[out_of_100] == pytest.approx(25 * (estimate[name] - 1))


def assert_is_score_of(score: dict[str, Any], ratings: list[Levels], weights: tuple[float, ...] = EQUAL) -> None:
    """The whole score against what plain Python makes of fewer than ten ratings under the built-in prior."""
    mean, variance = overall(ratings, weights)
    lower, upper = beta_interval((mean, variance))
    assert score["ratingCount"] == len(ratings)
    assert score["overall"]["value"] == pytest.approx(mean)
    assert (score["overall"]["lower"], score["overall"]["upper"]) == pytest.approx((lower, upper))
    assert_scales_agree(score["overall"])
    for position, shown in enumerate(score["criteria"]):
        answers = answers_to(position, ratings)
        assert shown["criterion"] == CRITERIA[position].upper()
        assert (shown["ratingCount"], shown["distribution"]) == (len(answers), level_counts(answers))
        if not answers:
            assert (shown["rawMean"], shown["divided"], shown["estimate"]) == (None, None, None)
            continue
        assert shown["rawMean"] == pytest.approx(sum(answers) / len(answers))
        assert shown["estimate"]["value"] == pytest.approx(criterion(level_counts(answers))[0])
        assert shown["estimate"]["lower"] < shown["estimate"]["value"] < shown["estimate"]["upper"]
        assert_scales_agree(shown["estimate"])


async def test_a_score_for_one_indication_over_all_and_of_a_treatment(client: Client) -> None:
    data = await client.data(
        """{ drug(id: "colchicine") {
          gout: score(indicationId: "gout") { ...score }
          all: score { ...score }
          treatments { edges { node { indication { slug } score { ...score } } } }
        } } """
        + SCORE
    )
    drug = data["drug"]

    assert_is_score_of(drug["gout"], gout_levels("colchicine"))
    assert_is_score_of(drug["all"], gout_levels("colchicine", None))
    for score in (drug["gout"], drug["all"]):
        assert (score["evidence"], score["suppressed"], score["segment"]) == ("EARLY", None, EVERYBODY)
        assert (score["methodVersion"], score["priorVersion"]) == ("dirichlet-1", 0)
    of_treatments = {edge["node"]["indication"]["slug"]: edge["node"]["score"] for edge in drug["treatments"]["edges"]}
    assert of_treatments["gout"] == close(drug["gout"])
    assert_is_score_of(of_treatments["gout-prevention"], gout_levels("colchicine", "gout-prevention"))


async def test_a_criterion_by_hand(client: Client) -> None:
    """Colchicine for gout: efficacy was judged 5, 4 and 3, and safety 4 and 3; five prior answers, one of each level.

    Efficacy: the parameters are 1, 1, 2, 2, 2, together 8. Their mean is (1 + 2 + 6 + 8 + 10) / 8 = 27 / 8.
    The answers' variance is 2 / 3 around 4, and the largest possible one is 4: 1 / 6 divided.
    Safety: the parameters are 1, 1, 2, 2, 1, together 7, with the mean (1 + 2 + 6 + 8 + 5) / 7 = 22 / 7; the variance
    is 1 / 4, so 1 / 16 divided.
    """
    data = await client.data(
        """{ drug(id: "colchicine") { score(indicationId: "gout") {
          criteria { ...all } criterion(name: SAFETY) { ...all } } } }
        fragment all on CriterionScore { criterion ratingCount rawMean distribution divided
          estimate { value outOf100 } }"""
    )
    efficacy, safety, *_ = data["drug"]["score"]["criteria"]
    assert efficacy == {
        "criterion": "EFFICACY",
        "ratingCount": 3,
        "rawMean": 4.0,
        "distribution": [0, 0, 1, 1, 1],
        "divided": pytest.approx(1 / 6),
        "estimate": {"value": 3.375, "outOf100": 59.375},
    }
    assert safety == data["drug"]["score"]["criterion"]
    assert safety == {
        "criterion": "SAFETY",
        "ratingCount": 2,
        "rawMean": 3.5,
        "distribution": [0, 0, 1, 1, 0],
        "divided": pytest.approx(1 / 16),
        "estimate": {"value": pytest.approx(22 / 7), "outOf100": pytest.approx(25 * 15 / 7)},
    }


async def test_the_overall_is_the_mean_of_the_criteria(client: Client) -> None:
    """Allopurinol by hand, with an answer of each level added to each criterion.

    Efficacy, safety and tolerability were judged 4 and 5, (15 + 9) / 7; accessibility 5 and 5, 25 / 7; adherence 3 and
    4, 22 / 7; preference 4, 5 and 1, 25 / 8. The mean of the six is (119 / 7 + 25 / 8) / 6 = 161 / 48.
    """
    data = await client.data('{ drug(id: "allopurinol") { score(indicationId: "gout") { overall { value } } } }')
    assert data["drug"]["score"]["overall"]["value"] == pytest.approx(161 / 48)


async def test_intervals_of_few_answers_hold_95_percent_of_the_posterior(client: Client) -> None:
    """The exact limits against a million draws from the Dirichlet distribution; its error here is about 0.00016."""
    data = await client.data(
        """{ colchicine: drug(id: "colchicine") { score { criteria { estimate { lower upper } } } }
             naproxen: drug(id: "naproxen") { score { criteria { estimate { lower upper } } } } }"""
    )
    random = np.random.default_rng(20260504)
    for drug, found in data.items():
        for position, shown in enumerate(found["score"]["criteria"]):
            counts = level_counts(answers_to(position, gout_levels(drug, None)))
            draws = random.dirichlet([count + 1 for count in counts], 1_000_000) @ [1, 2, 3, 4, 5]
            assert (draws <= shown["estimate"]["lower"]).mean() == pytest.approx(0.025, abs=0.001)
            assert (draws >= shown["estimate"]["upper"]).mean() == pytest.approx(0.025, abs=0.001)


async def test_intervals_of_many_answers_are_the_normal_distributions(reference_client: Client) -> None:
    """The worked example: means and deviations are published with six decimals; three answers have other limits."""
    data = await reference_client.data(
        """{ A: drug(id: "colchicine") { ...efficacy } B: drug(id: "allopurinol") { ...efficacy }
             C: drug(id: "febuxostat") { ...efficacy } D: drug(id: "naproxen") { ...efficacy } }
        fragment efficacy on Drug { score(indicationId: "gout") { priorVersion criterion(name: EFFICACY) {
          ratingCount rawMean estimate { value lower upper } } } }"""
    )
    published = {
        "A": (50, 4.38, 4.171429, 0.107975),
        "B": (1000, 3.96, 3.953922, 0.032865),
        "C": (3, 5.00, 3.826087, None),
        "D": (100, 3.15, 3.233333, 0.108669),
    }
    for name, (count, raw, mean, deviation) in published.items():
        score = data[name]["score"]
        assert score["priorVersion"] == 1
        shown = score["criterion"]
        assert (shown["ratingCount"], shown["rawMean"]) == (count, pytest.approx(raw))
        assert shown["estimate"]["value"] == pytest.approx(mean, abs=5e-7)
        if deviation is not None:
            limits = (mean - 1.96 * deviation, mean + 1.96 * deviation)
            assert (shown["estimate"]["lower"], shown["estimate"]["upper"]) == pytest.approx(limits, abs=2e-6)


async def test_ten_ratings_are_enough_for_the_normal_interval(empty_client: Client) -> None:
    answers = [5, 4, 4, 3, 5, 2, 4, 5, 1, 4]
    ratings: list[Levels] = [[answer, None, 6 - answer, 3, None, answer] for answer in answers]
    await add(written(f"p{number}", "colchicine", levels) for number, levels in enumerate(ratings))
    data = await empty_client.data(
        '{ drug(id: "colchicine") { score { overall { ...limits } criteria { estimate { ...limits } } } } } '
        "fragment limits on Estimate { value lower upper }"
    )
    score = data["drug"]["score"]

    mean, variance = overall(ratings)
    assert score["overall"]["value"] == pytest.approx(mean)
    lower, upper = normal_interval((mean, variance))
    assert (score["overall"]["lower"], score["overall"]["upper"]) == pytest.approx((lower, upper))
    for position, shown in enumerate(score["criteria"]):
        counts = level_counts(answers_to(position, ratings))
        if not sum(counts):
            assert shown["estimate"] is None
            continue
        of_criterion = criterion(counts)
        assert shown["estimate"]["value"] == pytest.approx(of_criterion[0])
        found = (shown["estimate"]["lower"], shown["estimate"]["upper"])
        assert found == pytest.approx(normal_interval(of_criterion))


async def test_an_unrated_drug_says_why_there_is_no_score(client: Client) -> None:
    data = await client.data(
        """{ drug(id: "lisinopril") { all: score { ...score } gout: score(indicationId: "gout") { ...score }
             german: score(segment: {country: "DE"}) { ...score } } } """
        + SCORE
    )
    nothing = {
        "ratingCount": 0,
        "evidence": "NONE",
        "methodVersion": "dirichlet-1",
        "priorVersion": 0,
        "suppressed": {"reason": "TOO_FEW_RATINGS", "threshold": 1},
        "overall": None,
        "criteria": [
            {
                "criterion": name.upper(),
                "ratingCount": 0,
                "rawMean": None,
                "distribution": [0, 0, 0, 0, 0],
                "divided": None,
                "estimate": None,
            }
            for name in CRITERIA
        ],
    }
    for name, score in data["drug"].items():
        assert score.pop("segment") == {**EVERYBODY, "fallback": name == "german"}
        assert score == nothing


async def test_an_answered_criterion_alone_is_enough_for_a_score(empty_client: Client) -> None:
    """One physician answers preference with 1: (15 + 1) / 6; the other criteria are expected at 3.

    The overall is (5 · 3 + 16 / 6) / 6 = 53 / 18. By weights of unanswered criteria alone there is nothing to show.
    """
    await add([written("p4", "allopurinol", [None] * 5 + [1])])
    data = await empty_client.data(
        """{ drug(id: "allopurinol") { score { ratingCount evidence suppressed { reason } overall { value }
          criteria { ratingCount divided estimate { value } } }
          safety: score(weights: {safety: 1}) { ratingCount evidence suppressed { reason threshold } overall { value }
            criterion(name: PREFERENCE) { estimate { value } } }
          both: score(weights: {safety: 1, preference: 3}) { evidence overall { value } } } }"""
    )
    assert data["drug"]["score"] == {
        "ratingCount": 1,
        "evidence": "EARLY",
        "suppressed": None,
        "overall": {"value": pytest.approx(53 / 18)},
        "criteria": [{"ratingCount": 0, "divided": None, "estimate": None}] * 5
        + [{"ratingCount": 1, "divided": None, "estimate": {"value": pytest.approx(16 / 6)}}],
    }
    assert data["drug"]["safety"] == {
        "ratingCount": 1,
        "evidence": "NONE",
        "suppressed": {"reason": "TOO_FEW_RATINGS", "threshold": 1},
        "overall": None,
        "criterion": {"estimate": {"value": pytest.approx(16 / 6)}},
    }
    assert data["drug"]["both"] == {"evidence": "EARLY", "overall": {"value": pytest.approx((3 + 3 * 16 / 6) / 4)}}


WEIGHTED = 'query($w: CriterionWeights) { drug(id: "colchicine") { score(weights: $w) { ...score } } } ' + SCORE


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({"efficacy": 2, "safety": 1}, (2, 1, 0, 0, 0, 0)),
        ({"efficacy": 1, "safety": 0.5}, (2, 1, 0, 0, 0, 0)),
        ({"efficacy": 2e-300, "safety": 1e-300}, (2, 1, 0, 0, 0, 0)),
        ({"efficacy": 1e308, "safety": 1e308, "preference": 1e308}, (1, 1, 0, 0, 0, 1)),
        ({"efficacy": 5e-324}, (1, 0, 0, 0, 0, 0)),
        ({"efficacy": 1e308, "preference": 5e-324}, (1, 0, 0, 0, 0, 0)),
        ({"efficacy": None, "adherence": 3}, (0, 0, 0, 0, 1, 0)),
        (dict.fromkeys(CRITERIA, 7), EQUAL),
        (None, EQUAL),
    ],
)
async def test_only_the_proportions_of_weights_matter(
    client: Client, weights: dict[str, float | None] | None, shares: tuple[float, ...]
) -> None:
    data = await client.data(WEIGHTED, w=weights)
    assert_is_score_of(data["drug"]["score"], gout_levels("colchicine", None), shares)


@pytest.mark.parametrize("name", CRITERIA)
async def test_one_weight_alone_is_that_criterions_score(client: Client, name: str) -> None:
    data = await client.data(
        'query($w: CriterionWeights, $name: Criterion!) { drug(id: "colchicine") { score(weights: $w) { '
        "overall { value outOf100 } criterion(name: $name) { estimate { value outOf100 } } } } }",
        w={name: 0.3},
        name=name.upper(),
    )
    score = data["drug"]["score"]
    assert score["overall"] == pytest.approx(score["criterion"]["estimate"])


async def test_weights_leave_the_criteria_as_they_are(client: Client) -> None:
    plain = (await client.data(WEIGHTED))["drug"]["score"]
    weighted = (await client.data(WEIGHTED, w={"safety": 1}))["drug"]["score"]
    assert weighted["criteria"] == close(plain["criteria"])
    assert weighted["overall"] != plain["overall"]


async def test_many_scores_in_one_request_do_not_mix(client: Client) -> None:
    """The same field by several names, each with arguments of its own."""
    aliases = {name: f"score(weights: {{{name}: 1}}) {{ overall {{ value }} }}" for name in CRITERIA}
    data = await client.data(
        '{ drugs(ids: ["colchicine", "allopurinol", "naproxen"]) { edges { node { slug '
        + " ".join(f"{name}: {field}" for name, field in aliases.items())
        + " } } } }"
    )
    for edge in data["drugs"]["edges"]:
        drug = edge["node"]
        for position, name in enumerate(CRITERIA):
            counts = level_counts(answers_to(position, gout_levels(drug["slug"], None)))
            assert drug[name]["overall"]["value"] == pytest.approx(criterion(counts)[0])


async def test_evidence_grows_with_the_count(empty_client: Client) -> None:
    """Physicians who agree fully: the interval, reckoned in plain Python, is narrow, and the count decides."""
    expected = {
        "colchicine": (9, "EARLY"),
        "allopurinol": (10, "MODERATE"),
        "febuxostat": (29, "MODERATE"),
        "naproxen": (30, "STRONG"),
    }
    for drug, (ratings, evidence) in expected.items():
        await add(all_equal([f"p{number}" for number in range(ratings)], drug, 4))
        data = await empty_client.data(
            "query($drug: ID!) { drug(id: $drug) { score { ratingCount evidence overall { lower upper } } } }",
            drug=drug,
        )
        score = data["drug"]["score"]
        assert (score["ratingCount"], score["evidence"]) == (ratings, evidence)
        levels: list[Levels] = [[4] * 6] * ratings
        interval = beta_interval if ratings < 10 else normal_interval
        lower, upper = interval(overall(levels))
        assert (score["overall"]["lower"], score["overall"]["upper"]) == pytest.approx((lower, upper))
        assert upper - lower < (0.5 if ratings >= 29 else 1.0)


async def test_evidence_needs_a_narrow_interval_too(empty_client: Client) -> None:
    """Half the physicians give 1 throughout, half 5: with 10 and 40 ratings the intervals are wider than 1 and 0.5."""
    await add(all_equal([f"a{number}" for number in range(5)], "colchicine", 1))
    await add(all_equal([f"b{number}" for number in range(5)], "colchicine", 5))
    await add(all_equal([f"a{number}" for number in range(20)], "allopurinol", 1))
    await add(all_equal([f"b{number}" for number in range(20)], "allopurinol", 5))
    data = await empty_client.data(
        '{ few: drug(id: "colchicine") { score { ...width } } many: drug(id: "allopurinol") { score { ...width } } } '
        "fragment width on Score { ratingCount evidence overall { lower upper } criterion(name: SAFETY) { divided } }"
    )
    few, many = data["few"]["score"], data["many"]["score"]
    for score, pairs, width in ((few, 5, 1.0), (many, 20, 0.5)):
        ratings: list[Levels] = [*[[1] * 6] * pairs, *[[5] * 6] * pairs]
        lower, upper = normal_interval(overall(ratings))
        assert upper - lower > width
        assert (score["overall"]["lower"], score["overall"]["upper"]) == pytest.approx((lower, upper))
        assert score["criterion"]["divided"] == 1.0
    assert (few["ratingCount"], few["evidence"]) == (10, "EARLY")
    assert (many["ratingCount"], many["evidence"]) == (40, "MODERATE")


async def test_criteria_that_go_together_make_the_overall_less_certain(empty_client: Client) -> None:
    """Two drugs with the same counts on every criterion; who answers the first highly does so throughout."""
    together: list[Levels] = [[level] * 6 for level in (1, 2, 3, 4, 5) for _ in range(12)]
    apart: list[Levels] = [
        [(level + shift * position) % 5 + 1 for position in range(6)] for level in range(5) for shift in range(12)
    ]
    await add(written(f"a{number}", "colchicine", levels) for number, levels in enumerate(together))
    await add(written(f"b{number}", "allopurinol", levels) for number, levels in enumerate(apart))
    data = await empty_client.data(
        '{ a: drug(id: "colchicine") { score { ...both } } b: drug(id: "allopurinol") { score { ...both } } } '
        "fragment both on Score { overall { value lower upper } criteria { distribution } }"
    )
    first, second = data["a"]["score"], data["b"]["score"]
    assert first["criteria"] == second["criteria"] == [{"distribution": [12] * 5}] * 6
    for score, ratings in ((first, together), (second, apart)):
        lower, upper = normal_interval(overall(ratings))
        assert (score["overall"]["value"], score["overall"]["lower"], score["overall"]["upper"]) == pytest.approx(
            (3.0, lower, upper)
        )
    assert (
        first["overall"]["upper"] - first["overall"]["lower"] > second["overall"]["upper"] - second["overall"]["lower"]
    )


async def test_shrinkage_keeps_three_perfect_ratings_from_winning(reference_client: Client) -> None:
    """Drug C of the worked example: three answers of 5 are (15 + 73) / 23, below the 4.38 · 50 + 73 over 70 of A."""
    data = await reference_client.data(
        '{ A: drug(id: "colchicine") { score(weights: {efficacy: 1}) { overall { value } } } '
        'C: drug(id: "febuxostat") { score(weights: {efficacy: 1}) { overall { value } } } }'
    )
    values = {name: found["score"]["overall"]["value"] for name, found in data.items()}
    assert values == pytest.approx({"A": (4.38 * 50 + 73) / 70, "C": (15 + 73) / 23})


async def test_the_order_in_which_ratings_arrive_does_not_matter(empty_client: Client) -> None:
    query = '{ drug(id: "colchicine") { score { ...score } } } ' + SCORE
    ratings = [rating for rating in GOUT if rating.drug == "colchicine" and rating.indication == "gout"]
    for rating in reversed(ratings):
        await add([rating])
    found = (await empty_client.data(query))["drug"]["score"]
    assert_is_score_of(found, gout_levels("colchicine"))


async def test_an_answer_on_one_criterion_moves_no_other(writing_client: Client) -> None:
    query = '{ drug(id: "colchicine") { score(indicationId: "gout") { ...score } } } ' + SCORE
    before = (await writing_client.data(query))["drug"]["score"]
    await add(on_one_criterion("colchicine", (0, 0, 0, 0, 1)))
    after = (await writing_client.data(query))["drug"]["score"]
    assert after["criteria"][1:] == close(before["criteria"][1:])
    assert_is_score_of(after, [*gout_levels("colchicine"), [5, None, None, None, None, None]])
