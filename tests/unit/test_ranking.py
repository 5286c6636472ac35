"""Ranks, rank intervals, P-scores, the probability of being best and groups."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binom

from scoring.posterior import posterior
from scoring.prior import UNIFORM, UNIFORM_STRENGTH
from scoring.ranking import (
    Group,
    Ranking,
    groups,
    probabilities_best,
    probabilities_better,
    rank,
    rank_intervals,
)

# Drugs A to D, from the reference values of the methods.
MEANS = np.array([4.171429, 3.953922, 3.826087, 3.233333])
VARIANCES = np.array([0.107975, 0.032865, 0.230407, 0.108669]) ** 2

BETTER, MIDDLE, WORSE = Group.BETTER_THAN_MOST, Group.MIDDLE, Group.WORSE_THAN_MOST

DRUGS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([1.0, 3.0, 3.5, 5.0]), st.floats(-1e6, 1e6)),
        st.one_of(st.just(0.0), st.floats(0, 1e-6), st.floats(0, 2), st.floats(0, 1e12)),
    ),
    min_size=1,
    max_size=12,
)
"""Means and variances, far beyond what scores can have; some means equal, some variances 0."""


def arrays_of(drugs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([mean for mean, _ in drugs]), np.array([variance for _, variance in drugs])


def ranking_of(*drugs: tuple[float, float]) -> Ranking:
    return rank(*arrays_of(list(drugs)))


# Published numbers and numbers by hand


def test_p_scores_of_the_worked_example() -> None:
    assert_allclose(rank(MEANS, VARIANCES).p_score, [0.9619, 0.5785, 0.4563, 0.0033], atol=5e-5)


def test_probabilities_better_of_the_worked_example() -> None:
    better = probabilities_better(MEANS, VARIANCES)

    assert better[0, 1] == pytest.approx(0.9730, abs=5e-5)
    assert better[1, 2] == pytest.approx(0.7086, abs=5e-5)
    assert better[1, 0] == pytest.approx(1 - 0.9730, abs=5e-5)
    assert_array_equal(better.diagonal(), 0.5)


def test_rank_intervals_of_the_worked_example() -> None:
    """A is better than B with .973, which is not sure enough. Everything is surely better than D.

    The least sure of that is C: (3.826 - 3.233) / √(.2304² + .1087²) = 2.327 standard deviations, or .990.
    """
    ranking = rank(MEANS[[2, 3, 0, 1]], VARIANCES[[2, 3, 0, 1]])

    assert ranking.order.tolist() == [2, 3, 0, 1]
    assert ranking.rank.tolist() == [3, 4, 1, 2]
    assert ranking.rank_lower.tolist() == [1, 4, 1, 1]
    assert ranking.rank_upper.tolist() == [3, 4, 3, 3]
    assert ranking.group == (MIDDLE, WORSE, MIDDLE, MIDDLE)


def test_drugs_are_told_apart_exactly_when_the_interval_of_their_difference_leaves_out_zero() -> None:
    """The standard deviation of the difference is 1, and 1.96 of them make half of its 95 % interval."""
    for distance, interval in ((1.959, [1, 2]), (1.961, [1, 1])):
        ranking = ranking_of((distance, 0.5), (0.0, 0.5))
        assert [ranking.rank_lower[0], ranking.rank_upper[0]] == interval


def test_of_two_drugs_the_better_one_is_the_best() -> None:
    best = probabilities_best(MEANS[:2], VARIANCES[:2])

    assert_allclose(best, [0.9730, 0.0270], atol=1e-4)


def test_drugs_that_are_alike_are_best_with_the_same_probability() -> None:
    assert_allclose(probabilities_best(np.full(7, 3.5), np.full(7, 0.04)), 1 / 7, atol=1e-9)


def test_an_uncertain_drug_may_be_the_best_more_often_than_one_of_the_same_mean() -> None:
    """With θ_1 = θ_2 = 0 known, a drug with mean 0 is best half of the time, and the other two share the rest."""
    assert_allclose(probabilities_best(np.zeros(3), np.array([0.0, 0.0, 1.0])), [0.25, 0.25, 0.5], atol=1e-3)


# An independent computation: ranks in a simulation


def drawn_ranks(means: np.ndarray, variances: np.ndarray, draws: int) -> np.ndarray:
    """(K, draws): the ranks of the drugs in each draw from the posteriors."""
    noise = np.random.default_rng(1).standard_normal((len(means), draws))
    drawn = means[:, None] + np.sqrt(variances)[:, None] * noise
    return len(means) - drawn.argsort(axis=0).argsort(axis=0)


def sucra(rank_probabilities: np.ndarray) -> np.ndarray:
    """Σ_{b<a} cum_b / (a - 1) of each drug, by row (Salanti 2011)."""
    return rank_probabilities.cumsum(axis=1)[:, :-1].mean(axis=1)


@pytest.fixture(scope="module")
def uneven() -> tuple[np.ndarray, np.ndarray]:
    """24 drugs, with 5 to some thousand ratings."""
    chance = np.random.default_rng(2)
    return chance.normal(3.8, 0.25, 24), 1.2 / np.clip(np.exp(chance.normal(4, 1.6, 24)), 5, None)


def test_probability_best_agrees_with_a_simulation(uneven: tuple[np.ndarray, np.ndarray]) -> None:
    draws = 200_000
    simulated = (drawn_ranks(*uneven, draws) == 1).mean(axis=1)

    found = rank(*uneven).probability_best

    # Four standard errors of the simulation, and the error that is promised of the quadrature.
    assert_allclose(found, simulated, rtol=0, atol=4 * np.sqrt(0.25 / draws) + 0.001)
    assert simulated.max() > 0.1


def test_p_scores_are_the_sucra_of_a_simulation(uneven: tuple[np.ndarray, np.ndarray]) -> None:
    """Rücker & Schwarzer 2015 show that both are the same; and the mean SUCRA is one half."""
    draws = 20_000
    ranks = drawn_ranks(*uneven, draws)
    simulated = sucra(np.stack([(ranks == place).mean(axis=1) for place in range(1, 25)], axis=1))

    assert simulated.mean() == pytest.approx(0.5)
    # A relative rank is between 0 and 1, so its standard deviation is one half at most.
    assert_allclose(rank(*uneven).p_score, simulated, rtol=0, atol=4 * 0.5 / np.sqrt(draws))


# What holds for any drugs


@given(DRUGS)
def test_p_scores_add_up_to_half_the_number_of_drugs(drugs: list[tuple[float, float]]) -> None:
    p_score = ranking_of(*drugs).p_score

    assert p_score.sum() == pytest.approx(len(drugs) / 2)
    assert ((p_score >= 0) & (p_score <= 1)).all()


@given(DRUGS)
def test_one_drug_is_better_or_the_other(drugs: list[tuple[float, float]]) -> None:
    better = probabilities_better(*arrays_of(drugs))

    assert_allclose(better + better.T, 1)
    means, _ = arrays_of(drugs)
    assert (better[np.equal.outer(means, means)] == 0.5).all()


@given(DRUGS)
def test_some_drug_is_the_best(drugs: list[tuple[float, float]]) -> None:
    best = ranking_of(*drugs).probability_best

    assert best.sum() == pytest.approx(1)
    assert (best >= 0).all()


@given(DRUGS)
def test_every_rank_is_given_once_and_lies_in_its_interval(drugs: list[tuple[float, float]]) -> None:
    ranking = ranking_of(*drugs)

    assert sorted(ranking.rank.tolist()) == list(range(1, len(drugs) + 1))
    assert_array_equal(ranking.rank[ranking.order], np.arange(1, len(drugs) + 1))
    assert (ranking.p_score[ranking.order][1:] <= ranking.p_score[ranking.order][:-1]).all()
    assert (ranking.rank_lower >= 1).all()
    assert (ranking.rank_lower <= ranking.rank).all()
    assert (ranking.rank <= ranking.rank_upper).all()
    assert (ranking.rank_upper <= len(drugs)).all()


@given(DRUGS, st.randoms(use_true_random=False))
def test_swapping_drugs_swaps_the_answers(drugs: list[tuple[float, float]], random: Random) -> None:
    positions = list(range(len(drugs)))
    random.shuffle(positions)
    means, variances = arrays_of(drugs)

    straight, swapped = rank(means, variances), rank(means[positions], variances[positions])

    assert_allclose(swapped.p_score, straight.p_score[positions], atol=1e-12)
    assert_allclose(swapped.probability_best, straight.probability_best[positions], atol=1e-9)
    limits = rank_intervals(probabilities_better(means, variances))
    swapped_limits = rank_intervals(probabilities_better(means[positions], variances[positions]))
    assert_array_equal(swapped_limits, np.array(limits)[:, positions])
    # Ranks may differ where P-scores are equal but for rounding: there the means and the order of the input decide.
    apart = np.abs(np.subtract.outer(straight.p_score, straight.p_score)) > 1e-9
    clear = apart.sum(axis=1)[positions] == len(drugs) - 1
    assert_array_equal(swapped.rank[clear], straight.rank[positions][clear])


def test_the_scale_of_0_to_100_changes_nothing(uneven: tuple[np.ndarray, np.ndarray]) -> None:
    means, variances = uneven

    on_levels, out_of_100 = rank(means, variances), rank(25 * (means - 1), 25**2 * variances)

    for field in ("rank", "rank_lower", "rank_upper"):
        assert_array_equal(getattr(out_of_100, field), getattr(on_levels, field))
    assert_allclose(out_of_100.p_score, on_levels.p_score, atol=1e-9)
    assert_allclose(out_of_100.probability_best, on_levels.probability_best, atol=1e-9)


# Ties, certainty, few drugs


def test_equal_p_scores_are_ordered_by_the_means() -> None:
    """The difference of the means is too small to move a probability away from one half."""
    ranking = ranking_of((3.0, 1e6), (np.nextafter(3.0, 4.0), 1e6))

    assert ranking.p_score.tolist() == [0.5, 0.5]
    assert ranking.rank.tolist() == [2, 1]


def test_equal_means_are_ordered_as_they_come() -> None:
    ranking = ranking_of((3.0, 0.2), (3.0, 0.2), (3.0, 0.2))

    assert ranking.p_score.tolist() == [0.5, 0.5, 0.5]
    assert ranking.rank.tolist() == [1, 2, 3]
    assert ranking.rank_lower.tolist() == [1, 1, 1]
    assert ranking.rank_upper.tolist() == [3, 3, 3]


def test_an_interval_holds_the_rank_also_where_p_scores_contradict_a_pair() -> None:
    """The second drug is surely worse than the first, but surely better than all the others, and so ranks first."""
    ranking = ranking_of((1.97, 1.0), (0.0, 0.0), *[(-0.0001, 0.0)] * 94)

    assert ranking.rank[:2].tolist() == [2, 1]
    assert ranking.rank_lower[:2].tolist() == [1, 1]
    assert ranking.rank_upper[:2].tolist() == [2, 2]


def test_certain_means_leave_no_doubt() -> None:
    ranking = ranking_of((2.0, 0.0), (4.0, 0.0), (3.0, 0.0))

    assert ranking.rank.tolist() == ranking.rank_lower.tolist() == ranking.rank_upper.tolist() == [3, 1, 2]
    assert ranking.p_score.tolist() == [0.0, 1.0, 0.5]
    assert_allclose(ranking.probability_best, [0, 1, 0], atol=1e-12)
    assert ranking.group == (WORSE, BETTER, MIDDLE)


def test_certain_means_that_are_equal_share_the_probability_of_being_best() -> None:
    ranking = ranking_of((4.0, 0.0), (4.0, 0.0), (1.0, 0.0))

    assert_allclose(ranking.probability_best, [0.5, 0.5, 0], atol=1e-12)
    assert list(zip(ranking.rank_lower, ranking.rank_upper, strict=True)) == [(1, 2), (1, 2), (3, 3)]


def test_a_single_drug_is_first_and_says_nothing() -> None:
    for variance in (0.0, 0.3):
        ranking = ranking_of((3.8, variance))

        assert [ranking.rank.tolist(), ranking.rank_lower.tolist(), ranking.rank_upper.tolist()] == [[1], [1], [1]]
        assert ranking.p_score.tolist() == [0.5]
        assert ranking.probability_best.tolist() == [1.0]
        assert ranking.group == (MIDDLE,)


def test_no_drugs_make_an_empty_ranking() -> None:
    ranking = ranking_of()

    for values in (ranking.rank, ranking.rank_lower, ranking.rank_upper, ranking.p_score, ranking.order):
        assert values.shape == (0,)
    assert ranking.probability_best.shape == (0,)
    assert ranking.group == ()


# Groups


def test_a_drug_is_better_than_most_when_it_is_better_than_more_than_half_of_its_competitors() -> None:
    """By hand: rank r of K is better than K - r of K - 1 competitors."""
    for drugs, expected in (
        (2, (BETTER, WORSE)),
        (3, (BETTER, MIDDLE, WORSE)),
        (4, (BETTER, BETTER, WORSE, WORSE)),
        (5, (BETTER, BETTER, MIDDLE, WORSE, WORSE)),
    ):
        ranks = np.arange(1, drugs + 1)
        assert groups(ranks, ranks) == expected


def test_the_whole_interval_decides_about_the_group() -> None:
    """Six drugs: ranks 1 to 3 are better than 5, 4 and 3 of 5 competitors; ranks 4 to 6 than 2, 1 and none."""
    lower = np.array([1, 1, 1, 4, 3, 6])
    upper = np.array([3, 4, 6, 6, 6, 6])

    assert groups(lower, upper) == (BETTER, MIDDLE, MIDDLE, WORSE, MIDDLE, WORSE)


# Coverage. One drug of each repetition is looked at, so that hits are independent and binomial.


def share_held(repetitions: int, draw: Callable[[np.random.Generator], tuple[int, int, int]]) -> float:
    """How often lower <= true rank <= upper."""
    chance = np.random.default_rng(3)
    outcomes = [draw(chance) for _ in range(repetitions)]
    return sum(lower <= true <= upper for lower, true, upper in outcomes) / repetitions


def test_intervals_of_drugs_that_are_all_alike_hold_the_true_rank_as_often_as_they_say() -> None:
    """The hardest case, in which the coverage is known.

    The true order has nothing to do with the estimates. A pair is told apart in 5 % of cases, so of 29 competitors
    1.45 on average; each takes one of the 30 ranks away, and the true one with a probability of 1 / 30:
    1 - 1.45 / 30 = 95.17 %. One standard error of 4,000 repetitions is 0.34 %; four are allowed.
    """
    drugs, repetitions = 30, 4_000

    def draw(chance: np.random.Generator) -> tuple[int, int, int]:
        variances = 1 / np.clip(np.exp(chance.normal(4, 1.6, drugs)), 5, 5_000)
        lower, upper = rank_intervals(probabilities_better(chance.normal(0, np.sqrt(variances)), variances))
        return int(lower[0]), int(chance.integers(1, drugs + 1)), int(upper[0])

    assert share_held(repetitions, draw) == pytest.approx(1 - 0.05 * 29 / 30, abs=4 * 0.0034)


def test_from_ratings_to_ranks_the_interval_holds_the_true_rank() -> None:
    """Fifty drugs in three tight groups, with 5 to 5,000 ratings, shrunk towards the prior of version 0.

    At least 95 %, less three standard errors of 1,000 repetitions, 0.69 % each. Plain Monte Carlo holds about 80 %.
    """
    drugs, repetitions = 50, 1_000

    def draw(chance: np.random.Generator) -> tuple[int, int, int]:
        true_means = chance.choice([3.2, 3.8, 4.3], drugs) + chance.normal(0, 0.01, drugs)
        counts = np.clip(np.exp(chance.normal(4, 1.6, drugs)), 5, 5_000).astype(np.int64)
        # 1 + a binomial of 4 trials has levels 1 to 5 and the mean that is asked for.
        levels = chance.multinomial(counts, binom.pmf(np.arange(5), 4, ((true_means - 1) / 4)[:, None]))
        estimates = posterior(levels, UNIFORM.shares[0], UNIFORM_STRENGTH)
        ranking = rank(estimates.mean, estimates.variance)
        true_rank = 1 + int((true_means > true_means[0]).sum())
        return int(ranking.rank_lower[0]), true_rank, int(ranking.rank_upper[0])

    assert share_held(repetitions, draw) >= 0.95 - 3 * 0.0069
