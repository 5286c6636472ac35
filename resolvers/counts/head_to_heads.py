"""From ratings to the head-to-heads of drugs that the same physician has rated."""

import numpy as np
from numpy.typing import NDArray

from resolvers.counts.counted import CountedRatings, Tally
from scoring.grouping import sums_by_group
from scoring.paired_counts import COUNTS, paired_counts


def head_to_heads_of(ratings: CountedRatings, earlier: CountedRatings | None = None) -> Tally:
    """The counts of all head-to-heads that the ratings add to.

    Args:
        ratings: the ratings to count, each against the others and against the earlier ones.
        earlier: ratings that are counted among themselves already.

    Returns:
        Keys are (indication, first drug, second drug), each once, with first < second.
    """
    both = ratings if earlier is None else ratings.joined(earlier)
    one, other = _same_physician_and_indication(both)
    new = (one < len(ratings)) | (other < len(ratings))
    one, other = one[new], other[new]
    swapped = both.drugs[one] > both.drugs[other]
    first, second = np.where(swapped, other, one), np.where(swapped, one, other)
    keys, groups = np.unique(
        np.column_stack([both.indications[first], both.drugs[first], both.drugs[second]]), axis=0, return_inverse=True
    )
    counts = paired_counts(both.levels[first], both.levels[second])
    if not len(first):
        return Tally([], np.zeros((0, COUNTS), dtype=np.int64))
    return Tally([tuple(key) for key in keys.tolist()], sums_by_group(counts, groups.reshape(-1), len(keys)))


def _same_physician_and_indication(ratings: CountedRatings) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of ratings, by position, that one physician gave for one indication; each pair once."""
    order = np.lexsort((ratings.indications, ratings.physicians))
    physicians, indications = ratings.physicians[order], ratings.indications[order]
    ones, others = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    # Equal keys stand side by side: first all neighbours are paired, then all that stand two apart, and so on.
    for distance in range(1, len(ratings)):
        same = (physicians[:-distance] == physicians[distance:]) & (indications[:-distance] == indications[distance:])
        if not same.any():
            break
        ones.append(order[:-distance][same])
        others.append(order[distance:][same])
    return np.concatenate(ones), np.concatenate(others)
