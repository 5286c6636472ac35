"""Finding texts by their words: whole, begun, or misspelt."""

from array import array
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from resolvers.search.packed import side_by_side
from resolvers.search.spelling import misspellings
from resolvers.search.texts import begins_with

NOT_THERE = 1_000
"""Stands for the typos of a word in texts that do not have it: more than there can be in any word."""


class WordIndex:
    """Which texts, given by number, contain which words."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        in_order = sorted({(word, number) for number, text in texts.items() for word in text.split()})
        # Of all words one after the other; a set for each word would take many times the memory.
        self._numbers = np.fromiter((number for _, number in in_order), np.intp, len(in_order))
        self._ends = array("I", (0,))
        words = []
        for word, group in groupby(in_order, key=itemgetter(0)):
            words.append(word)
            self._ends.append(self._ends[-1] + sum(1 for _ in group))
        self._by_length = array("I", sorted(range(len(words)), key=lambda position: len(words[position])))
        self._words_by_length = side_by_side(words[position] for position in self._by_length)
        # The same strings.
        self._words = sorted(self._words_by_length)
        self._above_all = max(texts, default=-1) + 1

    def begun(self, words: Iterable[str]) -> list[int]:
        """The texts in which each of the words begins some word, in any order; ascending."""
        found = np.ones(self._above_all, np.bool_)
        # Long words are rarest: with them first, there is soon nothing left to compare.
        for word in sorted(set(words), key=len, reverse=True):
            found &= self._begun(word)
            if not found.any():
                break
        return np.flatnonzero(found).tolist()

    def misspelt(self, words: Iterable[str]) -> dict[int, int]:
        """The texts in which each of the words begins some word or is a misspelling of it.

        With each text goes the number of wrong letters, over all words.
        """
        typos = np.zeros(self._above_all, np.int32)
        for word in sorted(set(words), key=len, reverse=True):
            typos += self._typos(word)
            if (typos >= NOT_THERE).all():
                break
        found = np.flatnonzero(typos < NOT_THERE)
        return dict(zip(found.tolist(), typos[found].tolist(), strict=True))

    def _begun(self, word: str) -> NDArray[np.bool_]:
        """For each number, whether the word begins one of its text."""
        positions = begins_with(self._words, word)
        begun = np.zeros(self._above_all, np.bool_)
        begun[self._numbers[self._ends[positions.start] : self._ends[positions.stop]]] = True
        return begun

    def _typos(self, word: str) -> NDArray[np.int32]:
        """For each number, how many typos make the word of one of its text, or of the beginning of one."""
        typos = np.full(self._above_all, NOT_THERE, np.int32)
        # A number with a wrong digit is another number.
        if word.isalpha():
            # Those with the fewest typos last, as they are what counts.
            for position, number_of_typos in reversed(misspellings(word, self._words_by_length)):
                start = self._by_length[position]
                typos[self._numbers[self._ends[start] : self._ends[start + 1]]] = number_of_typos
        typos[self._begun(word)] = 0
        return typos
