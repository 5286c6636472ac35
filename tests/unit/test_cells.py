"""From ratings to the counts of cells."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from models.cells import COUNT_COLUMNS
from models.ratings import CRITERIA, LEVELS
from scoring import counts
from scoring.counts import rating_counts
from scoring.grouping import sums_by_group


def count_by_group(levels: np.ndarray, groups: np.ndarray, group_count: int) -> np.ndarray:
    return sums_by_group(rating_counts(levels), groups, group_count)


def named(row: np.ndarray) -> dict[str, int]:
    """The counts that are not zero, by the names of the columns that hold them."""
    return {name: int(count) for name, count in zip(COUNT_COLUMNS, row, strict=True) if count}


def test_the_counts_are_those_that_cells_hold() -> None:
    assert len(CRITERIA) == counts.CRITERIA
    assert max(LEVELS) == counts.LEVELS
    assert len(COUNT_COLUMNS) == counts.COUNTS == 91


def test_each_criterion_and_level_is_counted_in_its_column() -> None:
    for place, criterion in enumerate(CRITERIA):
        for level in LEVELS:
            levels = np.zeros((1, 6), dtype=np.int64)
            levels[0, place] = level
            found = count_by_group(levels, np.array([0]), 1)
            assert named(found[0]) == {"rating_count": 1, f"{criterion}_{level}": 1}


def test_each_pair_is_counted_in_its_columns() -> None:
    for first_place, first in enumerate(CRITERIA):
        for second_place, second in enumerate(CRITERIA[first_place + 1 :], first_place + 1):
            levels = np.zeros((1, 6), dtype=np.int64)
            levels[0, first_place], levels[0, second_place] = 2, 5
            found = count_by_group(levels, np.array([0]), 1)
            assert named(found[0]) == {
                "rating_count": 1,
                f"{first}_2": 1,
                f"{second}_5": 1,
                f"{first}_{second}_count": 1,
                f"{first}_{second}_sum_first": 2,
                f"{first}_{second}_sum_second": 5,
                f"{first}_{second}_sum_product": 10,
            }


def test_groups_are_kept_apart() -> None:
    levels = np.array([[5, 5, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [4, 3, 0, 0, 0, 0]])

    found = count_by_group(levels, np.array([2, 0, 2]), 3)

    assert named(found[0]) == {"rating_count": 1, "efficacy_1": 1}
    assert named(found[1]) == {}
    assert named(found[2]) == {
        "rating_count": 2,
        "efficacy_4": 1,
        "efficacy_5": 1,
        "safety_3": 1,
        "safety_5": 1,
        "efficacy_safety_count": 2,
        "efficacy_safety_sum_first": 9,
        "efficacy_safety_sum_second": 8,
        "efficacy_safety_sum_product": 37,
    }


def test_sums_do_not_overflow() -> None:
    found = count_by_group(np.full((100_000, 6), 5), np.zeros(100_000, dtype=np.int64), 1)

    assert found[0, COUNT_COLUMNS.index("adherence_preference_sum_product")] == 2_500_000


def test_no_ratings_make_no_counts() -> None:
    found = count_by_group(np.zeros((0, 6), dtype=np.int64), np.zeros(0, dtype=np.int64), 2)

    assert_array_equal(found, np.zeros((2, 91)))


def test_a_rating_may_belong_to_several_groups() -> None:
    """Seen as everybody (0) and as one of two countries (1 and 2); group 3 has no ratings."""
    levels = np.array([[5, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0]])

    found = count_by_group(levels, np.array([[0, 1], [0, 2], [0, 1]]), 4)

    assert named(found[0]) == {"rating_count": 3, "efficacy_1": 1, "efficacy_4": 1, "efficacy_5": 1}
    assert named(found[1]) == {"rating_count": 2, "efficacy_4": 1, "efficacy_5": 1}
    assert named(found[2]) == {"rating_count": 1, "efficacy_1": 1}
    assert named(found[3]) == {}


def test_sums_are_as_wide_as_what_is_summed() -> None:
    values = np.array([[2**40], [2**40]])

    assert_array_equal(sums_by_group(values, np.array([1, 1]), 2), [[0], [2**41]])


RATINGS = st.lists(st.tuples(*[st.integers(0, 5)] * 6), max_size=30)


@given(RATINGS, RATINGS)
def test_counts_of_parts_add_up_to_those_of_the_whole(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]]
) -> None:
    """So batches may be cut anywhere and come in any order."""
    of_parts = [counts_of(part) for part in (first, second)]
    assert_array_equal(of_parts[0] + of_parts[1], counts_of([*second, *first]))


def counts_of(ratings: list[tuple[int, ...]]) -> np.ndarray:
    levels = np.array(ratings, dtype=np.int64).reshape(-1, 6)
    return count_by_group(levels, np.zeros(len(ratings), dtype=np.int64), 1)[0]
