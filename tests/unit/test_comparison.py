"""Two drugs side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import mannwhitneyu

from scoring.comparison import difference, overall_superiority, probability_better, standardised, superiority

# The worked example: counts from level 1 to 5, posterior means and standard deviations.
DRUG_A = ([0, 1, 4, 20, 25], 4.171429, 0.107975)
DRUG_B = ([40, 60, 150, 400, 350], 3.953922, 0.032865)
DRUG_C = ([0, 0, 0, 0, 3], 3.826087, 0.230407)
DRUG_D = ([10, 20, 30, 25, 15], 3.233333, 0.108669)

NOBODY = [0, 0, 0, 0, 0]
EQUAL = np.full(6, 1 / 6)

distributions = st.lists(st.integers(0, 30), min_size=5, max_size=5)
cells = st.lists(distributions, min_size=6, max_size=6)
weightings = st.lists(st.integers(0, 10), min_size=6, max_size=6).filter(any)
means = st.floats(1, 5)
variances = st.floats(0, 4)


@pytest.mark.parametrize(("first", "second", "probability"), [(DRUG_A, DRUG_B, 0.9730), (DRUG_B, DRUG_C, 0.7086)])
def test_the_probability_of_a_better_mean_is_that_of_the_worked_example(
    first: tuple[list[int], float, float], second: tuple[list[int], float, float], probability: float
) -> None:
    found = probability_better(first[1], first[2] ** 2, second[1], second[2] ** 2)
    assert float(found) == pytest.approx(probability, abs=0.00005)


def test_without_variance_the_higher_mean_is_better_for_sure() -> None:
    assert_array_equal(probability_better([4, 3, 3], 0, [3, 4, 3], [0, 0, 0]), [1, 0, 0.5])


@given(means, variances, means, variances)
def test_the_probabilities_both_ways_round_add_up_to_one(
    mean_first: float, variance_first: float, mean_second: float, variance_second: float
) -> None:
    one_way = probability_better(mean_first, variance_first, mean_second, variance_second)
    other_way = probability_better(mean_second, variance_second, mean_first, variance_first)
    assert 0 <= one_way <= 1
    assert one_way + other_way == pytest.approx(1)
    assert (one_way >= 0.5) == (mean_first >= mean_second) or one_way == pytest.approx(0.5)


def test_the_difference_has_the_interval_of_independent_means() -> None:
    # √(0.107975² + 0.032865²) = 0.112866, times 1.96 = 0.221217, around 4.171429 - 3.953922 = 0.217507.
    found = difference(DRUG_A[1], DRUG_A[2] ** 2, DRUG_B[1], DRUG_B[2] ** 2)
    assert float(found.value) == pytest.approx(0.217507, abs=1e-6)
    assert (float(found.lower), float(found.upper)) == pytest.approx((-0.003710, 0.438724), abs=1e-6)


def test_the_interval_does_not_leave_what_the_scale_allows() -> None:
    found = difference([5, 1], [1, 1], [1, 5], [1, 1])
    assert_array_equal(found.value, [4, -4])
    assert_array_equal(found.upper, [4, -4 + 1.96 * np.sqrt(2)])
    assert_array_equal(found.lower, [4 - 1.96 * np.sqrt(2), -4])


@given(means, variances, means, variances)
def test_the_difference_the_other_way_round_is_the_mirror_image(
    mean_first: float, variance_first: float, mean_second: float, variance_second: float
) -> None:
    one_way = difference(mean_first, variance_first, mean_second, variance_second)
    other_way = difference(mean_second, variance_second, mean_first, variance_first)
    assert -4 <= one_way.lower <= one_way.value <= one_way.upper <= 4
    assert (one_way.value, one_way.lower, one_way.upper) == (-other_way.value, -other_way.upper, -other_way.lower)


def test_the_quantities_of_all_pairs_come_at_once() -> None:
    first, second = np.triu_indices(4, 1)
    mean = np.array([drug[1] for drug in (DRUG_A, DRUG_B, DRUG_C, DRUG_D)])
    variance = np.array([drug[2] ** 2 for drug in (DRUG_A, DRUG_B, DRUG_C, DRUG_D)])
    levels = np.array([drug[0] for drug in (DRUG_A, DRUG_B, DRUG_C, DRUG_D)])

    better = probability_better(mean[first], variance[first], mean[second], variance[second])
    superior = superiority(levels[first], levels[second])

    assert better.shape == superior.value.shape == (6,)
    assert_allclose(better[[0, 3]], [0.9730, 0.7086], atol=0.00005)  # A and B; B and C
    assert_allclose(superior.value[[0, 2]], [0.6079, 0.7925], atol=0.00005)  # A and B; A and D


def test_an_infinite_distance_is_reached_only_without_variance() -> None:
    assert_array_equal(standardised([2, 0, -1, 3], [4, 0, 0, 0]), [1, 0, -np.inf, np.inf])


@pytest.mark.parametrize(("second", "expected"), [(DRUG_B, 0.6079), (DRUG_D, 0.7925)])
def test_superiority_is_that_of_the_worked_example(second: tuple[list[int], float, float], expected: float) -> None:
    assert float(superiority(DRUG_A[0], second[0]).value) == pytest.approx(expected, abs=0.00005)


@given(distributions.filter(any), distributions.filter(any))
def test_superiority_is_the_share_of_pairs_of_answers_that_are_won(first: list[int], second: list[int]) -> None:
    of_first, of_second = np.repeat(np.arange(1, 6), first), np.repeat(np.arange(1, 6), second)
    won = (of_first[:, None] > of_second).mean() + (of_first[:, None] == of_second).mean() / 2
    assert float(superiority(first, second).value) == pytest.approx(won)


@pytest.mark.parametrize("second", [DRUG_B, DRUG_C, DRUG_D])
def test_superiority_is_the_mann_whitney_statistic(second: tuple[list[int], float, float]) -> None:
    of_first, of_second = np.repeat(np.arange(1, 6), DRUG_A[0]), np.repeat(np.arange(1, 6), second[0])
    expected = mannwhitneyu(of_first, of_second).statistic / (len(of_first) * len(of_second))
    assert float(superiority(DRUG_A[0], second[0]).value) == pytest.approx(expected)


@given(distributions, distributions)
def test_superiorities_both_ways_round_add_up_to_one(first: list[int], second: list[int]) -> None:
    one_way, other_way = superiority(first, second), superiority(second, first)
    assert 0 <= one_way.value <= 1
    assert one_way.value + other_way.value == pytest.approx(1)
    assert bool(one_way.known) == bool(other_way.known) == (any(first) and any(second))


def test_superiority_is_exact_for_very_many_answers() -> None:
    many = 10**9
    assert superiority([0, 0, many, 0, 0], [0, 0, many, 0, 0]).value == 0.5
    assert superiority([0, 0, 0, 0, many], [many, 0, 0, 0, 0]).value == 1


def test_superiority_over_nobody_is_not_known() -> None:
    found = superiority([DRUG_A[0], NOBODY, DRUG_A[0], NOBODY], [DRUG_D[0], DRUG_D[0], NOBODY, NOBODY])
    assert_array_equal(found.known, [True, False, False, False])
    assert found.known_values() == [pytest.approx(0.7925, abs=0.00005), None, None, None]
    assert_array_equal(found.value[1:], [0.5, 0.5, 0.5])


def test_overall_superiority_weighs_the_criteria() -> None:
    always, never, tie = ([0, 0, 0, 0, 1], [1, 0, 0, 0, 0]), ([1, 0, 0, 0, 0], [0, 0, 0, 0, 1]), ([1, 0, 0, 0, 0],) * 2
    first, second = zip(always, never, tie, tie, tie, tie, strict=True)
    # 0.5·1 + 0.2·0 + 0.3·½
    found = overall_superiority(first, second, [0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
    assert float(found.value) == pytest.approx(0.65)
    assert found.known


def test_overall_superiority_leaves_out_criteria_that_one_drug_has_no_answers_on() -> None:
    first = [DRUG_A[0], NOBODY, DRUG_A[0], NOBODY, NOBODY, DRUG_A[0]]
    second = [DRUG_B[0], DRUG_B[0], DRUG_D[0], NOBODY, DRUG_D[0], NOBODY]
    # Only the first and the third are left: (0.1·0.6079 + 0.3·0.7925) / 0.4
    found = overall_superiority(first, second, [0.1, 0.2, 0.3, 0.1, 0.1, 0.2])
    assert float(found.value) == pytest.approx(0.74635, abs=0.00005)


def test_overall_superiority_is_not_known_where_the_weights_meet_no_answers() -> None:
    first = [DRUG_A[0], NOBODY, NOBODY, NOBODY, NOBODY, NOBODY]
    found = overall_superiority([first, first], [first, [NOBODY] * 6], [0, 1, 0, 0, 0, 0])
    assert found.known_values() == [None, None]


@given(cells, cells, weightings)
def test_overall_superiorities_both_ways_round_add_up_to_one(
    first: list[list[int]], second: list[list[int]], weights: list[int]
) -> None:
    one_way, other_way = overall_superiority(first, second, weights), overall_superiority(second, first, weights)
    assert one_way.value + other_way.value == pytest.approx(1)
    assert bool(one_way.known) == bool(other_way.known)


@given(cells, cells)
def test_overall_superiority_lies_between_those_of_the_criteria(
    first: list[list[int]], second: list[list[int]]
) -> None:
    of_criteria = superiority(first, second)
    found = overall_superiority(first, second, EQUAL)
    assert bool(found.known) == bool(of_criteria.known.any())
    if found.known:
        known = of_criteria.value[of_criteria.known]
        assert known.min() - 1e-12 <= found.value <= known.max() + 1e-12
