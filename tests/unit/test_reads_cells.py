"""What is left of the counts of cells when too few physicians have answered."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from resolvers.disclosure import EXACT, FROM_FIVE, RELEASED, Disclosure
from resolvers.reads.cells import counted
from scoring.counts import CRITERIA, PAIRS, CellCounts, rating_counts

Answers = NDArray[np.int64]

ratings = st.lists(st.lists(st.integers(0, 5), min_size=CRITERIA, max_size=CRITERIA), min_size=0, max_size=30)
disclosures = st.sampled_from([RELEASED, FROM_FIVE, EXACT])


def cell_of(levels: Answers) -> list[int]:
    counts: list[int] = rating_counts(levels).astype(np.int64).sum(axis=0).tolist()
    return counts


def answering(*numbers: int) -> Answers:
    """Twelve ratings, of which so many answer each criterion, with a 4."""
    return np.array([[4 if rating < number else 0 for number in numbers] for rating in range(12)])


def test_a_criterion_with_too_few_answers_has_none() -> None:
    """Six criteria, and what is left of the answers of twelve ratings at each threshold."""
    cells = [cell_of(answering(12, 11, 10, 5, 4, 1))]
    assert counted(cells, EXACT).answers.tolist() == [[12, 11, 10, 5, 4, 1]]
    assert counted(cells, FROM_FIVE).answers.tolist() == [[12, 11, 10, 5, 0, 0]]
    assert counted(cells, RELEASED).answers.tolist() == [[12, 11, 0, 0, 0, 0]]
    assert counted(cells, RELEASED).ratings.tolist() == [12]


def test_two_criteria_that_too_few_answer_together_have_nothing_in_common() -> None:
    """The first six ratings answer one criterion, all answer the second, and the last six the third."""
    levels = np.zeros((12, CRITERIA), dtype=np.int64)
    levels[:6, 0], levels[:, 1], levels[5:, 2] = 4, 5, 3
    seen = counted([cell_of(levels)], FROM_FIVE)
    assert seen.answers.tolist() == [[6, 12, 7, 0, 0, 0]]
    of_pair = {pair: seen.pairs[0, place].tolist() for place, pair in enumerate(PAIRS)}
    assert of_pair[0, 1] == [6, 24, 30, 120]
    assert of_pair[1, 2] == [7, 35, 21, 105]
    # One rating answers the first and the third.
    assert of_pair[0, 2] == [0, 0, 0, 0]
    assert counted([cell_of(levels)], EXACT).pairs[0, PAIRS.index((0, 2))].tolist() == [1, 4, 3, 12]


@given(st.lists(ratings, max_size=3), disclosures)
def test_what_is_left_could_be_shown(cells: list[list[list[int]]], disclosure: Disclosure) -> None:
    levels = [np.array(cell, dtype=np.int64).reshape(-1, CRITERIA) for cell in cells]
    seen = counted([cell_of(cell) for cell in levels], disclosure)
    assert len(seen) == len(cells)
    for position, cell in enumerate(levels):
        enough = (cell > 0).sum(axis=0) >= disclosure.least
        # As if nobody had been asked about the other criteria.
        alone = CellCounts.of(np.array([cell_of(cell * enough)]))
        assert (seen.levels[position] == alone.levels[0]).all()
        together = seen.pairs[position, :, 0]
        assert ((together == 0) | (together >= disclosure.least)).all()
        kept = together > 0
        assert (seen.pairs[position, kept] == alone.pairs[0, kept]).all()
        assert not seen.pairs[position, ~kept].any()
