"""From ratings' levels to the counts of cells."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

CRITERIA = 6
"""How many criteria a rating answers at most."""

LEVELS = 5
"""The answers to a criterion are 1 to LEVELS, from worst to best."""

PAIRS = tuple(combinations(range(CRITERIA), 2))
"""The pairs of criteria whose joint answers are counted, by the criteria's positions."""

COUNTS = 1 + CRITERIA * LEVELS + 4 * len(PAIRS)
"""How many counts a cell has."""


def count_by_group(levels: NDArray[np.int64], groups: NDArray[np.int64], group_count: int) -> NDArray[np.int64]:
    """Count the ratings of each group.

    Args:
        levels: one row per rating, one column per criterion: 1 to 5, or 0 for not answered.
        groups: which group each rating belongs to, 0 to `group_count` - 1.
        group_count: how many groups there are.

    Returns:
        One row per group with `COUNTS` columns: the number of ratings; then for each criterion the number of
        ratings that gave it level 1, 2, … 5; then for each of `PAIRS` four columns: how many ratings answer
        both criteria, and over those the sum of the first one's levels, of the second one's and of the
        products of the two.
    """
    totals = np.zeros((group_count, COUNTS), dtype=np.int64)
    if not len(groups):
        return totals
    order = np.argsort(groups, kind="stable")
    in_order = groups[order]
    starts = np.flatnonzero(np.diff(in_order, prepend=-1))
    totals[in_order[starts]] = np.add.reduceat(_contributions(levels[order]), starts, axis=0, dtype=np.int64)
    return totals


def _contributions(levels: NDArray[np.int64]) -> NDArray[np.int8]:
    """What each rating adds to the counts; at most 25, a product of two levels."""
    answers = levels.astype(np.int8)
    columns = [np.ones(len(answers), dtype=np.int8)]
    for criterion in range(CRITERIA):
        columns.extend((answers[:, criterion] == level).astype(np.int8) for level in range(1, LEVELS + 1))
    for first, second in PAIRS:
        of_first, of_second = answers[:, first], answers[:, second]
        both = (of_first > 0) & (of_second > 0)
        columns.extend((both.astype(np.int8), of_first * both, of_second * both, of_first * of_second))
    return np.column_stack(columns)
