"""The worked example of docs/scoring.md, computed again from the inputs that the document itself gives."""

import re
from collections.abc import Sequence
from itertools import combinations
from math import prod, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from scoring.composite import normalised_weights
from scoring.counts import CRITERIA, LEVELS, PAIRS, CellCounts
from scoring.estimates import estimate
from scoring.posterior import criterion_interval, posterior
from scoring.prior import Prior
from scoring.ranking import Group, rank

DOCUMENT = (Path(__file__).parent.parent / "docs" / "scoring.md").read_text(encoding="utf-8")
EXAMPLE = DOCUMENT.partition("## A worked example\n")[2].partition("\n## ")[0]

NORMAL = NormalDist()

PAIR_RESULTS = ("difference", "lower", "upper")
"""What the lines about A and B compute."""

MINUS = "\N{MINUS SIGN}"
"""As the document writes it."""


def rows(first_header: str, *, nth: int = 0) -> dict[str, list[str]]:
    """The rows of the nth table of the example that has this header in its first column, by their first cells."""
    tables = re.findall(r"^\|.*\|\n\| --- .*\n(?:\|.*\|\n)+", EXAMPLE, re.MULTILINE)
    found = [[line.strip("| ").split(" | ") for line in table.splitlines()] for table in tables]
    header, _, *body = [table for table in found if table[0][0] == first_header][nth]
    assert all(len(row) == len(header) for row in body)
    return {row[0]: row[1:] for row in body}


def number(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def agrees(value: float, printed: str, *, slack: float = 0.5) -> bool:
    """Whether a value is what is printed, to the decimals printed; `slack` in units of the last one."""
    decimals = len(printed.partition(".")[2])
    return abs(value - number(printed)) <= slack * 10.0**-decimals + 1e-9


SHARES = [number(share) for share in rows("prior")["share π"]]
ANSWERS_OF_PRIOR = [number(answers) for answers in rows("prior")["answers M·π"]]
STRENGTH = number(re.search(r"counts for M = (\d+) answers", EXAMPLE)[1])  # type: ignore[index]  # fails if absent
DRUGS = {drug: [int(count) for count in row[:LEVELS]] for drug, row in rows("drug").items()}
SAFETY = [int(count) for count in rows("drug", nth=2)["A, safety"][:LEVELS]]


def mean_and_variance(counts: Sequence[int]) -> tuple[float, float]:
    """Of the posterior, by the formulas as the document words them."""
    given = [count + expected for count, expected in zip(counts, ANSWERS_OF_PRIOR, strict=True)]
    total = sum(given)
    mean = sum(level * answers for level, answers in enumerate(given, start=1)) / total
    mean_square = sum(level**2 * answers for level, answers in enumerate(given, start=1)) / total
    return mean, (mean_square - mean**2) / (total + 1)


def better(first: str, second: str) -> float:
    (one, one_variance), (other, other_variance) = mean_and_variance(DRUGS[first]), mean_and_variance(DRUGS[second])
    return NORMAL.cdf((one - other) / sqrt(one_variance + other_variance))


def test_the_inputs_fit_together() -> None:
    assert sum(SHARES) == pytest.approx(1)
    assert [STRENGTH * share for share in SHARES] == pytest.approx(ANSWERS_OF_PRIOR)
    for row in [*rows("drug").values(), *rows("drug", nth=2).values()]:
        counts, (answers, raw_mean) = [int(count) for count in row[:LEVELS]], row[LEVELS:]
        assert sum(counts) == int(answers)
        assert agrees(sum(level * count for level, count in enumerate(counts, start=1)) / int(answers), raw_mean)


def test_means_deviations_p_scores_and_ranks_are_those_of_the_inputs() -> None:
    results = rows("drug", nth=1)
    assert list(results) == list(DRUGS) == ["A", "B", "C", "D"]
    p_scores = {drug: sum(better(drug, other) for other in DRUGS if other != drug) / 3 for drug in DRUGS}
    by_p_score = sorted(DRUGS, key=lambda drug: -p_scores[drug])
    for drug, (mean, deviation, _, _, p_score, place, best, worst) in results.items():
        value, variance = mean_and_variance(DRUGS[drug])
        assert agrees(value, mean)
        assert agrees(sqrt(variance), deviation)
        assert agrees(p_scores[drug], p_score)
        assert int(place) == 1 + by_p_score.index(drug)
        others = [other for other in DRUGS if other != drug]
        assert int(best) == 1 + sum(better(other, drug) >= 0.975 for other in others)
        assert int(worst) == 4 - sum(better(drug, other) >= 0.975 for other in others)


def test_every_pair_has_its_probability() -> None:
    printed = {tuple(pair.split(", ")): text for pair, (text,) in rows("pair").items()}
    assert list(printed) == list(combinations(DRUGS, 2))
    assert all(agrees(better(*pair), text) for pair, text in printed.items())


def test_intervals_are_those_of_the_inputs() -> None:
    generator = np.random.default_rng(11)
    for drug, (_, _, lower, upper, *_) in rows("drug", nth=1).items():
        mean, variance = mean_and_variance(DRUGS[drug])
        if sum(DRUGS[drug]) >= 10:
            assert agrees(mean - 1.96 * sqrt(variance), lower)
            assert agrees(mean + 1.96 * sqrt(variance), upper)
        else:
            # The document says that these are the quantiles of the mean's own distribution: draw from it.
            shapes = np.array(DRUGS[drug]) + np.array(ANSWERS_OF_PRIOR)
            draws = generator.dirichlet(shapes, 400_000) @ np.arange(1, LEVELS + 1)
            found = np.quantile(draws, [0.025, 0.975])
            assert found == pytest.approx([number(lower), number(upper)], abs=0.0075)


def test_superiority_is_the_share_of_pairs_of_answers_won() -> None:
    pairs = [
        (first, second, one * other) for first, one in enumerate(DRUGS["A"]) for second, other in enumerate(DRUGS["B"])
    ]
    won = sum(count * ((first > second) + (first == second) / 2) for first, second, count in pairs)
    assert agrees(won / sum(count for _, _, count in pairs), printed_value("superiority"))


# Line by line


def calculations() -> list[tuple[str, list[str]]]:
    """The lines of the calculations: what is computed, and the terms that equal each other."""
    blocks = re.findall(r"^```text\n(.*?)^```$", EXAMPLE, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [(line.split(" = ")[0], line.split(" = ")[1:]) for line in lines]


def printed_value(name: str) -> str:
    """The result that a line prints."""
    return next(terms[-1] for computed, terms in calculations() if computed == name)


def evaluated(term: str) -> float:
    """The value of an arithmetic term as the document writes it."""
    plain = re.sub(r"(√|Φ)\(", lambda found: {"√": "sqrt(", "Φ": "phi("}[found[1]], term)
    plain = plain.replace("·", "*").replace("²", "**2").replace(MINUS, "-")
    assert re.fullmatch(r"(?:sqrt|phi|[\d.()+*/ -])+", plain), term
    return float(eval(plain, {"__builtins__": {}, "sqrt": sqrt, "phi": NORMAL.cdf}))  # noqa: S307 - digits and signs


@pytest.mark.parametrize(("name", "terms"), calculations(), ids=[name for name, _ in calculations()])
def test_a_line_comes_to_what_it_prints(name: str, terms: list[str]) -> None:
    assert len(terms) >= 2, name
    values = [evaluated(term) for term in terms[:-1]]
    # Where a term has rounded numbers in it, the last digit may be one off.
    exact = not any("." in term for term in terms[:-1])
    assert all(agrees(value, terms[-1], slack=0.5 if exact else 1) for value in values)
    if exact:
        assert values == pytest.approx([values[0]] * len(values), rel=1e-12)


def test_each_number_in_a_line_was_printed_before() -> None:
    """So that no line begins with a number from nowhere: a result is printed where it is computed, or in a table."""
    known = set(re.findall(r"\d+\.\d{4,}", EXAMPLE.partition("```text")[0]))
    known |= {text for row in rows("drug", nth=1).values() for text in row} | {
        text for (text,) in rows("pair").values()
    }
    for _, terms in calculations():
        for used in re.findall(r"\d+\.\d{4,}", " = ".join(terms[:-1])):
            assert used in known or used in " = ".join(terms[1:]), used
        known.add(terms[-1].lstrip(MINUS))


def probabilities_best() -> dict[str, float]:
    """The probability of each drug that its true mean is the highest, by the sum over a fine grid of means."""
    normals = {}
    for drug, counts in DRUGS.items():
        mean, variance = mean_and_variance(counts)
        normals[drug] = NormalDist(mean, sqrt(variance))
    grid = [step / 1000 for step in range(2000, 6000)]
    return {
        drug: sum(
            normals[drug].pdf(at) * prod(normals[other].cdf(at) for other in DRUGS if other != drug) for at in grid
        )
        / 1000
        for drug in DRUGS
    }


def test_the_text_says_what_the_example_comes_to() -> None:
    text = " ".join(DOCUMENT.split())
    means = {drug: mean for drug, (mean, *_) in rows("drug", nth=1).items()}
    (_, deviation, lower, upper, *_) = rows("drug", nth=1)["C"]
    mean = float(means["C"])
    usual = [mean - 1.96 * float(deviation), mean + 1.96 * float(deviation)]
    difference, below, above = (number(terms[-1]) for name, terms in calculations() if name in PAIR_RESULTS)
    probability, superior = (float(printed_value(name)) for name in ("P(mean A > mean B)", "superiority"))
    best = probabilities_best()
    width = float(printed_value("overall upper")) - float(printed_value("overall lower"))

    for sentence in (
        f"C comes out at {mean:.2f} and A at {float(means['A']):.2f}.",
        f"A score of {mean:.2f} with the interval {lower} to {upper} means: ",
        f"the true mean lies between {lower} and {upper} with a probability of 95 %",
        f"Its limits are exact quantiles, {lower} and {upper}, ",
        f"the formula would give {usual[0]:.2f} and {usual[1]:.2f}.",
        f"A is ahead of B by {difference:.3f} levels ({below:.3f} to {above:.3f}),".replace("-", MINUS),
        f"In the example that probability is {best['C'] * 100:.0f} % for C and {best['B'] * 100:.0f} % for B,",
        f"its mean is higher with a probability of {probability * 100:.0f} %, ",
        f"a random answer about A beats one about B in {superior * 100:.0f} %.",
        f"The interval is {width:.2f} wide with {sum(DRUGS['A'])} ratings",
    ):
        assert sentence in text


# The overall score of two criteria, against the inputs


def overall_inputs() -> dict[str, float]:
    found = re.search(
        r"efficacy answers add up to (?P<first>\d+), those for safety to (?P<second>\d+),\s+and the (?P<joint>\d+)"
        r" products of the two to (?P<products>\d+)\..*?correlations (?P<within>[\d.]+) `within` a rating and"
        r" (?P<between>[\d.]+) `between`",
        EXAMPLE,
        re.DOTALL,
    )
    assert found is not None
    return {name: float(text) for name, text in found.groupdict().items()}


def test_the_overall_score_is_that_of_the_inputs() -> None:
    given, efficacy = overall_inputs(), DRUGS["A"]
    joint = given["joint"]
    assert [given["first"], given["second"]] == [
        sum(level * count for level, count in enumerate(counts, start=1)) for counts in (efficacy, SAFETY)
    ]
    (mean, variance), (other_mean, other_variance) = mean_and_variance(efficacy), mean_and_variance(SAFETY)
    answer_variances = [
        sum(level**2 * count for level, count in enumerate(counts, start=1)) / joint - (total / joint) ** 2
        for counts, total in ((efficacy, given["first"]), (SAFETY, given["second"]))
    ]
    covariance = given["products"] / joint - given["first"] * given["second"] / joint**2
    own = covariance / sqrt(answer_variances[0] * answer_variances[1])
    answers = ((joint - 1) * own + 50 * given["within"]) / (joint - 1 + 50)
    r = (given["between"] * STRENGTH + answers * joint) / (STRENGTH + joint)
    total_variance = variance / 4 + other_variance / 4 + r / 2 * sqrt(variance * other_variance)
    overall_mean = (mean + other_mean) / 2

    assert agrees(own, printed_value("own correlation"))
    assert agrees(answers, printed_value("correlation of the answers"))
    assert agrees(r, printed_value("r"))
    assert agrees(overall_mean, printed_value("overall mean"))
    assert agrees(total_variance, printed_value("overall variance"))
    assert agrees(sqrt(total_variance), printed_value("overall sd"))
    assert agrees(overall_mean - 1.96 * sqrt(total_variance), printed_value("overall lower"))
    assert agrees(overall_mean + 1.96 * sqrt(total_variance), printed_value("overall upper"))
    independent = re.search(r"independent, the two criteria would give an sd\s+of (0\.\d+)", EXAMPLE)
    assert independent is not None
    assert agrees(sqrt((variance + other_variance) / 4), independent[1])


# The product says the same


def test_the_product_gives_the_numbers_of_the_example() -> None:
    levels = np.array(list(DRUGS.values()))
    scores = posterior(levels, SHARES, STRENGTH)
    lower, upper = criterion_interval(levels, SHARES, STRENGTH)
    ranking = rank(scores.mean, scores.variance)

    for place, row in enumerate(rows("drug", nth=1).values()):
        found = (scores.mean, np.sqrt(scores.variance), lower, upper, ranking.p_score)
        assert all(agrees(float(values[place]), text) for values, text in zip(found, row[:5], strict=True))
        ranks = (ranking.rank, ranking.rank_lower, ranking.rank_upper)
        assert [int(values[place]) for values in ranks] == [int(text) for text in row[5:]]
    # "D is worse than most, the others are in the middle."
    assert ranking.group == (Group.MIDDLE, Group.MIDDLE, Group.MIDDLE, Group.WORSE_THAN_MOST)


def test_the_product_gives_the_overall_score_of_the_example() -> None:
    given = overall_inputs()
    levels = np.zeros((1, CRITERIA, LEVELS), dtype=np.int64)
    levels[0, 0], levels[0, 1] = DRUGS["A"], SAFETY
    pairs = np.zeros((1, len(PAIRS), 4), dtype=np.int64)
    pairs[0, PAIRS.index((0, 1))] = [given[name] for name in ("joint", "first", "second", "products")]
    within, between = (
        np.full((CRITERIA, CRITERIA), given[name]) + (1 - given[name]) * np.eye(CRITERIA)
        for name in ("within", "between")
    )
    prior = Prior(np.tile(SHARES, (CRITERIA, 1)), np.full(CRITERIA, STRENGTH), within, between)
    weights = normalised_weights([1, 1, 0, 0, 0, 0])

    estimates = estimate(CellCounts(np.array([int(given["joint"])]), levels, pairs), prior)
    [[lower], [upper]] = estimates.interval_by(None, weights)

    assert agrees(float(estimates.overall(weights).mean[0]), printed_value("overall mean"))
    assert agrees(float(np.sqrt(estimates.overall(weights).variance[0])), printed_value("overall sd"))
    assert agrees(float(lower), printed_value("overall lower"))
    assert agrees(float(upper), printed_value("overall upper"))
