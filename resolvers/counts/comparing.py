"""Comparing counts with what they should be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resolvers.counts.counted import Integers, Tally

NO_ROW = -1
"""Instead of a row's id where there is no row."""


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Rows of a table of counts; `ids` are their primary keys, in the order of the tally."""

    tally: Tally
    ids: Integers


@dataclass(frozen=True, slots=True)
class Differences:
    """Where stored counts are not what they should be; a row that is not there has counts of zero.

    Attributes:
        keys: of the rows that differ.
        ids: their primary keys, or NO_ROW.
        stored: their counts, a row each.
        expected: what the counts should be.
        idle: the primary keys of rows under whose keys there is nothing to count, whatever they hold.
    """

    keys: list[tuple[int | str, ...]]
    ids: Integers
    stored: Integers
    expected: Integers
    idle: Integers

    def __len__(self) -> int:
        return len(self.keys)

    def missing(self) -> Tally:
        """Counts for which there is no row."""
        return self._chosen(self.expected, self.ids == NO_ROW)

    def corrections(self) -> Tally:
        """What has to be added to rows that are there and hold other counts."""
        return self._chosen(self.expected - self.stored, (self.ids != NO_ROW) & self.expected.any(axis=1))

    def _chosen(self, counts: Integers, which: NDArray[np.bool_]) -> Tally:
        places = np.flatnonzero(which)
        return Tally([self.keys[place] for place in places.tolist()], counts[places])


def differences(expected: Tally, stored: StoredCounts) -> Differences:
    """Compare the counts of a part; each key is there at most once on either side."""
    place_of = {key: place for place, key in enumerate(stored.tally.keys)}
    places = np.array([place_of.get(key, NO_ROW) for key in expected.keys], dtype=np.int64)
    found = places != NO_ROW
    there = np.zeros_like(expected.counts)
    there[found] = stored.tally.counts[places[found]]
    ids = np.full(len(expected), NO_ROW)
    ids[found] = stored.ids[places[found]]

    wanted = np.zeros(len(stored.ids), dtype=np.bool_)
    wanted[places[found & expected.counts.any(axis=1)]] = True
    unexpected = np.ones(len(stored.ids), dtype=np.bool_)
    unexpected[places[found]] = False
    left_over = np.flatnonzero(unexpected & stored.tally.counts.any(axis=1))

    differing = np.flatnonzero((there != expected.counts).any(axis=1))
    return Differences(
        [expected.keys[place] for place in differing.tolist()]
        + [stored.tally.keys[place] for place in left_over.tolist()],
        np.concatenate([ids[differing], stored.ids[left_over]]),
        np.concatenate([there[differing], stored.tally.counts[left_over]]),
        np.concatenate([expected.counts[differing], np.zeros_like(stored.tally.counts[left_over])]),
        stored.ids[~wanted],
    )
