"""From two ratings by the same physician to the counts of a head-to-head."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from models.head_to_heads import PAIRED_COLUMNS, SUBJECTS
from models.ratings import CRITERIA
from scoring.paired_counts import COUNTS, paired_counts

Levels = tuple[int, ...]


def counts_of(first: Levels, second: Levels) -> dict[str, int]:
    """The counts that are not zero, by the names of the columns that hold them."""
    [row] = paired_counts(np.array([first]), np.array([second])).tolist()
    return {name: count for name, count in zip(PAIRED_COLUMNS, row, strict=True) if count}


def test_the_counts_are_those_that_head_to_heads_hold() -> None:
    assert len(PAIRED_COLUMNS) == COUNTS == 35


def test_each_criterion_is_counted_in_its_columns() -> None:
    for place, criterion in enumerate(CRITERIA):
        first = tuple(2 if place == other else 0 for other in range(6))
        second = tuple(5 if place == other else 0 for other in range(6))
        # The overall is that one criterion: 60 * (2 - 5) = -180, and 180 * 180 = 32,400.
        assert counts_of(first, second) == {
            "overall_physicians": 1,
            "overall_losses": 1,
            "overall_sum": -180,
            "overall_sum_squares": 32_400,
            f"{criterion}_physicians": 1,
            f"{criterion}_losses": 1,
            f"{criterion}_sum": -3,
            f"{criterion}_sum_squares": 9,
        }


def test_only_criteria_that_both_ratings_answer_count() -> None:
    found = counts_of((5, 3, 0, 4, 0, 1), (4, 3, 2, 0, 0, 3))

    # Shared are efficacy (+1), safety (0) and preference (-2): -1/3 on average, which is -20 of 60.
    assert found == {
        "overall_physicians": 1,
        "overall_losses": 1,
        "overall_sum": -20,
        "overall_sum_squares": 400,
        "efficacy_physicians": 1,
        "efficacy_wins": 1,
        "efficacy_sum": 1,
        "efficacy_sum_squares": 1,
        "safety_physicians": 1,
        "preference_physicians": 1,
        "preference_losses": 1,
        "preference_sum": -2,
        "preference_sum_squares": 4,
    }


def test_a_draw_is_neither_won_nor_lost() -> None:
    # Efficacy 4 to 2 and safety 1 to 3: on average there is no difference.
    found = counts_of((4, 1, 0, 0, 0, 0), (2, 3, 0, 0, 0, 0))

    assert {name: count for name, count in found.items() if name.startswith("overall")} == {"overall_physicians": 1}


def test_ratings_without_a_common_criterion_count_nothing() -> None:
    assert counts_of((5, 4, 3, 0, 0, 0), (0, 0, 0, 3, 4, 5)) == {}


@pytest.mark.parametrize(("criteria", "overall"), [(1, 60), (2, 30), (3, 20), (4, 15), (5, 12), (6, 10)])
def test_the_overall_difference_is_whole_for_any_number_of_criteria(criteria: int, overall: int) -> None:
    """One level of difference in one of them: 60ths are the smallest unit in which all six cases are whole."""
    first = (3,) * criteria + (0,) * (6 - criteria)

    assert counts_of((4, *first[1:]), first)["overall_sum"] == overall


LEVELS = st.tuples(*[st.integers(0, 5)] * 6)


@given(LEVELS, LEVELS)
def test_swapping_the_drugs_swaps_wins_and_losses(first: Levels, second: Levels) -> None:
    there, back = (
        paired_counts(np.array([one]), np.array([other])).reshape(len(SUBJECTS), 5)
        for one, other in ((first, second), (second, first))
    )

    assert_array_equal(back, there[:, [0, 2, 1, 3, 4]] * [1, 1, 1, -1, 1])
