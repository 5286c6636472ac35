"""How far physicians agree."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.agreement import Measurement, alpha, divided, divided_of

SAMPLE = [
    [1, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 2, 0, 0, 0],
    [2, 0, 0, 0, 0],
    [0, 0, 2, 0, 0],
    [0, 0, 2, 1, 0],
    [0, 0, 0, 3, 0],
    [1, 0, 1, 0, 0],
    [0, 2, 0, 0, 0],
    [2, 0, 0, 0, 0],
    [2, 0, 0, 0, 0],
    [0, 0, 2, 0, 0],
    [0, 0, 2, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 1, 1, 0],
]
"""How many coders gave each of 15 units each value: the sample in the library's documentation. Its values go to 4."""

distributions = st.lists(st.integers(0, 20), min_size=5, max_size=5)
answered = distributions.filter(any)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([0, 0, 0, 7, 0], 0.0),  # all the same
        ([6, 0, 0, 0, 6], 1.0),  # two camps
        ([3, 3, 3, 3, 3], 0.5),  # the variance of 1 to 5 is 2, of at most 4
        ([0, 0, 0, 5, 5], 0.0625),  # 0.25 of 4
        ([1, 0, 0, 0, 3], 0.75),  # the mean is 4, so (9 + 3·1) / 4 = 3, of 4
        ([0, 0, 0, 0, 1], 0.0),
        ([0, 0, 0, 0, 0], 0.0),
    ],
)
def test_divided_is_the_variance_as_a_share_of_the_largest(levels: list[int], expected: float) -> None:
    assert float(divided(levels)) == pytest.approx(expected)


def test_neighbouring_levels_divide_less_than_distant_ones() -> None:
    """Entropy would call these equally divided."""
    found = divided([[0, 0, 0, 5, 5], [0, 0, 5, 0, 5], [0, 5, 0, 0, 5], [5, 0, 0, 0, 5]])
    assert_allclose(found, [1 / 16, 4 / 16, 9 / 16, 16 / 16])


def test_all_criteria_of_all_drugs_come_at_once() -> None:
    levels = np.zeros((3, 6, 5), dtype=np.int64)
    levels[2, 4, [0, 4]] = 2
    expected = np.zeros((3, 6))
    expected[2, 4] = 1
    assert_array_equal(divided(levels), expected)


@pytest.mark.parametrize("levels", [[0, 0, 0, 0, 0], [0, 0, 0, 0, 1]])
def test_it_takes_two_physicians_to_be_divided(levels: list[int]) -> None:
    assert divided_of(levels) is None


@given(answered)
def test_divided_stays_between_unanimous_and_two_camps(levels: list[int]) -> None:
    share = float(divided(levels))
    assert 0 <= share <= 1
    assert (share == pytest.approx(0)) == (np.count_nonzero(levels) == 1)
    answers = np.repeat(np.arange(1, 6), levels)
    assert share == pytest.approx(answers.var() / 4)
    assert divided_of(levels) == (share if len(answers) > 1 else None)


@given(answered)
def test_physicians_are_as_divided_about_the_worst_as_about_the_best(levels: list[int]) -> None:
    assert float(divided(levels)) == pytest.approx(float(divided(levels[::-1])))


@pytest.mark.parametrize(
    ("measurement", "expected"), [("nominal", 0.6914), ("ordinal", 0.8067), ("interval", 0.8108), ("ratio", 0.8089)]
)
def test_alpha_is_that_of_the_sample(measurement: Measurement, expected: float) -> None:
    assert alpha(SAMPLE, measurement) == pytest.approx(expected, abs=0.00005)


def test_levels_are_ordinal_unless_said_otherwise() -> None:
    assert alpha(SAMPLE) == alpha(SAMPLE, "ordinal") != alpha(SAMPLE, "interval")


@pytest.mark.parametrize("measurement", ["nominal", "ordinal", "interval", "ratio"])
def test_physicians_who_always_agree_have_alpha_one(measurement: Measurement) -> None:
    assert alpha([[9, 0, 0, 0, 0], [0, 0, 0, 4, 0], [0, 0, 0, 0, 2]], measurement) == pytest.approx(1)


def test_physicians_who_do_not_tell_the_drugs_apart_have_alpha_about_zero() -> None:
    many = [[1000, 2000, 3000, 2000, 1000]] * 4
    assert alpha(many) == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(
    "levels_by_drug",
    [
        np.zeros((0, 5), dtype=np.int64),
        [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
        [[3, 2, 0, 0, 1]],
        [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 1]],
        [[3, 2, 0, 0, 1], [0, 0, 0, 0, 1]],
        [[0, 0, 7, 0, 0], [0, 0, 2, 0, 0], [1, 0, 0, 0, 0]],
    ],
    ids=["no drugs", "no answers", "one drug", "one answer each", "one drug and one answer", "one level"],
)
@pytest.mark.parametrize("measurement", ["nominal", "ordinal", "interval", "ratio"])
def test_where_nothing_can_vary_alpha_is_not_defined(levels_by_drug: object, measurement: Measurement) -> None:
    assert alpha(np.asarray(levels_by_drug), measurement) is None


@given(st.lists(distributions, max_size=8), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_one_minus_observed_over_expected_disagreement(
    levels_by_drug: list[list[int]], measurement: Measurement
) -> None:
    """Krippendorff's definition, over pairs of answers, for the two distances that need no table."""
    found = alpha(np.array(levels_by_drug).reshape(-1, 5), measurement)
    assert found is None or found <= 1 + 1e-12
    if found is None or measurement not in {"nominal", "interval"}:
        return
    values = np.arange(1, 6)
    apart = np.subtract.outer(values, values)
    distance = (apart != 0) * 1.0 if measurement == "nominal" else apart**2.0
    paired = np.array([levels for levels in levels_by_drug if sum(levels) > 1])
    total = paired.sum()
    observed = sum(levels @ distance @ levels / (levels.sum() - 1) for levels in paired) / total
    together = paired.sum(axis=0)
    expected = together @ distance @ together / (total * (total - 1))
    assert found == pytest.approx(1 - observed / expected)


@given(st.lists(distributions, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_drugs_does_not_matter(levels_by_drug: list[list[int]], random: Random) -> None:
    shuffled = list(levels_by_drug)
    random.shuffle(shuffled)
    assert alpha(shuffled) == pytest.approx(alpha(levels_by_drug))
