"""Strengths and weaknesses of a drug."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from scoring.findings import Finding, findings

EFFICACY, SAFETY, TOLERABILITY, ACCESSIBILITY, ADHERENCE, PREFERENCE = range(6)

PRECISE = 1e-6
"""A variance that leaves no doubt about the side of a difference."""


def drugs(*rows: list[float], variance: float = PRECISE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means, variances and counts of answers of drugs that everybody has rated on everything."""
    means = np.array(rows)
    return means, np.full(means.shape, variance), np.full(means.shape, 10)


def test_a_drug_is_compared_with_the_mean_of_its_competitors() -> None:
    means, variances, answers = drugs([3.0] * 6, [3.0] * 6, [3.0] * 6)
    means[:, EFFICACY] = 4.2, 3.6, 3.4
    means[:, SAFETY] = 3.0, 3.5, 3.1
    variances[:, EFFICACY] = 0.06, 0.06, 0.10
    # Efficacy: 4.2 - 3.5 = 0.7 with the variance 0.06 + 0.16 / 4 = 0.1: 2.2136 standard deviations, Φ = .98657.
    # Safety: 3.0 - 3.3 = -0.3.
    strengths, weaknesses = findings(means, variances, answers, 0)
    assert strengths == [Finding(EFFICACY, pytest.approx(0.7), pytest.approx(0.98657, abs=0.00005), strong=True)]
    assert weaknesses == [Finding(SAFETY, pytest.approx(-0.3), pytest.approx(1), strong=False)]


@pytest.mark.parametrize(
    ("apart", "named", "strong"),
    [(0.2421875, False, False), (0.25, True, False), (0.4921875, True, False), (0.5, True, True), (3.0, True, True)],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_only_differences_worth_naming_are_named(apart: float, sign: int, *, named: bool, strong: bool) -> None:
    means, variances, answers = drugs([3.0] * 6, [3.0] * 6)
    means[:, ADHERENCE] = 3 + sign * apart / 2, 3 - sign * apart / 2
    found = findings(means, variances, answers, 0)
    strengths, weaknesses = found if sign > 0 else (found[1], found[0])
    assert weaknesses == []
    assert [(finding.criterion, finding.strong) for finding in strengths] == ([(ADHERENCE, strong)] if named else [])


@pytest.mark.parametrize(("deviations", "named"), [(1.64, False), (1.65, True)])
@pytest.mark.parametrize("drug", [0, 1])
def test_only_differences_that_are_sure_are_named(deviations: float, drug: int, *, named: bool) -> None:
    """95 % lie below 1.645 standard deviations."""
    means, variances, answers = drugs([4.0] * 6, [3.0] * 6, variance=0.5 / deviations**2)
    strengths, weaknesses = findings(means, variances, answers, drug)
    assert len(strengths + weaknesses) == (6 if named else 0)
    assert all(0.95 <= finding.probability <= 0.951 for finding in strengths + weaknesses)


def test_the_largest_difference_comes_first() -> None:
    means, variances, answers = drugs([3.5, 4.0, 2.0, 3.0, 4.5, 1.0], [3.0] * 6)
    strengths, weaknesses = findings(means, variances, answers, 0)
    assert [finding.criterion for finding in strengths] == [ADHERENCE, SAFETY, EFFICACY]
    assert [finding.criterion for finding in weaknesses] == [PREFERENCE, TOLERABILITY]


def test_each_competitor_has_one_vote() -> None:
    means, variances, answers = drugs([3.5] * 6, [2.0] * 6, [4.0] * 6)
    answers[1] = 100_000
    variances[2] = 0.001
    strengths, weaknesses = findings(means, variances, answers, 0)
    assert weaknesses == []
    assert [finding.difference for finding in strengths] == [pytest.approx(0.5)] * 6


def test_competitors_without_answers_have_no_vote() -> None:
    means, variances, answers = drugs([4.0] * 6, [3.0] * 6, [3.9] * 6)
    answers[2, SAFETY] = 0  # what is left there is the mean that everybody starts from
    variances[2, SAFETY] = 1.0
    strengths, _ = findings(means, variances, answers, 0)
    assert {finding.criterion: round(finding.difference, 6) for finding in strengths} == {
        EFFICACY: 0.55,
        SAFETY: 1.0,
        TOLERABILITY: 0.55,
        ACCESSIBILITY: 0.55,
        ADHERENCE: 0.55,
        PREFERENCE: 0.55,
    }


def test_without_answers_on_both_sides_there_is_nothing_to_find() -> None:
    means, variances, answers = drugs([5.0] * 6, [1.0] * 6)
    answers[0, EFFICACY] = 0
    answers[1, SAFETY] = 0
    strengths, _ = findings(means, variances, answers, 0)
    assert [finding.criterion for finding in strengths] == [TOLERABILITY, ACCESSIBILITY, ADHERENCE, PREFERENCE]


def test_a_drug_without_competitors_has_neither() -> None:
    assert findings(*drugs([5.0] * 6), 0) == ([], [])


def test_what_is_given_is_left_as_it_was() -> None:
    means, variances, answers = drugs([5.0] * 6, [1.0] * 6)
    findings(means, variances, answers, 0)
    assert_array_equal(answers, np.full((2, 6), 10))


cases = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        arrays(np.float64, (count, 6), elements=st.floats(1, 5)),
        arrays(np.float64, (count, 6), elements=st.floats(0, 1)),
        arrays(np.int64, (count, 6), elements=st.integers(0, 3)),
        st.integers(0, count - 1),
    )
)


@given(cases)
def test_every_finding_is_sure_and_worth_naming(case: tuple[np.ndarray, np.ndarray, np.ndarray, int]) -> None:
    strengths, weaknesses = findings(*case)
    assert all(finding.difference >= 0.25 for finding in strengths)
    assert all(finding.difference <= -0.25 for finding in weaknesses)
    for finding in strengths + weaknesses:
        assert 0.95 <= finding.probability <= 1
        assert finding.strong == (abs(finding.difference) >= 0.5)
    criteria = [finding.criterion for finding in strengths + weaknesses]
    assert len(criteria) == len(set(criteria))


@given(cases)
def test_where_better_is_worse_strengths_are_weaknesses(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, int],
) -> None:
    means, variances, answers, drug = case
    means = np.round(means * 64) / 64  # so that mirroring is free of rounding at the limits
    found, mirrored = findings(means, variances, answers, drug), findings(6 - means, variances, answers, drug)
    for side, other in zip(found, reversed(mirrored), strict=True):
        assert {finding.criterion for finding in side} == {finding.criterion for finding in other}


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_the_drugs_does_not_matter(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, int], random: Random
) -> None:
    means, variances, answers, drug = case
    means, variances = np.round(means * 64) / 64, np.round(variances * 64) / 64
    order = list(range(len(means)))
    random.shuffle(order)
    shuffled = findings(means[order], variances[order], answers[order], order.index(drug))
    assert shuffled == findings(means, variances, answers, drug)
