"""Sums over groups of rows."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array


def sums_by_group(
    values: NDArray[np.signedinteger], groups: NDArray[np.integer], group_count: int
) -> NDArray[np.signedinteger]:
    """The sum of the rows of each group.

    Args:
        values: one row per entry, of a signed integer type; the sums have the same type, but at least 32 bits.
        groups: which group each row belongs to, 0 to `group_count` - 1; or, with as many columns as each row belongs
            to groups, all of those.
        group_count: how many groups there are; one without rows has sums of zero.

    Returns:
        One row per group, with the columns of `values`.
    """
    # The matrix with a column for each entry that has a 1 in the rows of its groups: many times faster than sorting
    # the entries and adding up neighbours.
    entries = len(groups)
    ends = np.arange(entries + 1) * (groups.size // max(entries, 1))
    width = np.result_type(values.dtype, np.int32)
    membership = csc_array((np.ones(groups.size, dtype=width), groups.ravel(), ends), shape=(group_count, entries))
    sums: NDArray[np.signedinteger] = membership @ values.astype(width)
    return sums
