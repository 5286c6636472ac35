"""From ratings' levels to the counts of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

CRITERIA = 6
"""How many criteria a rating answers at most."""

LEVELS = 5
"""The answers to a criterion are 1 to LEVELS, from worst to best."""

LEVEL_VALUES: NDArray[np.float64] = np.arange(1.0, LEVELS + 1)
"""The levels as numbers, to multiply counts and shares with."""

PAIRS = tuple(combinations(range(CRITERIA), 2))
"""The pairs of criteria whose joint answers are counted, by the criteria's positions."""

COUNTS = 1 + CRITERIA * LEVELS + 4 * len(PAIRS)
"""How many counts a cell has."""


@dataclass(frozen=True, eq=False)
class CellCounts:
    """The counts of K cells, by what they count; all are integers.

    Attributes:
        ratings: (K,), how many ratings there are.
        levels: (K, CRITERIA, LEVELS), how many of them gave each level to each criterion.
        pairs: (K, number of PAIRS, 4), for each pair of criteria how many ratings answer both, and over those the sum
            of the first one's levels, of the second one's and of the products of the two.
    """

    ratings: NDArray[np.int64]
    levels: NDArray[np.int64]
    pairs: NDArray[np.int64]

    @classmethod
    def of(cls, rows: NDArray[np.int64]) -> "CellCounts":
        """The counts of rows of `COUNTS` columns, as sums of `rating_counts` and the database give them."""
        rows = np.asarray(rows, dtype=np.int64).reshape(-1, COUNTS)
        level_end = 1 + CRITERIA * LEVELS
        return cls(
            rows[:, 0],
            rows[:, 1:level_end].reshape(-1, CRITERIA, LEVELS),
            rows[:, level_end:].reshape(-1, len(PAIRS), 4),
        )

    def __len__(self) -> int:
        """How many cells there are."""
        return len(self.ratings)

    @classmethod
    def joined(cls, parts: Sequence["CellCounts"]) -> "CellCounts":
        """The counts of all cells of some parts, of which there is at least one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.ratings for part in parts]),
            np.concatenate([part.levels for part in parts]),
            np.concatenate([part.pairs for part in parts]),
        )

    def at(self, positions: Sequence[int] | slice | NDArray[np.int64]) -> "CellCounts":
        """The counts of some of the cells, by their positions."""
        return CellCounts(self.ratings[positions], self.levels[positions], self.pairs[positions])

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """How many ratings answer each criterion, (K, CRITERIA)."""
        answers: NDArray[np.int64] = self.levels.sum(axis=-1)
        return answers


def rating_counts(levels: NDArray[np.int64]) -> NDArray[np.int8]:
    """What each rating adds to the counts of its cells.

    Args:
        levels: one row per rating, one column per criterion: 1 to 5, or 0 for not answered.

    Returns:
        One row per rating with `COUNTS` columns: 1, for the number of ratings; then for each criterion and level 1,
        2, … 5 whether the rating gave it that level; then for each of `PAIRS` four columns: whether the rating
        answers both criteria, and if so the first one's level, the second one's and the product of the two. The
        counts of a cell are the sums over its ratings.
    """
    answers = levels.astype(np.int8)
    columns = [np.ones(len(answers), dtype=np.int8)]
    for criterion in range(CRITERIA):
        columns.extend((answers[:, criterion] == level).astype(np.int8) for level in range(1, LEVELS + 1))
    for first, second in PAIRS:
        of_first, of_second = answers[:, first], answers[:, second]
        both = (of_first > 0) & (of_second > 0)
        columns.extend((both.astype(np.int8), of_first * both, of_second * both, of_first * of_second))
    return np.column_stack(columns)
