"""Trends at a fixed time: months, the two periods, and the correction for looking at many drugs at once."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest

from tests.api.conftest import Client, client_of, close
from tests.gout import CRITERIA, GoutRating, add
from tests.reckoning import (
    NORMAL,
    Expectation,
    Levels,
    Spread,
    benjamini_hochberg,
    beta_interval,
    criterion,
    level_counts,
    overall,
)
from tests.written import SOME_TIME, on_one_criterion, store_prior, written

NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
"""90 days before it is 12 July, so that the recent period begins with July and the earlier one with July of 2025."""

ESTIMATE = "{ value lower upper outOf100 }"
TREND = f"""query($drug: ID!, $indication: ID, $by: RankBy, $months: Int, $weights: CriterionWeights, $prior: Int) {{
  drug(id: $drug) {{ trend(indicationId: $indication, criterion: $by, months: $months, weights: $weights,
      priorVersion: $prior) {{
    priorVersion methodVersion points {{ month ratingCount estimate {ESTIMATE} }}
    recent {{ from before ratingCount estimate {ESTIMATE} }} earlier {{ from before ratingCount estimate {ESTIMATE} }}
    change {{ difference {ESTIMATE} probability adjustedProbability comparedDrugs differs }} }} }} }}"""


@pytest.fixture
async def october(catalogue_url: str) -> AsyncIterator[Client]:
    """The API on 10 October 2026, over the real catalogue without ratings."""
    async with client_of(catalogue_url, lambda: NOW) as client:
        yield client


async def trend(client: Client, drug: str = "colchicine", **arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = (await client.data(TREND, drug=drug, **arguments))["drug"]["trend"]
    return found


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


# All six criteria get the same answer, so that one expectation holds for each of them.
ANSWERS = {
    "2025-06": [1, 1],
    "2025-07": [4, 5],
    "2026-01": [5],
    "2026-06": [4, 3, 4],
    "2026-07": [2],
    "2026-09": [1, 2, 2],
    "2026-10": [2],
}
EARLIER = [*ANSWERS["2025-07"], *ANSWERS["2026-01"], *ANSWERS["2026-06"]]
RECENT = [*ANSWERS["2026-07"], *ANSWERS["2026-09"], *ANSWERS["2026-10"]]


def by_month(drug: str = "colchicine", indication: str = "gout") -> Iterator[GoutRating]:
    for month, answers in ANSWERS.items():
        for number, answer in enumerate(answers):
            at = on(f"{month}-05")
            yield written(f"{month}-{number}", drug, [answer] * 6, indication=indication, at=at)


def own_record(answers: Sequence[int], prior: Expectation | None = None) -> Expectation:
    """What a drug's own answers and the prior lead to expect of a period, for five answers."""
    before = prior or Expectation()
    total = len(answers) + before.strength
    shares = (
        (count + before.strength * share) / total
        for count, share in zip(level_counts(answers), before.shares, strict=True)
    )
    return Expectation(tuple(Fraction(share) for share in shares), 5, before.within, before.between)


def of_period(answers: Sequence[int], both: Sequence[int], prior: Expectation | None = None) -> Spread:
    """The overall score of a period in which these answers were given, to all criteria alike."""
    ratings: list[Levels] = [[answer] * 6 for answer in answers]
    return overall(ratings, prior=own_record(both, prior))


def shown(score: Spread) -> dict[str, Any]:
    lower, upper = beta_interval(score)
    return {
        "value": pytest.approx(score[0]),
        "lower": pytest.approx(lower),
        "upper": pytest.approx(upper),
        "outOf100": pytest.approx(25 * (score[0] - 1)),
    }


async def test_points_month_by_month(october: Client) -> None:
    await add(by_month())
    points = (await trend(october))["points"]
    assert [point["month"] for point in points] == [
        *(f"2024-{month:02}" for month in (11, 12)),
        *(f"2025-{month:02}" for month in range(1, 13)),
        *(f"2026-{month:02}" for month in range(1, 11)),
    ]
    every = [answer for answers in ANSWERS.values() for answer in answers]
    for point in points:
        answers = ANSWERS.get(point["month"], [])
        expected = shown(of_period(answers, every)) if answers else None
        assert point == {"month": point["month"], "ratingCount": len(answers), "estimate": expected}


async def test_how_many_months(october: Client) -> None:
    """The periods are the same however many months are shown; points are seen against the months shown."""
    await add(by_month())
    whole = await trend(october)
    for months, first in ((1, "2026-10"), (4, "2026-07"), (120, "2016-11")):
        found = await trend(october, months=months)
        assert len(found["points"]) == months
        assert (found["points"][0]["month"], found["points"][-1]["month"]) == (first, "2026-10")
        for name in ("recent", "earlier", "change"):
            assert found[name] == close(whole[name])
        of_shown = [answer for month, answers in ANSWERS.items() if month >= first for answer in answers]
        assert found["points"][-1]["estimate"] == shown(of_period([2], of_shown))


async def test_the_two_periods_and_the_change(october: Client) -> None:
    await add(by_month())
    found = await trend(october)
    both = RECENT + EARLIER
    recent, earlier = of_period(RECENT, both), of_period(EARLIER, both)
    assert found["recent"] == {
        "from": "2026-07-01",
        "before": "2026-10-11",
        "ratingCount": 5,
        "estimate": shown(recent),
    }
    assert found["earlier"] == {
        "from": "2025-07-01",
        "before": "2026-07-01",
        "ratingCount": 6,
        "estimate": shown(earlier),
    }
    value = recent[0] - earlier[0]
    deviation = sqrt(recent[1] + earlier[1])
    probability = 2 * NORMAL.cdf(-abs(value) / deviation)
    assert probability < 0.05
    assert found["change"] == {
        "difference": {
            "value": pytest.approx(value),
            "lower": pytest.approx(value - 1.96 * deviation),
            "upper": pytest.approx(value + 1.96 * deviation),
            "outOf100": pytest.approx(25 * value),
        },
        "probability": pytest.approx(probability),
        "adjustedProbability": pytest.approx(probability),
        "comparedDrugs": 1,
        "differs": True,
    }
    assert (found["priorVersion"], found["methodVersion"]) == (0, "dirichlet-1")


RATED = (
    ("colchicine", on("2025-06-30T23:59:59.999999"), "2025-06", None),
    ("allopurinol", on("2025-07-01T00:00:00"), "2025-07", "earlier"),
    ("febuxostat", on("2026-06-30T23:59:59.999999"), "2026-06", "earlier"),
    ("naproxen", on("2026-07-01T00:00:00"), "2026-07", "recent"),
    ("azapropazone", NOW, "2026-10", "recent"),
    ("lisinopril", on("2026-11-01T00:00:00"), None, None),
    ("abacavir", on("2024-10-31T23:59:59"), None, None),
)
"""One rating of each drug, the month that shows it, and the period that it belongs to."""


async def test_a_rating_belongs_to_its_month(october: Client) -> None:
    await add(written("p1", drug, [4] * 6, at=at) for drug, at, _, _ in RATED)
    for drug, _, month, period in RATED:
        found = await trend(october, drug)
        assert [point["month"] for point in found["points"] if point["ratingCount"]] == ([month] if month else [])
        counts = {name: found[name]["ratingCount"] for name in ("recent", "earlier")}
        assert counts == {"recent": int(period == "recent"), "earlier": int(period == "earlier")}
        # With nothing to compare with there is no change.
        assert found["change"] is None
        for name, count in counts.items():
            assert (found[name]["estimate"] is None) == (count == 0)


@pytest.mark.parametrize(
    ("now", "recent", "earlier"),
    [
        # 90 days before 15 August is 17 May: 16 days after the first of May and 15 before the first of June.
        ("2026-08-15", ("2026-06-01", "2026-08-16"), ("2025-06-01", "2026-06-01")),
        # 90 days before 14 August is 16 May: 15 days after the one and 16 before the other.
        ("2026-08-14", ("2026-05-01", "2026-08-15"), ("2025-05-01", "2026-05-01")),
        # 90 days before the last of March of 2024 is New Year's Day.
        ("2024-03-31", ("2024-01-01", "2024-04-01"), ("2023-01-01", "2024-01-01")),
        # 90 days before New Year's Day of 2026 is 3 October.
        ("2026-01-01", ("2025-10-01", "2026-01-02"), ("2024-10-01", "2025-10-01")),
    ],
)
async def test_the_periods_are_whole_months(
    catalogue_url: str, now: str, recent: tuple[str, str], earlier: tuple[str, str]
) -> None:
    async with client_of(catalogue_url, lambda: on(now)) as client:
        found = await trend(client)
    assert (found["recent"]["from"], found["recent"]["before"]) == recent
    assert (found["earlier"]["from"], found["earlier"]["before"]) == earlier
    assert found["points"][-1]["month"] == now[:7]


async def test_a_drug_that_nobody_rated(october: Client) -> None:
    found = await trend(october, "lisinopril", months=3)
    nothing = {"ratingCount": 0, "estimate": None}
    assert found["points"] == [{"month": month, **nothing} for month in ("2026-08", "2026-09", "2026-10")]
    assert found["recent"] == {"from": "2026-07-01", "before": "2026-10-11", **nothing}
    assert found["earlier"] == {"from": "2025-07-01", "before": "2026-07-01", **nothing}
    assert found["change"] is None


async def test_for_one_indication_and_over_all(october: Client) -> None:
    await add(by_month())
    await add(by_month(indication="gout-prevention"))
    gout = await trend(october, indication="gout")
    every = await trend(october)
    assert (gout["recent"]["ratingCount"], every["recent"]["ratingCount"]) == (5, 10)
    both = RECENT + EARLIER
    assert gout["recent"]["estimate"] == shown(of_period(RECENT, both))
    assert every["points"][-1]["ratingCount"] == 2
    # With ten ratings the interval is the normal distribution's; the value shows that both indications count.
    assert every["recent"]["estimate"]["value"] == pytest.approx(of_period(RECENT * 2, both * 2)[0])
    assert await trend(october, indication="hypertension") == await trend(october, "lisinopril")


async def test_by_a_criterion_only_its_answers_count(october: Client) -> None:
    """Two physicians answer safety in the recent period and three in the one before; others answer efficacy."""
    await add(on_one_criterion_at("colchicine", "safety", [5, 5, 4], on("2026-01-10")))
    await add(on_one_criterion_at("colchicine", "safety", [2, 1], on("2026-08-10")))
    await add(on_one_criterion_at("colchicine", "efficacy", [3, 3, 3, 3], on("2026-08-10")))
    found = await trend(october, by="SAFETY")
    prior = own_record([5, 5, 4, 2, 1])
    (recent, variance), (earlier, variance_before) = (
        criterion(level_counts([2, 1]), prior),
        criterion(level_counts([5, 5, 4]), prior),
    )
    assert (found["recent"]["ratingCount"], found["earlier"]["ratingCount"]) == (2, 3)
    assert found["recent"]["estimate"]["value"] == pytest.approx(recent)
    assert found["earlier"]["estimate"]["value"] == pytest.approx(earlier)
    assert found["change"]["probability"] == pytest.approx(
        2 * NORMAL.cdf(-abs(recent - earlier) / sqrt(variance + variance_before))
    )
    assert {point["month"]: point["ratingCount"] for point in found["points"] if point["ratingCount"]} == {
        "2026-01": 3,
        "2026-08": 2,
    }
    # Efficacy has no answers before, adherence none at all.
    efficacy, adherence = await trend(october, by="EFFICACY"), await trend(october, by="ADHERENCE")
    assert (efficacy["recent"]["ratingCount"], efficacy["earlier"]["ratingCount"], efficacy["change"]) == (4, 0, None)
    assert (adherence["recent"]["ratingCount"], adherence["recent"]["estimate"], adherence["change"]) == (0, None, None)
    # The weight of one criterion alone gives the same score.
    weighted = await trend(october, weights={"safety": 2})
    assert weighted["recent"]["estimate"]["value"] == pytest.approx(recent)
    assert weighted["recent"]["ratingCount"] == 6
    # By the weight of a criterion that nobody has answered before, or ever, there is nothing to compare.
    for name in ("efficacy", "adherence"):
        weighted = await trend(october, weights={name: 2})
        assert (weighted["earlier"]["estimate"], weighted["change"]) == (None, None)


def on_one_criterion_at(drug: str, name: str, answers: Sequence[int], at: datetime) -> Iterator[GoutRating]:
    """The answers on one criterion, at one time, by as many physicians."""
    for number, answer in enumerate(answers):
        levels: list[int | None] = [None] * len(CRITERIA)
        levels[CRITERIA.index(name)] = answer
        yield written(f"{name}-{at:%Y%m}-{number}", drug, levels, at=at)


async def test_a_trend_under_another_prior(october: Client) -> None:
    strict = Expectation(tuple(Fraction(share, 10) for share in (4, 3, 1, 1, 1)), strength=12, within=0.3, between=0.8)
    await store_prior(1, strict)
    await add(by_month())
    found = await trend(october, prior=1)
    assert found["priorVersion"] == 1
    assert found["recent"]["estimate"] == shown(of_period(RECENT, RECENT + EARLIER, strict))


# Level counts of safety in the recent period and in the one before, from 1 to 5.
CHANGES = {
    "colchicine": ((0, 4, 7, 2, 0), (0, 0, 12, 8, 0)),
    "allopurinol": ((0, 0, 5, 5, 0), (0, 0, 10, 10, 0)),
    "febuxostat": ((0, 2, 8, 2, 0), (0, 0, 12, 8, 0)),
    "naproxen": ((0, 0, 3, 9, 4), (0, 2, 12, 8, 0)),
}
ONLY_RECENT = "azapropazone"


def unadjusted(drug: str) -> float:
    """The probability of a change this large if nothing had changed."""
    recent, earlier = CHANGES[drug]
    both = [first + second for first, second in zip(recent, earlier, strict=True)]
    prior = own_record([level for level, count in enumerate(both, start=1) for _ in range(count)])
    (mean, variance), (mean_before, variance_before) = criterion(recent, prior), criterion(earlier, prior)
    return 2 * NORMAL.cdf(-abs(mean - mean_before) / sqrt(variance + variance_before))


@pytest.fixture
async def changing(october: Client) -> Client:
    for drug, (recent, earlier) in CHANGES.items():
        await add(at_time(on_one_criterion(drug, recent, "safety"), on("2026-08-10"), "recent"))
        await add(at_time(on_one_criterion(drug, earlier, "safety"), on("2026-02-10"), "earlier"))
    await add(at_time(on_one_criterion(ONLY_RECENT, (0, 0, 9, 0, 0), "safety"), on("2026-08-10"), "recent"))
    return october


def at_time(ratings: Iterator[GoutRating], at: datetime, who: str) -> Iterator[GoutRating]:
    """The same ratings at another time, by other physicians."""
    for rating in ratings:
        yield GoutRating(**{**vars(rating), "rated_at": at, "physician": f"{who}-{rating.physician}"})


CHANGE = "change { probability adjustedProbability comparedDrugs differs }"


ASKED_TOGETHER = (
    ["colchicine"],
    ["colchicine", "allopurinol"],
    ["allopurinol", "febuxostat"],
    ["colchicine", "febuxostat", "allopurinol"],
    ["naproxen", "colchicine", "allopurinol", "febuxostat"],
)


def adjusted_changes(drugs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is to be shown of drugs that are asked for together."""
    adjusted = benjamini_hochberg({drug: unadjusted(drug) for drug in drugs})
    return {
        drug: {
            "probability": pytest.approx(unadjusted(drug)),
            "adjustedProbability": pytest.approx(adjusted[drug]),
            "comparedDrugs": len(drugs),
            "differs": adjusted[drug] <= 0.05,
        }
        for drug in drugs
    }


async def test_changes_are_adjusted_for_the_drugs_of_a_list(changing: Client) -> None:
    """A drug without a change to show does not count."""
    query = (
        "query($ids: [ID!]!) { drugs(ids: $ids) { edges { node { slug trend(criterion: SAFETY) { "
        f"{CHANGE} }} }} }} }} }}"
    )
    for drugs in ASKED_TOGETHER:
        edges = (await changing.data(query, ids=[*drugs, ONLY_RECENT, "lisinopril"]))["drugs"]["edges"]
        found = {edge["node"]["slug"]: edge["node"]["trend"]["change"] for edge in edges}
        assert found == {**adjusted_changes(drugs), ONLY_RECENT: None, "lisinopril": None}


async def test_changes_are_adjusted_for_drugs_that_are_asked_for_one_by_one(changing: Client) -> None:
    """In one request, each by a name of its own: it is as if they were a list."""
    for drugs in ASKED_TOGETHER:
        fields = " ".join(
            f'{drug}: drug(id: "{drug}") {{ trend(criterion: SAFETY) {{ {CHANGE} }} }}'
            for drug in (*drugs, ONLY_RECENT)
        )
        data = await changing.data(f"{{ {fields} }}")
        found = {name: drug["trend"]["change"] for name, drug in data.items()}
        assert found == {**adjusted_changes(drugs), ONLY_RECENT: None}


async def test_looking_at_more_drugs_can_take_a_change_back(changing: Client) -> None:
    """Colchicine's probability is between .025 and .05: a change by itself, but not next to one that did not change."""
    assert 0.025 < unadjusted("colchicine") < 0.05
    query = (
        "query($ids: [ID!]!) { drugs(ids: $ids) { edges { node { "
        "trend(criterion: SAFETY) { change { differs } } } } } }"
    )

    async def differs(*drugs: str) -> list[bool]:
        edges = (await changing.data(query, ids=list(drugs)))["drugs"]["edges"]
        return [edge["node"]["trend"]["change"]["differs"] for edge in edges]

    assert await differs("colchicine") == [True]
    assert await differs("colchicine", "allopurinol") == [False, False]
    assert await differs("colchicine", "naproxen") == [True, True]


async def test_other_arguments_are_another_question(changing: Client) -> None:
    """The same drug asked twice is one drug; drugs that are asked something else are not counted with it."""
    drug = (await changing.data('{ drug(id: "colchicine") { id } }'))["drug"]["id"]
    data = await changing.data(
        f"""query($id: ID!) {{ first: drug(id: "colchicine") {{ trend(criterion: SAFETY) {{ {CHANGE} }} }}
          again: drug(id: $id) {{ trend(criterion: SAFETY) {{ {CHANGE} }} }}
          other: drug(id: "allopurinol") {{ trend(criterion: SAFETY, months: 12) {{ {CHANGE} }} }} }}""",
        id=drug,
    )
    assert data["first"] == data["again"]
    for name in ("first", "other"):
        change = data[name]["trend"]["change"]
        assert change["comparedDrugs"] == 1
        assert change["adjustedProbability"] == change["probability"]


@pytest.mark.parametrize("months", [0, -1, 121, 2**31 - 1, -(2**31)])
async def test_months_out_of_range(client: Client, months: int) -> None:
    assert await client.error(TREND, drug="colchicine", months=months) == (
        "INVALID_ARGUMENT",
        f"`months` must be from 1 to 120; it was {months}.",
    )


async def test_an_indication_that_there_is_not(client: Client) -> None:
    assert await client.error(TREND, drug="colchicine", indication="no-such") == (
        "UNKNOWN_ID",
        "There is no indication no-such in the catalogue.",
    )
    code, message = await client.error(TREND, drug="colchicine", indication="")
    assert (code, message) == ("INVALID_ID", "`indicationId`: '' is neither an id nor a slug.")


async def test_null_stands_for_the_default(october: Client) -> None:
    await add([written("p1", "colchicine", [4] * 6, at=SOME_TIME)])
    with_null = await trend(october, months=None, by=None, indication=None, weights=None, prior=None)
    plain = (await october.data('{ drug(id: "colchicine") { trend { points { month ratingCount } } } }'))["drug"][
        "trend"
    ]
    assert [{"month": point["month"], "ratingCount": point["ratingCount"]} for point in with_null["points"]] == plain[
        "points"
    ]
    assert len(plain["points"]) == 24
