"""What is expected of a drug before it is rated, and how ratings of all drugs teach it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.counts import CellCounts, rating_counts
from scoring.grouping import sums_by_group
from scoring.prior import UNIFORM, UNIFORM_VERSION, Prior, PriorVersion
from scoring.prior_fitting import LEAST_STRENGTH, MOST_STRENGTH, fit_prior


def counted(levels: np.ndarray, drugs: np.ndarray) -> CellCounts:
    """The counts of each drug; one row of levels per rating."""
    return CellCounts.of(sums_by_group(rating_counts(levels), drugs, int(drugs.max(initial=-1)) + 1))


def assert_usable(prior: Prior) -> None:
    assert (prior.shares > 0).all()
    assert_allclose(prior.shares.sum(axis=-1), 1, atol=1e-9)
    assert ((prior.strengths >= LEAST_STRENGTH) & (prior.strengths <= MOST_STRENGTH)).all()
    for correlations in (prior.within, prior.between):
        assert_array_equal(correlations, correlations.T)
        assert_array_equal(np.diagonal(correlations), 1)
        assert np.linalg.eigvalsh(correlations).min() >= 0


def test_the_built_in_prior_is_one_answer_for_each_level() -> None:
    assert_usable(UNIFORM)
    assert_array_equal(UNIFORM.shares * UNIFORM.strengths[:, None], np.ones((6, 5)))


def test_an_indication_without_a_prior_has_that_of_all() -> None:
    own = Prior(UNIFORM.shares, 2 * UNIFORM.strengths, UNIFORM.within, UNIFORM.between)
    version = PriorVersion(UNIFORM, {7: own})
    assert version.prior_for(7) is own
    assert version.prior_for(8) is UNIFORM
    assert version.prior_for(None) is UNIFORM


def test_priors_of_several_cells() -> None:
    own = Prior(UNIFORM.shares, 2 * UNIFORM.strengths, UNIFORM.within, UNIFORM.between)
    both = Prior.at_each([UNIFORM, own])
    assert both.shares.shape == (2, 6, 5)
    assert_array_equal(both.strengths, [[5] * 6, [10] * 6])
    assert both.within.shape == both.between.shape == (6, 6)


def test_priors_of_no_cells() -> None:
    none = Prior.at_each([])
    assert (none.shares.shape, none.strengths.shape) == ((0, 6, 5), (0, 6))


numbers = st.floats(allow_nan=False, allow_infinity=False)


def priors(draw_number: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    arrays = st.lists(draw_number, min_size=36, max_size=36).map(np.array)
    return arrays.map(lambda values: (values[:30].reshape(6, 5), values[30:]))


@given(priors(numbers), st.dictionaries(st.integers(1, 2**62), priors(numbers), max_size=3))
def test_json_keeps_every_bit(
    everywhere: tuple[np.ndarray, np.ndarray], others: dict[int, tuple[np.ndarray, np.ndarray]]
) -> None:
    version = PriorVersion(
        Prior(*everywhere, UNIFORM.within, UNIFORM.between),
        {key: Prior(*levels, UNIFORM.within, UNIFORM.between) for key, levels in others.items()},
    )
    again = PriorVersion.from_json(version.to_json())
    assert again.to_json() == version.to_json()
    assert set(again.by_indication) == set(others)
    for key in (None, *others):
        assert_array_equal(again.prior_for(key).shares, version.prior_for(key).shares)
        assert_array_equal(again.prior_for(key).strengths, version.prior_for(key).strengths)
    assert_array_equal(again.everywhere.between, UNIFORM.between)


def test_what_is_no_prior_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        PriorVersion.from_json(b"")
    with pytest.raises(KeyError, match="within"):
        PriorVersion.from_json(b"{}")


def test_no_ratings_teach_nothing() -> None:
    nothing = CellCounts.of(np.zeros((0, 91), dtype=np.int64))
    unrated = CellCounts.of(np.zeros((3, 91), dtype=np.int64))
    assert fit_prior(np.zeros(0, dtype=np.int64), nothing).to_json() == UNIFORM_VERSION.to_json()
    assert fit_prior(np.array([1, 1, 2]), unrated).to_json() == UNIFORM_VERSION.to_json()


ratings = st.lists(st.tuples(st.integers(0, 5), st.tuples(*[st.integers(0, 5)] * 6)), min_size=1, max_size=25)


@given(ratings, st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_whatever_the_ratings_the_prior_is_usable(
    rated: list[tuple[int, tuple[int, ...]]], indications: list[int]
) -> None:
    """One drug, one rating, nobody answering a criterion, everybody the same: never a division by zero."""
    drugs = np.array([drug for drug, _ in rated])
    counts = counted(np.array([levels for _, levels in rated]), drugs)
    version = fit_prior(np.array(indications[: len(counts)]), counts)
    assert_usable(version.everywhere)
    for prior in version.by_indication.values():
        assert_usable(prior)


@pytest.mark.parametrize("level", [1, 3, 5])
def test_everybody_the_same(level: int) -> None:
    drugs = np.repeat(np.arange(40), 10_000)
    version = fit_prior(np.repeat([1, 2], 20), counted(np.full((len(drugs), 6), level), drugs))
    for prior in (version.everywhere, *version.by_indication.values()):
        assert_usable(prior)
        assert (prior.shares.argmax(axis=1) == level - 1).all()


def dirichlet_world(
    strength: float, drugs: int, answers: int, chance: np.random.Generator, shares: tuple[float, ...]
) -> np.ndarray:
    """Levels, (drugs · answers, 6), drug by drug; the criteria have nothing to do with each other."""
    cumulated = chance.dirichlet(strength * np.array(shares), size=(drugs, 1, 6)).cumsum(axis=-1)
    levels: np.ndarray = 1 + (chance.random((drugs, answers, 6, 1)) > cumulated[..., :-1]).sum(axis=-1)
    return levels.reshape(-1, 6)


LOW, HIGH = (0.30, 0.30, 0.20, 0.10, 0.10), (0.05, 0.10, 0.15, 0.30, 0.40)


def test_the_prior_finds_what_ratings_were_made_from() -> None:
    """Two indications of 1,000 drugs with 20 answers each, with levels and strengths of their own."""
    chance = np.random.default_rng(11)
    levels = np.vstack([dirichlet_world(6, 1_000, 20, chance, LOW), dirichlet_world(25, 1_000, 20, chance, HIGH)])
    version = fit_prior(np.repeat([4, 9], 1_000), counted(levels, np.repeat(np.arange(2_000), 20)))
    low, high = version.prior_for(4), version.prior_for(9)
    # 1,000 means have a standard error of at most √(2 · (1/7 + 1/20) / 1,000) = 0.02, shares a smaller one.
    assert_allclose(low.shares, np.broadcast_to(LOW, (6, 5)), atol=0.03)
    assert_allclose(high.shares, np.broadcast_to(HIGH, (6, 5)), atol=0.03)
    # A variance found from 1,000 drugs has a standard error of 4.5 %, more where answers hide it, and the prior is one
    # such error weaker on purpose. At 25 the answers' own variance is nine tenths of what is seen.
    assert_allclose(low.strengths, 6, rtol=0.2)
    assert_allclose(high.strengths, 25, rtol=0.35)
    off_diagonal = ~np.eye(6, dtype=bool)
    assert_allclose(version.everywhere.within[off_diagonal], 0, atol=0.05)
    assert_allclose(version.everywhere.between[off_diagonal], 0, atol=0.12)


def test_one_answer_for_all_criteria_means_full_correlation() -> None:
    chance = np.random.default_rng(12)
    levels = np.repeat(dirichlet_world(6, 300, 20, chance, HIGH)[:, :1], 6, axis=1)
    everywhere = fit_prior(np.ones(300, dtype=np.int64), counted(levels, np.repeat(np.arange(300), 20))).everywhere
    assert everywhere.within.min() > 0.97
    assert everywhere.between.min() > 0.95


def test_drugs_alike_make_a_strong_prior_and_drugs_apart_a_weak_one() -> None:
    chance = np.random.default_rng(13)
    drugs = np.repeat(np.arange(300), 50)
    alike = fit_prior(np.ones(300, dtype=np.int64), counted(dirichlet_world(1e6, 300, 50, chance, HIGH), drugs))
    apart = fit_prior(np.ones(300, dtype=np.int64), counted(dirichlet_world(0.2, 300, 50, chance, HIGH), drugs))
    assert alike.prior_for(1).strengths.min() > 40
    assert_array_equal(apart.prior_for(1).strengths, LEAST_STRENGTH)


def test_one_much_rated_drug_does_not_set_the_prior_of_all() -> None:
    """49 drugs have 20 answers and a mean of 4, the fiftieth has 100,000 answers, all of level 1."""
    usual = np.tile([3, 4, 4, 5], 49 * 5)
    levels = np.concatenate([usual, np.ones(100_000, dtype=np.int64)])
    drugs = np.concatenate([np.repeat(np.arange(49), 20), np.full(100_000, 49)])
    version = fit_prior(np.ones(50, dtype=np.int64), counted(np.repeat(levels[:, None], 6, axis=1), drugs))
    means = version.prior_for(1).shares @ np.arange(1, 6)
    # As one of 50 drugs it may move the mean by a fiftieth of the distance of 3, or little more as a sure one; by
    # answers it would be 1.03.
    assert (means > 3.8).all()


def test_an_indication_with_little_to_tell_follows_all() -> None:
    chance = np.random.default_rng(14)
    levels = np.vstack([dirichlet_world(8, 400, 20, chance, HIGH), np.ones((1, 6), dtype=np.int64)])
    drugs = np.append(np.repeat(np.arange(400), 20), 400)
    indications = np.append(np.repeat(np.arange(1, 21), 20), 99)
    version = fit_prior(indications, counted(levels, drugs))
    assert_allclose(version.prior_for(99).shares, version.everywhere.shares, atol=0.05)


def test_the_order_of_drugs_does_not_matter() -> None:
    chance = np.random.default_rng(15)
    counts = counted(dirichlet_world(8, 60, 7, chance, HIGH), np.repeat(np.arange(60), 7))
    indications = chance.integers(1, 5, 60)
    order = chance.permutation(60)
    shuffled = CellCounts(counts.ratings[order], counts.levels[order], counts.pairs[order])
    first, second = fit_prior(indications, counts), fit_prior(indications[order], shuffled)
    for key in (None, 1, 2, 3, 4):
        # Sums of floats may differ in the last bit, and then a rounded decimal by one.
        assert_allclose(first.prior_for(key).shares, second.prior_for(key).shares, atol=2e-6)
        assert_allclose(first.prior_for(key).strengths, second.prior_for(key).strengths, atol=2e-6)
