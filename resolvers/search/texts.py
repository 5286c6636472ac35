"""Finding texts as a whole: by how they begin, or misspelt."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

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
        self._by_alphabet = sorted(texts, key=texts.__getitem__)
        self._texts_by_alphabet = [texts[number] for number in self._by_alphabet]
        self._by_length = sorted(texts, key=lambda number: len(texts[number]))
        self._texts_by_length = [texts[number] for number in self._by_length]

    def beginning(self, prefix: str) -> set[int]:
        """The texts that begin with the prefix."""
        positions = begins_with(self._texts_by_alphabet, prefix)
        return set(self._by_alphabet[positions.start : positions.stop])

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
