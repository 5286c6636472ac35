"""Finding texts as a whole: by how they begin, or misspelt."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np

from resolvers.search.packed import side_by_side
from resolvers.search.spelling import misspellings

AFTER_ALL_LETTERS = "\U0010ffff"

SHORTEST_MISSPELT_BEGINNING = 7
"""Letters; shorter texts are like the beginning of too much."""

_NUMBERS = re.compile(r"\d+")


def begins_with(sorted_texts: Sequence[str], prefix: str) -> range:
    """The positions of the texts that begin with the prefix."""
    return range(bisect_left(sorted_texts, prefix), bisect_left(sorted_texts, prefix + AFTER_ALL_LETTERS))


class TextIndex:
    """Texts, each given by a number."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._by_length = array("I", sorted(texts, key=lambda number: len(texts[number])))
        self._texts_by_length = side_by_side(texts[number] for number in self._by_length)
        copies = dict(zip(self._by_length, self._texts_by_length, strict=True))
        self._by_alphabet = np.array(sorted(texts, key=texts.__getitem__), np.intp)
        self._texts_by_alphabet = [copies[number] for number in self._by_alphabet.tolist()]

    def beginning(self, prefix: str) -> list[int]:
        """The texts that begin with the prefix, ascending."""
        positions = begins_with(self._texts_by_alphabet, prefix)
        found: list[int] = np.sort(self._by_alphabet[positions.start : positions.stop]).tolist()
        return found

    def misspelt(self, typed: str) -> dict[int, int]:
        """The texts that may be meant by what was typed, with the number of typos."""
        return self._misspelt(typed, self._texts_by_length)

    def misspelt_beginning(self, typed: str) -> set[int]:
        """The texts that begin with what was typed but for one typo."""
        if len(typed) < SHORTEST_MISSPELT_BEGINNING:
            return set()
        beginnings = [text[: len(typed)] for text in self._texts_by_length]
        return {number for number, typos in self._misspelt(typed, beginnings).items() if typos == 1}

    def _misspelt(self, typed: str, texts_by_length: Sequence[str]) -> dict[int, int]:
        numbers = _NUMBERS.findall(typed)
        return {
            self._by_length[position]: typos
            for position, typos in misspellings(typed, texts_by_length)
            # "type 1" is no misspelling of "type 2".
            if _NUMBERS.findall(texts_by_length[position]) == numbers
        }
