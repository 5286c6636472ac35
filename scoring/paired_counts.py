"""From ratings of two drugs by the same physician to the counts of head-to-heads."""

import numpy as np
from numpy.typing import NDArray

from scoring.counts import CRITERIA

SUBJECTS = 1 + CRITERIA
"""What two drugs are compared on: the overall, then each criterion."""

COUNTS_OF_SUBJECT = 5
"""Physicians, wins and losses of the first drug, the sum of the differences and the sum of their squares."""

COUNTS = SUBJECTS * COUNTS_OF_SUBJECT
"""How many counts a head-to-head has."""

OVERALL_SCALE = 60
"""Differences of the overall are counted in 60ths: a mean over 1 to 6 criteria is then a whole number."""


def paired_counts(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each physician adds to the head-to-head of two drugs.

    Args:
        first: the physicians' ratings of the first drug: one row per physician, one column per criterion, levels
            1 to 5, or 0 for not answered.
        second: the same physicians' ratings of the second drug.

    Returns:
        One row per physician with `COUNTS` columns: for the overall and then for each criterion whether the physician
        answers it on both drugs, whether the first one wins, whether it loses, the difference (first minus second)
        and its square. The overall difference is that of the means over the criteria that both ratings answer, in
        60ths; a physician whose ratings share no criterion adds nothing.
    """
    shared = (first > 0) & (second > 0)
    differences = np.where(shared, first - second, 0)
    shared_criteria = shared.sum(axis=1)
    overall = OVERALL_SCALE * differences.sum(axis=1) // np.maximum(shared_criteria, 1)
    counted = np.column_stack([shared_criteria > 0, shared]).astype(np.int64)
    of_subjects = np.column_stack([overall, differences])
    counts = [counted, of_subjects > 0, of_subjects < 0, of_subjects, of_subjects**2]
    return np.stack(counts, axis=2).reshape(len(first), COUNTS).astype(np.int64)
