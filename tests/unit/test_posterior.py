"""Criterion scores: posterior means, their spread and their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import beta

from scoring.posterior import credible_interval, criterion_interval, out_of_100, posterior
from scoring.prior import UNIFORM

SHARES = np.array([0.05, 0.10, 0.25, 0.35, 0.25])
STRENGTH = 20.0

WORKED = {
    "A": ([0, 1, 4, 20, 25], 4.171429, 0.107975),
    "B": ([40, 60, 150, 400, 350], 3.953922, 0.032865),
    "C": ([0, 0, 0, 0, 3], 3.826087, 0.230407),
    "D": ([10, 20, 30, 25, 15], 3.233333, 0.108669),
}
"""The worked example of the documentation: counts from level 1 to 5, posterior mean and standard deviation."""


@pytest.mark.parametrize("drug", WORKED)
def test_the_worked_example(drug: str) -> None:
    counts, mean, deviation = WORKED[drug]
    found = posterior(counts, SHARES, STRENGTH)
    assert found.mean == pytest.approx(mean, abs=5e-7)
    assert np.sqrt(found.variance) == pytest.approx(deviation, abs=5e-7)


@pytest.mark.parametrize(
    ("counts", "bound"),
    [
        # From Evan Miller's formula, "Ranking items with star ratings": mean - 1.65 standard deviations.
        ([25, 20, 75, 80, 60], 3.368431),
        ([0, 0, 0, 0, 10], 3.818855),
        ([0, 0, 0, 0, 5], 3.296438),
    ],
)
def test_the_built_in_prior_gives_star_lower_bounds(counts: list[int], bound: float) -> None:
    found = posterior(counts, UNIFORM.shares[0], UNIFORM.strengths[0])
    assert found.mean - 1.65 * np.sqrt(found.variance) == pytest.approx(bound, abs=5e-7)


def test_the_mean_of_stars_under_the_built_in_prior() -> None:
    # (1·26 + 2·21 + 3·76 + 4·81 + 5·61) / 265
    found = posterior([25, 20, 75, 80, 60], UNIFORM.shares[0], UNIFORM.strengths[0])
    assert found.mean == pytest.approx(925 / 265, abs=1e-12)


def test_a_posterior_mean_is_a_bayesian_average() -> None:
    """500,000 votes with mean 9.2 and a prior of 25,000 with mean 7.0 make 9.095238, IMDb's example.

    On half of that scale: 4.6 is two of level 4 for three of level 5, and 3.5 is level 3 as often as level 4.
    """
    found = posterior([0, 0, 0, 200_000, 300_000], [0, 0, 0.5, 0.5, 0], 25_000)
    assert 2 * found.mean == pytest.approx(9.095238, abs=5e-7)


def test_the_scale_to_100() -> None:
    assert_allclose(out_of_100([1, 2, 3.5, 5]), [0, 25, 62.5, 100])


def test_the_interval_from_ten_answers_on_is_the_normal_one() -> None:
    # D has 100 answers: 3.233333 ± 1.96 · 0.108669.
    lower, upper = criterion_interval(WORKED["D"][0], SHARES, STRENGTH)
    assert_allclose([lower, upper], [3.020342, 3.446324], atol=2e-6)
    lower, upper = credible_interval(3.233333, 0.108669**2, 10)
    assert_allclose([lower, upper], [3.020342, 3.446324], atol=2e-6)


def test_the_interval_is_cut_off_at_the_ends_of_the_scale() -> None:
    lower, upper = credible_interval([1.1, 4.9], [0.04, 0.04], [50, 50])
    assert_allclose([lower, upper], [[1, 4.508], [1.492, 5]], atol=1e-9)


def test_the_interval_of_few_answers_has_the_quantiles_of_the_posterior() -> None:
    """Against those of half a million draws from the Dirichlet distribution itself."""
    cases = [
        ([0, 0, 0, 0, 3], SHARES, 20.0),
        ([0, 0, 0, 0, 1], SHARES, 5.0),
        ([1, 0, 0, 0, 0], np.array([0.02, 0.06, 0.20, 0.50, 0.22]), 5.0),
        ([0, 0, 3, 0, 0], np.array([0.01, 0.01, 0.03, 0.15, 0.80]), 2.0),
        ([4, 0, 0, 0, 5], np.array([0.40, 0.05, 0.10, 0.05, 0.40]), 3.0),
        ([0, 0, 0, 0, 0], np.full(5, 0.2), 1.0),
    ]
    chance = np.random.default_rng(5)
    for counts, shares, strength in cases:
        shapes = np.array(counts) + strength * shares
        means = chance.dirichlet(shapes, 500_000) @ np.arange(1, 6)
        lower, upper = criterion_interval(counts, shares, strength)
        # A quantile of that many draws has a standard error of about √(.025·.975/500,000) = 0.0002 over the density,
        # which is 0.1 or more at the limits of all of these: 0.002, of which four are allowed.
        assert_allclose([lower, upper], np.quantile(means, [0.025, 0.975]), atol=0.008)


def test_with_two_levels_the_posterior_is_a_beta_distribution() -> None:
    """Then the quantiles are known without any simulation."""
    counts = np.array([[2, 0, 0, 0, 1], [0, 0, 0, 0, 9], [4, 0, 0, 0, 5]])
    nothing = 1e-9
    lower, upper = criterion_interval(counts, np.array([0.5, nothing, nothing, nothing, 0.5]), 4.0)
    known = beta(counts[:, 4] + 2, counts[:, 0] + 2)
    assert_allclose([lower, upper], [1 + 4 * known.ppf(0.025), 1 + 4 * known.ppf(0.975)], atol=1e-3)


def test_few_answers_of_which_only_mean_and_variance_are_known() -> None:
    """Beta(2, 6), stretched over 1 to 5: mean 2, variance 16 · 12 / (64 · 9) = 1/3."""
    lower, upper = credible_interval(2.0, 1 / 3, 9)
    assert_allclose([lower, upper], 1 + 4 * beta(2, 6).ppf([0.025, 0.975]), atol=1e-9)


def test_no_spread_leaves_no_interval() -> None:
    for mean in (1.0, 3.3, 5.0):
        lower, upper = credible_interval(mean, 0.0, 3)
        assert_allclose([lower, upper], [mean, mean], atol=1e-5)


counts_of_levels = st.lists(st.integers(0, 5_000_000), min_size=5, max_size=5)
few_answers = st.lists(st.integers(0, 3), min_size=5, max_size=5)
strengths = st.floats(1, 200)
positive_shares = st.lists(st.floats(1e-6, 1), min_size=5, max_size=5).map(lambda parts: np.array(parts) / sum(parts))


@given(st.one_of(counts_of_levels, few_answers), positive_shares, strengths)
def test_nothing_leaves_the_scale(counts: list[int], shares: np.ndarray, strength: float) -> None:
    found = posterior(counts, shares, strength)
    assert found.variance >= 0
    for lower, upper in (
        criterion_interval(counts, shares, strength),
        credible_interval(found.mean, found.variance, sum(counts)),
    ):
        assert 1 <= lower <= found.mean <= upper <= 5


@given(st.floats(1, 5), st.floats(0, 4), st.integers(0, 20))
def test_no_mean_and_variance_leave_the_scale(mean: float, variance: float, answers: int) -> None:
    lower, upper = credible_interval(mean, variance, answers)
    assert 1 <= lower <= mean <= upper <= 5


@given(counts_of_levels, positive_shares, strengths)
def test_one_more_answer_moves_the_mean_towards_it(counts: list[int], shares: np.ndarray, strength: float) -> None:
    before = posterior(counts, shares, strength).mean
    rounding = 1e-12
    assert posterior([*counts[:4], counts[4] + 1], shares, strength).mean >= before - rounding
    assert posterior([counts[0] + 1, *counts[1:]], shares, strength).mean <= before + rounding


@given(counts_of_levels.filter(any), st.integers(2, 20))
def test_more_of_the_same_narrows_the_interval(counts: list[int], times: int) -> None:
    """When the prior expects what is answered; otherwise surprise may widen it at first."""
    shares = np.maximum(counts, 1e-6) / np.maximum(counts, 1e-6).sum()
    once = posterior(counts, shares, STRENGTH).variance
    more = posterior(times * np.array(counts), shares, STRENGTH).variance
    assert more <= once


@given(counts_of_levels.filter(any), positive_shares, strengths)
def test_any_number_of_answers_ends_in_their_own_mean(counts: list[int], shares: np.ndarray, strength: float) -> None:
    many = 10**6 * np.array(counts)
    raw = many @ np.arange(1, 6) / many.sum()
    # The prior keeps at most 200 of 1,000,200 parts, and means differ by at most 4.
    assert posterior(many, shares, strength).mean == pytest.approx(raw, abs=4 * 200 / 1_000_000)


@given(st.lists(few_answers, min_size=1, max_size=8), positive_shares, strengths)
def test_many_at_once_are_the_same_as_one_by_one(counts: list[list[int]], shares: np.ndarray, strength: float) -> None:
    together = posterior(counts, shares, strength)
    limits = criterion_interval(counts, shares, strength)
    for place, one in enumerate(counts):
        alone = posterior(one, shares, strength)
        assert_allclose([together.mean[place], together.variance[place]], [alone.mean, alone.variance], rtol=1e-12)
        assert_allclose([limit[place] for limit in limits], criterion_interval(one, shares, strength), atol=1e-6)
