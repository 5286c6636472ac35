"""Sums over groups of rows."""

import numpy as np
from numpy.typing import NDArray


def sums_by_group(values: NDArray[np.integer], groups: NDArray[np.int64], group_count: int) -> NDArray[np.int64]:
    """The sum of the rows of each group.

    Args:
        values: one row per entry, of any integer type; the sums are 64 bits wide.
        groups: which group each row belongs to, 0 to `group_count` - 1.
        group_count: how many groups there are; one without rows has sums of zero.

    Returns:
        One row per group, with the columns of `values`.
    """
    sums = np.zeros((group_count, values.shape[1]), dtype=np.int64)
    if not len(groups):
        return sums
    order = np.argsort(groups, kind="stable")
    in_order = groups[order]
    starts = np.flatnonzero(np.diff(in_order, prepend=-1))
    sums[in_order[starts]] = np.add.reduceat(values[order], starts, axis=0, dtype=np.int64)
    return sums
