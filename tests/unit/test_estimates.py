"""Estimates of many cells at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.composite import EQUAL_WEIGHTS, normalised_weights
from scoring.counts import CellCounts, rating_counts
from scoring.estimates import Estimates, estimate
from scoring.posterior import credible_interval, criterion_interval
from scoring.prior import UNIFORM, Prior

Rated = list[tuple[int, ...]]


def row(ratings: Rated) -> np.ndarray:
    """The counts of one cell, (91,)."""
    return rating_counts(np.array(ratings, dtype=np.int64).reshape(-1, 6)).sum(axis=0, dtype=np.int64)


def cells(*ratings: Rated) -> CellCounts:
    return CellCounts.of(np.array([row(rated) for rated in ratings]))


FEW: Rated = [(5, 4, 4, 0, 5, 5), (4, 4, 3, 2, 0, 4), (5, 5, 4, 3, 4, 5)]
MANY: Rated = FEW * 20


def test_counts_are_told_apart() -> None:
    counts = cells(FEW, [])
    assert len(counts) == 2
    assert_array_equal(counts.ratings, [3, 0])
    assert_array_equal(counts.levels[0, 3], [0, 1, 1, 0, 0])
    assert_array_equal(counts.answers, [[3, 3, 3, 2, 2, 3], [0] * 6])
    # Efficacy and safety: three joint answers, 5 + 4 + 5, 4 + 4 + 5, 20 + 16 + 25.
    assert_array_equal(counts.pairs[0, 0], [3, 14, 13, 61])


def test_scores_by_criterion_and_overall() -> None:
    estimates = estimate(cells(FEW, MANY), UNIFORM)
    assert_array_equal(estimates.by(2, EQUAL_WEIGHTS).mean, estimates.criteria.mean[:, 2])
    assert_array_equal(estimates.by(2, EQUAL_WEIGHTS).variance, estimates.criteria.variance[:, 2])
    assert_array_equal(estimates.by(None, EQUAL_WEIGHTS).mean, estimates.overall(EQUAL_WEIGHTS).mean)
    # Efficacy of FEW under one prior answer for each level: (15 + 14) / (5 + 3).
    assert_allclose(estimates.criteria.mean[0, 0], 29 / 8)
    assert_allclose(estimates.overall(EQUAL_WEIGHTS).mean, estimates.criteria.mean.mean(axis=1))


def test_weights_change_the_overall_score_only() -> None:
    estimates = estimate(cells(FEW), UNIFORM)
    efficacy_only = normalised_weights([1, 0, 0, 0, 0, 0])
    assert_allclose(estimates.overall(efficacy_only).mean, estimates.criteria.mean[:, 0])
    assert_allclose(estimates.overall(efficacy_only).variance, estimates.criteria.variance[:, 0])
    assert_array_equal(estimates.by(1, efficacy_only).mean, estimates.by(1, EQUAL_WEIGHTS).mean)


def test_intervals_are_those_of_the_scores() -> None:
    counts = cells(FEW, MANY)
    estimates = estimate(counts, UNIFORM)
    scores = estimates.overall(EQUAL_WEIGHTS)
    assert_array_equal(
        estimates.interval_by(None, EQUAL_WEIGHTS), credible_interval(scores.mean, scores.variance, [3, 60])
    )
    assert_array_equal(estimates.interval_by(3, EQUAL_WEIGHTS), criterion_interval(counts.levels[:, 3], [0.2] * 5, 5.0))
    of_all = np.array(estimates.criterion_intervals())
    for place in range(6):
        assert_allclose(of_all[:, :, place], estimates.interval_by(place, EQUAL_WEIGHTS), atol=1e-6)


def test_no_cells_have_no_estimates() -> None:
    for prior in (UNIFORM, Prior.at_each([])):
        estimates = estimate(CellCounts.of(np.zeros((0, 91), dtype=np.int64)), prior)
        assert estimates.overall(EQUAL_WEIGHTS).mean.shape == (0,)
        assert [limits.shape for limits in estimates.interval_by(None, EQUAL_WEIGHTS)] == [(0,), (0,)]
        assert [limits.shape for limits in estimates.criterion_intervals()] == [(0, 6), (0, 6)]


def test_a_cell_without_ratings_is_the_prior() -> None:
    estimates = estimate(cells([]), UNIFORM)
    # Levels 1 to 5 alike: mean 3, variance 2 / (5 + 1).
    assert_allclose(estimates.criteria.mean, [[3] * 6])
    assert_allclose(estimates.criteria.variance, [[1 / 3] * 6])


def test_more_equal_ratings_narrow_every_interval() -> None:
    estimates = estimate(cells(FEW * 4, FEW * 8, FEW * 100), UNIFORM)
    lower, upper = estimates.interval_by(None, EQUAL_WEIGHTS)
    assert (np.diff(upper - lower) < 0).all()
    lower, upper = estimates.criterion_intervals()
    assert (np.diff(upper - lower, axis=0) < 0).all()


rated = st.lists(st.tuples(*[st.integers(0, 5)] * 6), max_size=15)


@given(st.lists(rated, min_size=1, max_size=6))
def test_many_cells_at_once_are_the_same_as_one_by_one(ratings: list[Rated]) -> None:
    together = estimate(cells(*ratings), Prior.at_each([UNIFORM] * len(ratings)))
    of_all = numbers_of(together)
    for place, one in enumerate(ratings):
        alone = numbers_of(estimate(cells(one), UNIFORM))
        assert_allclose([numbers[place] for numbers in of_all], [numbers[0] for numbers in alone], atol=1e-6)


def numbers_of(estimates: Estimates) -> list[np.ndarray]:
    scores = estimates.overall(EQUAL_WEIGHTS)
    return [
        scores.mean,
        scores.variance,
        *estimates.interval_by(None, EQUAL_WEIGHTS),
        *estimates.interval_by(4, EQUAL_WEIGHTS),
    ]


@given(rated, rated)
def test_ratings_that_came_and_went_leave_no_trace(kept: Rated, gone: Rated) -> None:
    restored = row(kept) + row(gone) - row(gone)
    assert_array_equal(restored, row(kept))
    first, second = (numbers_of(estimate(CellCounts.of(counts), UNIFORM)) for counts in (restored, row(kept)))
    assert_array_equal(first, second)


@given(rated)
def test_the_order_of_ratings_does_not_matter(ratings: Rated) -> None:
    assert_array_equal(
        numbers_of(estimate(cells(ratings), UNIFORM)), numbers_of(estimate(cells(ratings[::-1]), UNIFORM))
    )


@given(rated, st.integers(1, 300_000))
def test_intervals_hold_the_score_and_stay_on_the_scale(ratings: Rated, times: int) -> None:
    estimates = estimate(CellCounts.of(row(ratings) * times), UNIFORM)
    for criterion in (None, *range(6)):
        mean = estimates.by(criterion, EQUAL_WEIGHTS).mean
        lower, upper = estimates.interval_by(criterion, EQUAL_WEIGHTS)
        assert ((lower >= 1) & (lower <= mean) & (mean <= upper) & (upper <= 5)).all()


@given(st.lists(st.lists(st.tuples(*[st.integers(0, 5)] * 6), max_size=12), min_size=1, max_size=6), st.data())
def test_parts_are_the_whole_to_the_last_bit(rated: list[Rated], data: st.DataObject) -> None:
    estimates = estimate(cells(*rated), Prior.at_each([UNIFORM] * len(rated)))
    first = data.draw(st.integers(0, len(rated)))
    safety = normalised_weights([1, 3, 0, 0, 0, 2])
    # What the whole has been asked for before is not worked out again, and all else is worked out for it as well.
    if data.draw(st.booleans()):
        estimates.interval_by(None, safety)
    parts = estimates.parts([first, 0, len(rated) - first])
    assert [len(part) for part in parts] == [len(part.counts) for part in parts] == [first, 0, len(rated) - first]
    for part, cut in zip(parts, (slice(0, first), slice(0, 0), slice(first, None)), strict=True):
        for by in (None, 1):
            for weights in (EQUAL_WEIGHTS, safety):
                scores, whole = part.by(by, weights), estimates.by(by, weights)
                assert_array_equal(scores.mean, whole.mean[cut])
                assert_array_equal(scores.variance, whole.variance[cut])
                assert_array_equal(part.answers_behind(by, weights), estimates.answers_behind(by, weights)[cut])
                for of_part, of_whole in zip(
                    part.interval_by(by, weights), estimates.interval_by(by, weights), strict=True
                ):
                    assert_array_equal(of_part, of_whole[cut])
                assert part.overall_scores(weights) == estimates.overall_scores(weights)[cut]
        assert_array_equal(part.criterion_intervals(), np.array(estimates.criterion_intervals())[:, cut])
        assert_array_equal(numbers_of(part), np.array(numbers_of(estimates))[:, cut])
        chosen = list(range(len(part)))[::2]
        for again in (part.at(chosen), part.parts([0, len(part)])[1].at(chosen)):
            assert_array_equal(numbers_of(again), np.array(numbers_of(part))[:, chosen])
            assert again.overall_scores(safety) == [part.overall_scores(safety)[position] for position in chosen]
