"""Two drugs in the eyes of the physicians who rated both."""

from collections.abc import Sequence
from dataclasses import astuple
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.head_to_head import HeadToHead, head_to_head

differences = st.lists(st.integers(-4, 4), min_size=1, max_size=40)
sixtieths = st.lists(st.integers(-240, 240), min_size=1, max_size=40)


def counted(given_differences: Sequence[int], scale: int = 1) -> HeadToHead:
    wins = sum(one > 0 for one in given_differences)
    losses = sum(one < 0 for one in given_differences)
    squares = sum(one**2 for one in given_differences)
    found = head_to_head(len(given_differences), wins, losses, sum(given_differences), squares, scale)
    assert found is not None
    return found


def test_it_counts_what_physicians_said() -> None:
    found = counted([2, 1, 0, -1, 1])
    assert (found.physicians, found.wins, found.losses, found.ties) == (5, 3, 1, 1)
    assert found.mean_difference == pytest.approx(0.6)
    assert found.win_share == pytest.approx(0.75)


def test_the_interval_is_that_of_the_posterior() -> None:
    """The tails of the posterior, integrated over all variances and means on a fine grid."""
    given_differences = np.array([2, 1, 0, -1, 1])
    found = counted(given_differences.tolist())

    mean = np.linspace(-60, 60, 24_001)  # far beyond the scale: the model knows no limits
    log_variance = np.linspace(np.log(1e-3), np.log(1e5), 800)
    variance = np.exp(log_variance)[:, None]
    squares = ((given_differences[:, None] - mean) ** 2).sum(axis=0)
    likelihood = variance ** (-5 / 2) * np.exp(-squares / (2 * variance))
    prior = variance ** (-3 / 2) * np.exp(-1 / (2 * variance))  # scaled inverse chi-squared, 1 degree, around 1
    density = (likelihood * prior * variance).sum(axis=0)  # · variance: the grid is even in its logarithm
    below = np.cumsum(density) / density.sum()

    assert np.interp(found.lower, mean, below) == pytest.approx(0.025, abs=0.0005)
    assert np.interp(found.upper, mean, below) == pytest.approx(0.975, abs=0.0005)


@pytest.mark.parametrize(
    ("physicians", "half_width"),
    # Quantiles of t for 2, 5, 10 and 30 degrees of freedom, as printed in any table, divided by n.
    [(2, 4.3027 / 2), (5, 2.5706 / 5), (10, 2.2281 / 10), (30, 2.0423 / 30)],
)
def test_physicians_of_one_mind_leave_doubt(physicians: int, half_width: float) -> None:
    found = counted([1] * physicians)
    assert found.mean_difference == 1
    assert (found.lower, found.upper) == pytest.approx((1 - half_width, 1 + half_width), abs=0.0001)


@given(st.integers(-4, 4))
def test_one_physician_decides_nothing(only: int) -> None:
    found = counted([only])
    assert (found.mean_difference, found.lower, found.upper) == (only, -4, 4)


def test_with_many_physicians_it_is_the_usual_interval() -> None:
    # Variance of 1, 1, 1, 1, -1: 0.64 · n / (n - 1); 1.96·√(0.64 / 100 000) = 0.004958.
    found = counted([1, 1, 1, 1, -1] * 20_000)
    assert (found.lower, found.upper) == pytest.approx((0.6 - 0.004958, 0.6 + 0.004958), abs=1e-6)


def test_large_sums_keep_their_digits() -> None:
    """A million physicians with a difference of 3 or of 3 and a 60th: the variance is 1 / 14400 of a level squared."""
    n = 10**6
    found = head_to_head(n, n, 0, 180 * n + n // 2, n // 2 * (180**2 + 181**2), 60)
    assert found is not None
    assert found.upper - found.mean_difference == pytest.approx(1.96 * np.sqrt((n / 14400 + 1) / n**2), rel=1e-4)


def test_the_win_share_has_the_published_interval() -> None:
    """81 of 263, Newcombe 1998; ties have no part in it."""
    found = head_to_head(300, 81, 182, -101, 263, 1)
    assert found is not None
    assert found.ties == 37
    assert found.win_share == pytest.approx(81 / 263)
    assert (found.win_share_lower, found.win_share_upper) == pytest.approx((0.2553, 0.3662), abs=0.00005)


def test_a_win_share_needs_somebody_who_decided() -> None:
    found = counted([0, 0, 0])
    assert (found.win_share, found.win_share_lower, found.win_share_upper) == (None, None, None)
    assert found.swapped() == found
    assert str(found.swapped().mean_difference) == "0.0"


def test_without_physicians_there_is_none() -> None:
    assert head_to_head(0, 0, 0, 0, 0, 60) is None


@given(differences)
def test_sixtieths_and_levels_give_the_same(in_levels: list[int]) -> None:
    in_sixtieths = counted([60 * one for one in in_levels], scale=60)
    assert astuple(in_sixtieths) == pytest.approx(astuple(counted(in_levels)))


@given(sixtieths)
def test_swapped_is_what_the_swapped_differences_give(given_differences: list[int]) -> None:
    found = counted(given_differences, scale=60)
    assert found.swapped() == counted([-one for one in given_differences], scale=60)
    assert found.swapped().swapped() == found


@given(sixtieths, st.randoms(use_true_random=False))
def test_the_order_of_physicians_does_not_matter(given_differences: list[int], random: Random) -> None:
    shuffled = list(given_differences)
    random.shuffle(shuffled)
    assert counted(shuffled, scale=60) == counted(given_differences, scale=60)


@given(sixtieths)
def test_the_interval_is_never_without_width_and_stays_on_the_scale(given_differences: list[int]) -> None:
    found = counted(given_differences, scale=60)
    assert -4 <= found.lower <= found.mean_difference <= found.upper <= 4
    assert found.lower < found.upper
    assert found.wins + found.losses + found.ties == found.physicians
