"""From ratings to the cells that count them."""

from collections.abc import Iterable, Iterator
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, MONTH, SPECIALTY
from resolvers.counts.counted import CountedRatings, Integers, Tally, Texts
from scoring.counts import rating_counts
from scoring.experience import BANDS
from scoring.grouping import sums_by_group

BAND_NAMES = np.array([band.name for band in BANDS])
BAND_STARTS = np.array([band.first for band in BANDS])


def cells_of(ratings: CountedRatings) -> Tally:
    """The counts of all cells that the ratings belong to.

    Keys are (drug, segment kind, segment value, indication), each once. A rating belongs to five cells: everybody,
    its specialty, country, experience band and month.
    """
    return cells_in(ratings.drugs, ratings.indications, ratings.levels, _segments(ratings))


def cells_in(drugs: Integers, indications: Integers, levels: Integers, segments: Iterable[tuple[int, Texts]]) -> Tally:
    """The counts of cells of the given segments.

    Args:
        drugs: of each rating.
        indications: of each rating.
        levels: a row per rating, as `CountedRatings` has them.
        segments: kinds of segments, and of each the value of each rating.
    """
    treatments, treatment_of = _distinct(drugs, indications)
    keys: list[tuple[int | str, ...]] = []
    cells_of_ratings = []
    for kind, values in segments:
        names, value_of = np.unique(values, return_inverse=True)
        cells, cell_of = np.unique(treatment_of * len(names) + value_of, return_inverse=True)
        cells_of_ratings.append(len(keys) + cell_of)
        of_treatments, of_names = np.divmod(cells, max(len(names), 1))
        of_drugs, of_indications = treatments[of_treatments].T.tolist()
        keys.extend(zip(of_drugs, repeat(kind), names[of_names].tolist(), of_indications))
    return Tally(keys, sums_by_group(rating_counts(levels), np.column_stack(cells_of_ratings), len(keys)))


def _segments(ratings: CountedRatings) -> Iterator[tuple[int, Texts]]:
    """Each kind of segment, and the value of each rating in it."""
    yield EVERYBODY, np.zeros(len(ratings), dtype="U1")
    yield SPECIALTY, ratings.specialties.astype(np.str_)
    yield COUNTRY, ratings.countries
    yield EXPERIENCE, BAND_NAMES[np.searchsorted(BAND_STARTS, ratings.years_in_practice, side="right") - 1]
    yield MONTH, ratings.months


def _distinct(first: Integers, second: Integers) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """The different pairs of two columns of keys, and for each row which of them it has."""
    # Catalogue keys are 32 bits wide; one column of 64 bits is sorted many times faster than two.
    packed, places = np.unique((first << 32) | second, return_inverse=True)
    return np.column_stack([packed >> 32, packed & 0xFFFFFFFF]), places
