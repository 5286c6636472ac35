"""The overall score: weights, the mean, and a variance that knows how criteria go together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from models.ratings import CRITERIA
from scoring.composite import (
    CRITERION_NAMES,
    EQUAL_WEIGHTS,
    InvalidWeights,
    error_covariances,
    normalised_weights,
    overall,
)
from scoring.counts import CellCounts, rating_counts
from scoring.posterior import posterior
from scoring.prior import UNIFORM, Prior


def counted(ratings: list[tuple[int, ...]]) -> CellCounts:
    levels = np.array(ratings, dtype=np.int64).reshape(-1, 6)
    return CellCounts.of(rating_counts(levels).sum(axis=0, dtype=np.int64))


def correlated(strengths: list[float], within: float, between: float) -> Prior:
    matrices = [np.where(np.eye(6, dtype=bool), 1, value) for value in (within, between)]
    return Prior(UNIFORM.shares, np.array(strengths), *matrices)


def covariances_of(counts: CellCounts, prior: Prior) -> np.ndarray:
    return error_covariances(counts, posterior(counts.levels, prior.shares, prior.strengths), prior)


def correlation_of(counts: CellCounts, prior: Prior, first: int, second: int) -> float:
    matrix = covariances_of(counts, prior)[0]
    return float(matrix[first, second] / np.sqrt(matrix[first, first] * matrix[second, second]))


def test_criteria_are_called_what_ratings_call_them() -> None:
    assert CRITERION_NAMES == CRITERIA


def test_weights_become_shares() -> None:
    assert_allclose(normalised_weights([2, 1, 1, 0, 0, 0]), [0.5, 0.25, 0.25, 0, 0, 0])
    assert_allclose(normalised_weights([3] * 6), EQUAL_WEIGHTS)
    assert_allclose(EQUAL_WEIGHTS, [1 / 6] * 6)


@pytest.mark.parametrize("value", [1e308, 1.0, 5e-324])
def test_weights_may_be_of_any_size(value: float) -> None:
    assert_allclose(normalised_weights([value] * 6), [1 / 6] * 6)
    assert_allclose(normalised_weights([0, 0, value, 0, 0, 0]), [0, 0, 1, 0, 0, 0])


def test_the_largest_and_the_smallest_weight_together() -> None:
    assert_allclose(normalised_weights([1e308, 5e-324, 1e308, 0, 0, 0]), [0.5, 0, 0.5, 0, 0, 0])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 1, 1, 1, 1, -0.1], "The weight of preference is negative"),
        ([1, math.nan, 1, 1, 1, 1], "The weight of safety is not a finite number"),
        ([1, 1, math.inf, 1, 1, 1], "The weight of tolerability is not a finite number"),
        ([-math.inf, 1, 1, 1, 1, 1], "The weight of efficacy is not a finite number"),
        ([0, 0, 0, 0, 0, -0.0], "All weights are zero"),
        ([1, 1], "There are 6 criteria, but 2 weights"),
    ],
)
def test_weights_that_say_nothing_are_refused(values: list[float], message: str) -> None:
    with pytest.raises(InvalidWeights, match=message):
        normalised_weights(values)


weights = st.lists(st.floats(0, allow_infinity=False), min_size=6, max_size=6).filter(any)


@given(weights)
def test_any_weights_add_up_to_one(values: list[float]) -> None:
    shares = normalised_weights(values)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1, abs=1e-12)


def test_before_any_answer_errors_correlate_as_drugs_do() -> None:
    prior = correlated([5.0] * 6, within=0.2, between=0.7)
    assert correlation_of(CellCounts.of(np.zeros((1, 91), dtype=np.int64)), prior, 0, 1) == pytest.approx(0.7)


def test_the_correlation_by_hand() -> None:
    """Strengths 4 and 9, one rating that answers both: (0.5·√36 + 0.2·1) / √(5·10) = 3.2 / 7.0711."""
    prior = correlated([4.0, 9.0, 5.0, 5.0, 5.0, 5.0], within=0.2, between=0.5)
    assert correlation_of(counted([(4, 2, 0, 0, 0, 0)]), prior, 0, 1) == pytest.approx(0.452548, abs=1e-6)


def test_ratings_that_answer_only_one_of_two_criteria_do_not_tie_them() -> None:
    """Ten answers each and none to both: 0.5·√(5·5) / √(15·15) = 1/6."""
    prior = correlated([5.0] * 6, within=0.9, between=0.5)
    apart = counted([(4, 0, 0, 0, 0, 0)] * 10 + [(0, 3, 0, 0, 0, 0)] * 10)
    assert correlation_of(apart, prior, 0, 1) == pytest.approx(1 / 6, abs=1e-9)


def test_errors_correlate_as_in_a_simulation_of_shrunk_means() -> None:
    """Normal drugs and answers, shrunk by n / (n + M): the errors are drawn, the formula is not used to draw them.

    Criterion a has 3 answers and M = 2, b has 2 answers and M = 6; one rating answers both.
    """
    chance = np.random.default_rng(21)
    strengths, within, between, drugs = np.array([2.0, 6.0]), 0.8, 0.4, 400_000
    true = correlated_normal(between, drugs, chance) / np.sqrt(strengths)
    both = correlated_normal(within, drugs, chance)
    sums = both + np.column_stack([chance.standard_normal((drugs, 2)).sum(axis=1), chance.standard_normal(drugs)])
    answers = np.array([3, 2])
    shrunk = answers / (answers + strengths) * (true + sums / answers)
    drawn = np.corrcoef(true - shrunk, rowvar=False)[0, 1]

    prior = correlated([2.0, 6.0, 5.0, 5.0, 5.0, 5.0], within, between)
    cell = counted([(4, 2, 0, 0, 0, 0), (3, 0, 0, 0, 0, 0), (5, 0, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0)])
    # A correlation from 400,000 drugs has a standard error of 0.0016; three of them.
    assert correlation_of(cell, prior, 0, 1) == pytest.approx(drawn, abs=0.005)


def correlated_normal(correlation: float, count: int, chance: np.random.Generator) -> np.ndarray:
    return chance.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], count)


def test_much_rated_drugs_have_a_correlation_of_their_own() -> None:
    """However the prior expects it: half of the ratings are all 5, half all 1, or the criteria take turns."""
    together = counted([(5, 5, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0)] * 5_000)
    opposed = counted([(5, 1, 0, 0, 0, 0), (1, 5, 0, 0, 0, 0)] * 5_000)
    prior = correlated([5.0] * 6, within=0.3, between=0.3)
    assert correlation_of(together, prior, 0, 1) > 0.99
    assert correlation_of(opposed, prior, 0, 1) < -0.99


def test_the_overall_score_by_hand() -> None:
    """Two criteria at 3 and 4 with variances 0.04 and 0.01, correlation 0.5, weights ¼ and ¾.

    The mean is 3.75; the variance 0.0625·0.04 + 0.5625·0.01 + 2·0.1875·0.5·0.2·0.1 = 0.0025 + 0.005625 + 0.00375.
    """
    covariances = np.zeros((1, 6, 6))
    covariances[0, :2, :2] = [[0.04, 0.01], [0.01, 0.01]]
    found = overall(np.array([[3.0, 4, 1, 1, 1, 1]]), covariances, np.array([0.25, 0.75, 0, 0, 0, 0]))
    assert_allclose(found.mean, [3.75])
    assert_allclose(found.variance, [0.011875])


def test_weight_on_one_criterion_gives_its_score() -> None:
    counts = counted([(5, 4, 3, 0, 2, 1), (4, 4, 0, 1, 2, 5)])
    criteria = posterior(counts.levels, UNIFORM.shares, UNIFORM.strengths)
    matrices = error_covariances(counts, criteria, UNIFORM)
    for place in range(6):
        found = overall(criteria.mean, matrices, np.eye(6)[place])
        assert_allclose([found.mean, found.variance], [criteria.mean[:, place], criteria.variance[:, place]])


def test_criteria_that_say_the_same_are_no_more_certain_than_one() -> None:
    prior = correlated([5.0] * 6, within=1.0, between=1.0)
    counts = counted([(5,) * 6, (3,) * 6, (4,) * 6, (4,) * 6] * 10)
    matrix = covariances_of(counts, prior)
    found = overall(np.full((1, 6), 4.0), matrix, EQUAL_WEIGHTS)
    assert_allclose(found.variance, matrix[:, 0, 0], rtol=1e-9)


def test_variances_stay_between_none_and_all_errors_going_one_way() -> None:
    """Also where pairs of criteria contradict each other, as counts of ratings with gaps can."""
    impossible = np.full((1, 6, 6), -1.0)
    impossible[0, range(6), range(6)] = 1.0
    assert_array_equal(overall(np.full((1, 6), 3.0), impossible, EQUAL_WEIGHTS).variance, [0])
    assert_allclose(
        overall(np.full((1, 6), 3.0), np.full((1, 6, 6), 1.5) - 0.5 * np.eye(6), EQUAL_WEIGHTS).variance, [1]
    )


ratings = st.lists(st.tuples(*[st.integers(0, 5)] * 6), max_size=20)


@given(ratings, st.integers(1, 100_000), weights)
def test_the_variance_is_always_possible(rated: list[tuple[int, ...]], times: int, values: list[float]) -> None:
    once = counted(rated)
    counts = CellCounts(once.ratings * times, once.levels * times, once.pairs * times)
    criteria = posterior(counts.levels, UNIFORM.shares, UNIFORM.strengths)
    matrices = error_covariances(counts, criteria, UNIFORM)
    assert_array_equal(matrices, matrices.transpose(0, 2, 1))
    assert_array_equal(np.diagonal(matrices, axis1=1, axis2=2), criteria.variance)
    shares = normalised_weights(values)
    found = overall(criteria.mean, matrices, shares)
    assert ((found.mean >= 1) & (found.mean <= 5)).all()
    assert ((found.variance >= 0) & (found.variance <= (np.sqrt(criteria.variance) @ shares) ** 2 + 1e-15)).all()
