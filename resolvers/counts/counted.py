"""What counts of ratings: their keys and levels as arrays, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger]
Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class CountedRatings:
    """Ratings as parallel arrays of the same length.

    Specialty (its key), country and years in practice are the physician's as of the rating; `months` has the UTC
    month in which the rating was last changed, such as 2026-01. `levels` has a row per rating and a column per
    criterion: 1 to 5, or 0 for not answered.
    """

    physicians: Integers
    drugs: Integers
    indications: Integers
    specialties: Integers
    countries: Texts
    years_in_practice: Integers
    months: Texts
    levels: Integers

    def __len__(self) -> int:
        return len(self.physicians)

    @classmethod
    def of(
        cls,
        physicians: Sequence[int],
        drugs: Sequence[int],
        indications: Sequence[int],
        specialties: Sequence[int],
        countries: Sequence[str],
        years_in_practice: Sequence[int],
        months: Sequence[str],
        levels: Sequence[Sequence[int | None]],
    ) -> "CountedRatings":
        """From columns; `levels` has a row per rating, with None for not answered."""
        return cls(
            np.array(physicians, dtype=np.int64),
            np.array(drugs, dtype=np.int64),
            np.array(indications, dtype=np.int64),
            np.array(specialties, dtype=np.int64),
            np.array(countries, dtype=np.str_),
            np.array(years_in_practice, dtype=np.int64),
            np.array(months, dtype=np.str_),
            level_array(levels),
        )

    def joined(self, others: "CountedRatings") -> "CountedRatings":
        """These ratings and then the others."""
        return CountedRatings(
            *(np.concatenate((getattr(self, name), getattr(others, name))) for name in self.__slots__)
        )

    def by_drug(self, at_most: int) -> Iterator["CountedRatings"]:
        """The same ratings in parts of at most so many, drugs in ascending order; no drug is in two parts.

        A part is larger if a single drug has more ratings. Cells are ordered by drug first, so those of one part after
        the other are in order as well.
        """
        order = np.argsort(self.drugs, kind="stable")
        drugs = self.drugs[order]
        start = 0
        while start < len(order):
            # Up to the drug that would not fit as a whole, but at least the first one.
            end = len(order)
            if start + at_most < end:
                beginning, after = (np.searchsorted(drugs, drugs[start + at_most], side) for side in ("left", "right"))
                end = int(beginning if beginning > start else after)
            places = order[start:end]
            yield CountedRatings(*(getattr(self, name)[places] for name in self.__slots__))
            start = end


def level_array(levels: Sequence[Sequence[int | None]]) -> NDArray[np.int64]:
    """Levels as an array, a row per rating, with 0 in place of None for not answered."""
    # A float array takes None for "not a number", many times faster than a look at each level.
    return np.nan_to_num(np.array(levels, dtype=np.float32).reshape(-1, 6)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts to be added to a table: the key of each row, and as many rows of counts."""

    keys: list[tuple[int | str, ...]]
    counts: Integers

    def __len__(self) -> int:
        return len(self.keys)

    def negative(self) -> "Tally":
        """What takes these counts away again."""
        return Tally(self.keys, -self.counts)

    def chosen(self, places: Integers) -> "Tally":
        """The counts in these places alone."""
        return Tally([self.keys[place] for place in places.tolist()], self.counts[places])

    def joined(self, others: "Tally") -> "Tally":
        """These counts and the others in one, each key once, without the keys whose counts cancel out."""
        keys = list(dict.fromkeys([*self.keys, *others.keys]))
        place_of = {key: place for place, key in enumerate(keys)}
        counts = np.zeros((len(keys), self.counts.shape[1]), dtype=np.int64)
        for tally in (self, others):
            counts[[place_of[key] for key in tally.keys]] += tally.counts
        left = np.flatnonzero(counts.any(axis=1))
        return Tally([keys[place] for place in left.tolist()], counts[left])
