"""Checking answers about scores, and saying how many drugs they hold."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.score_facts import Facts
from benchmarks.score_operations import TREND_MONTHS, Choice

Data = Mapping[str, Any]


class WrongAnswer(Exception):
    """An answer has errors, or does not say what the ratings say."""


def check(answers: Sequence[Data], choice: Choice, facts: Facts) -> list[int]:
    """Compare the answers to all operations, in their order, with what the ratings say.

    Returns:
        How many drugs each answer holds.

    Raises:
        WrongAnswer: saying what is wrong.
    """
    whole, page, compared, with_pairs, card, scorecard, trend = answers
    ranked = _ranking(whole["indication"]["ranking"], facts)
    first = page["indication"]["ranking"]["edges"]
    _same("first page of the ranking", first, ranked[: len(first)])
    drugs = _comparison(compared["compare"], choice, facts)
    _same("drugs of the comparison with pairs", with_pairs["compare"]["drugs"], drugs)
    _pairs(with_pairs["compare"]["pairs"], drugs, facts)
    _card(card["drug"], choice, facts)
    competitors = {drug["slug"] for drug in scorecard["drug"]["scorecard"]["competitors"]}
    _same("competitors", competitors, facts.ratings.keys() - {choice.card})
    points = trend["drug"]["trend"]["points"]
    _same("months", len(points), TREND_MONTHS)
    _same("ratings in the trend", sum(point["ratingCount"] for point in points), facts.recent)
    return [len(ranked), len(first), len(drugs), len(drugs), 1, 1 + len(competitors), 1]


def _ranking(ranking: Data, facts: Facts) -> Sequence[Data]:
    edges: Sequence[Data] = ranking["edges"]
    _same("version of the priors", ranking["priorVersion"], facts.prior_version)
    _same("number of ranked drugs", ranking["totalCount"], len(facts.ratings))
    _same(
        "ratings of the ranked drugs",
        {edge["node"]["drug"]["slug"]: edge["ratingCount"] for edge in edges},
        facts.ratings,
    )
    _places(edges)
    return edges


def _places(places: Sequence[Data]) -> None:
    _same("ranks", [place["rank"] for place in places], list(range(1, len(places) + 1)))
    for place in places:
        if not place["rankLower"] <= place["rank"] <= place["rankUpper"]:
            raise WrongAnswer(f"The rank interval does not hold the rank: {place}")
        _estimate(place["estimate"])
    if not math.isclose(sum(place["probabilityBest"] for place in places), 1, abs_tol=1e-6):
        raise WrongAnswer("The probabilities of being the best do not add up to 1.")


def _estimate(estimate: Data) -> None:
    if not estimate["lower"] <= estimate["value"] <= estimate["upper"]:
        raise WrongAnswer(f"The interval does not hold the value: {estimate}")


def _comparison(comparison: Data, choice: Choice, facts: Facts) -> Sequence[Data]:
    drugs: Sequence[Data] = comparison["drugs"]
    _same("version of the priors", comparison["priorVersion"], facts.prior_version)
    _same(
        "ratings of the compared drugs",
        {drug["drug"]["slug"]: drug["score"]["ratingCount"] for drug in drugs},
        {slug: facts.ratings[slug] for slug in choice.drugs},
    )
    _places(drugs)
    return drugs


def _pairs(pairs: Sequence[Data], drugs: Sequence[Data], facts: Facts) -> None:
    _same("number of pairs", len(pairs), len(drugs) * (len(drugs) - 1) // 2)
    physicians = {
        frozenset((pair["first"]["slug"], pair["second"]["slug"])): pair["headToHead"]["physicians"]
        for pair in pairs
        if pair["headToHead"]
    }
    _same("physicians of the head-to-heads", physicians, facts.physicians)
    means = {drug["drug"]["slug"]: drug["estimate"]["value"] for drug in drugs}
    for pair in pairs:
        _estimate(pair["difference"])
        apart = means[pair["first"]["slug"]] - means[pair["second"]["slug"]]
        _close("difference", pair["difference"]["value"], apart)


def _card(drug: Data, choice: Choice, facts: Facts) -> None:
    score = drug["score"]
    _same("ratings of the card", score["ratingCount"], facts.ratings[choice.card])
    _estimate(score["overall"])
    for criterion, mean in zip(score["criteria"], facts.raw_means, strict=True):
        if mean is None:
            _same("mean that nobody answered", criterion["rawMean"], None)
        else:
            _close("raw mean", criterion["rawMean"], mean)
            _estimate(criterion["estimate"])


def _same(what: str, answered: object, expected: object) -> None:
    if answered != expected:
        raise WrongAnswer(f"{what}: the answer says {answered}, the ratings say {expected}.")


def _close(what: str, answered: float, expected: float) -> None:
    if not math.isclose(answered, expected, abs_tol=1e-9):
        raise WrongAnswer(f"{what}: the answer says {answered}, and it should be {expected}.")
