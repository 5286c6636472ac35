"""Whether recent ratings differ from earlier ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import false_discovery_control

from scoring.posterior import Posterior, posterior
from scoring.prior import UNIFORM
from scoring.trend import DIFFERS_BELOW, Change, benjamini_hochberg, change, prior_of_periods

INDICATION = replace(
    UNIFORM, shares=np.tile([0.05, 0.10, 0.25, 0.35, 0.25], (6, 1)), strengths=np.full(6, 20.0)
)  # the prior of the worked example

PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]
"""The example of Benjamini & Hochberg 1995: a trial of treatments after a heart attack, 15 hypotheses."""

p_value_lists = st.lists(st.floats(0, 1), max_size=30)


def levels(*distribution: int) -> np.ndarray:
    """The same answers to every criterion."""
    return np.tile(distribution, (6, 1))


def compared(recent: np.ndarray, before: np.ndarray) -> Change:
    """The change of every criterion, as the service works it out."""
    prior = prior_of_periods(recent + before, INDICATION)
    return changed(posterior(recent, prior.shares, prior.strengths), posterior(before, prior.shares, prior.strengths))


def changed(recent: Posterior, before: Posterior) -> Change:
    return change(recent.mean, recent.variance, 1, before.mean, before.variance, 1)


def test_a_change_has_a_difference_and_a_probability() -> None:
    """Standard deviations of .06 and .08 make .1 together: 1.96 of that are 5 %, 2.576 are 1 %."""
    found = change([3.904, 3.7424, 4.0], 0.0036, 30, [4.1, 4.0, 4.0], 0.0064, 300)
    assert_allclose(found.difference.value, [-0.196, -0.2576, 0.0], atol=1e-12)
    assert_allclose(found.difference.lower, [-0.392, -0.4536, -0.196], atol=1e-12)
    assert_allclose(found.difference.upper, [0.0, -0.0616, 0.196], atol=1e-12)
    assert_allclose(found.probability, [0.05, 0.01, 1.0], atol=0.0001)
    assert_array_equal(found.known, [True, True, True])


def test_a_period_without_ratings_leaves_the_change_unknown() -> None:
    found = change([5, 5, 5, 5], 0.0001, [0, 10, 0, 10], [1, 1, 1, 1], 0.0001, [10, 0, 0, 10])
    assert_array_equal(found.known, [False, False, False, True])
    assert_array_equal(found.probability[:3], [1, 1, 1])


def test_without_variance_any_difference_is_certain() -> None:
    assert_array_equal(change([4, 4], 0, 9, [4, 3], 0, 9).probability, [1, 0])


@given(st.floats(1, 5), st.floats(0, 4), st.floats(1, 5), st.floats(0, 4))
def test_a_change_back_is_as_probable(
    recent_mean: float, recent_variance: float, before_mean: float, before_variance: float
) -> None:
    there = change(recent_mean, recent_variance, 5, before_mean, before_variance, 9)
    back = change(before_mean, before_variance, 9, recent_mean, recent_variance, 5)
    assert 0 <= there.probability <= 1
    assert there.probability == back.probability
    assert there.difference.value == -back.difference.value


def test_periods_are_expected_to_be_like_both_together() -> None:
    prior = prior_of_periods(levels(0, 1, 4, 20, 25), INDICATION)
    # Shares of (n + 20·π) / 70, the posterior of the worked example's drug A, whose mean is 4.171429.
    assert_allclose(prior.shares[0], np.array([1, 3, 9, 27, 30]) / 70)
    assert float(prior.shares[0] @ [1, 2, 3, 4, 5]) == pytest.approx(4.171429, abs=1e-6)
    assert_array_equal(prior.strengths, [5.0] * 6)
    assert_array_equal(prior.within, INDICATION.within)


def test_the_prior_of_many_drugs_comes_at_once() -> None:
    prior = prior_of_periods(np.stack([levels(0, 1, 4, 20, 25), levels(0, 0, 0, 0, 0)]), INDICATION)
    assert prior.shares.shape == (2, 6, 5)
    assert prior.strengths.shape == (2, 6)
    assert_allclose(prior.shares[1], INDICATION.shares)


def test_a_very_good_drug_with_few_recent_ratings_does_not_seem_to_get_worse() -> None:
    """The prior of the indication alone would say so."""
    recent, before = levels(0, 0, 0, 0, 3), levels(0, 0, 0, 6, 294)
    assert (compared(recent, before).probability > 0.5).all()

    naive = changed(
        posterior(recent, INDICATION.shares, INDICATION.strengths),
        posterior(before, INDICATION.shares, INDICATION.strengths),
    )
    assert (naive.probability < DIFFERS_BELOW).all()


@pytest.mark.parametrize(("recent_count", "before_count"), [(3, 12), (3, 300), (10, 40), (10, 300), (30, 120)])
def test_of_drugs_that_do_not_change_at_most_one_in_twenty_seems_to(recent_count: int, before_count: int) -> None:
    """A thousand drugs as different from each other as the prior says, six criteria each."""
    generator = np.random.default_rng(20)
    shares = generator.dirichlet(20 * INDICATION.shares[0], (1000, 6))
    found = compared(generator.multinomial(recent_count, shares), generator.multinomial(before_count, shares))
    # Of 6,000 looks 5 % are 300, with a standard deviation of 17.
    assert (found.probability <= DIFFERS_BELOW).sum() <= 300 + 2 * 17


def test_a_real_change_is_seen() -> None:
    found = compared(levels(20, 40, 25, 10, 5), levels(20, 40, 100, 140, 100))
    assert (found.difference.value < -0.5).all()
    assert (found.probability < 0.001).all()


def test_the_published_example_rejects_exactly_the_first_four() -> None:
    adjusted = benjamini_hochberg(PUBLISHED)
    assert [bool(one) for one in adjusted <= DIFFERS_BELOW] == [True] * 4 + [False] * 11
    # 15·.0001, 15·.0004 / 2, 15·.0019 / 3, 15·.0095 / 4, 15·.0201 / 5; then the sixth: 15·.0298 / 7 is below .0695
    assert_allclose(adjusted[:6], [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857], atol=1e-6)
    assert adjusted[-1] == 1


@given(st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.5, 1.0]), min_size=1, max_size=30))
def test_adjusted_is_bit_for_bit_what_scipy_adjusts(p_values: list[float]) -> None:
    assert_array_equal(benjamini_hochberg(p_values), false_discovery_control(p_values, method="bh"))


@given(p_value_lists)
def test_adjusting_makes_nothing_more_probable_than_it_was(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(p_values)
    assert len(adjusted) == len(p_values)
    assert ((adjusted >= np.array(p_values) * (1 - 1e-12)) & (adjusted <= 1)).all()
    if len(p_values) == 1:
        assert adjusted[0] == p_values[0]


@given(p_value_lists, st.floats(0.001, 0.5))
def test_those_named_are_those_of_the_step_up_procedure(p_values: list[float], share: float) -> None:
    """Benjamini & Hochberg's own wording: the largest k with the k-th smallest p at most k·q / m, and all below it."""
    limits = [len(p_values) * p / k for k, p in enumerate(sorted(p_values), start=1)]
    assume(all(abs(limit - share) > 1e-9 for limit in limits))  # at the limit itself rounding decides
    steps = [k for k, limit in enumerate(limits, start=1) if limit <= share]
    named = benjamini_hochberg(p_values) <= share
    assert int(named.sum()) == (max(steps) if steps else 0)


@given(p_value_lists, st.data())
def test_the_order_of_the_drugs_does_not_matter(p_values: list[float], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(p_values))))
    shuffled = benjamini_hochberg([p_values[place] for place in order])
    assert_array_equal(shuffled, benjamini_hochberg(p_values)[list(order)])
