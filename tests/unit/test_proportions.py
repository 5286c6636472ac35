"""Intervals of proportions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.proportions import wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_it_gives_the_published_intervals(successes: int, trials: int, lower: float, upper: float) -> None:
    """Newcombe, Statistics in Medicine 1998, table I, method 3."""
    assert wilson_interval(successes, trials) == pytest.approx((lower, upper), abs=0.00005)


def test_without_trials_nothing_is_known() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_what_cannot_have_been_counted_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} successes in {trials} trials"):
        wilson_interval(successes, trials)


counted = st.integers(1, 10**9).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(counted)
def test_the_share_is_inside_and_the_interval_has_a_width(given_counts: tuple[int, int]) -> None:
    successes, trials = given_counts
    lower, upper = wilson_interval(successes, trials)
    assert 0 <= lower <= successes / trials <= upper <= 1
    assert lower < upper


@given(counted)
def test_failures_have_the_mirrored_interval(given_counts: tuple[int, int]) -> None:
    successes, trials = given_counts
    lower, upper = wilson_interval(successes, trials)
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - upper, 1 - lower))


@given(counted)
def test_ten_times_the_trials_make_it_narrower(given_counts: tuple[int, int]) -> None:
    successes, trials = given_counts
    few, many = wilson_interval(successes, trials), wilson_interval(10 * successes, 10 * trials)
    assert many[1] - many[0] < few[1] - few[0]
