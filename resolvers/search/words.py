"""Finding texts by their words: whole, begun, or misspelt."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

AFTER_ALL_LETTERS = "\U0010ffff"


TYPOS_BY_LENGTH = ((12, 3), (8, 2), (5, 1), (0, 0))
"""From how many letters on how many may be wrong, missing, too many or swapped with the next.

None in short texts, where one letter makes another word.
"""


def typos_allowed(length: int) -> int:
    """How many typos may be in a text of that many letters."""
    return next(typos for shortest, typos in TYPOS_BY_LENGTH if length >= shortest)


def misspellings(typed: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of the texts that may be meant by what was typed, and the number of typos; fewest first.

    The longer of the two says how many typos there may be, as letters get lost in writing. Who makes more than
    one typo still gets the first letter right.
    """
    found = process.extract(typed, texts, scorer=OSA.distance, score_cutoff=typos_allowed(len(typed) + 1), limit=None)
    return [
        (position, typos)
        for text, typos, position in found
        if typos <= 1 or text[0] == typed[0]
        if typos <= typos_allowed(max(len(typed), len(text)))
    ]


def begins_with(sorted_texts: Sequence[str], prefix: str) -> range:
    """The positions of the texts that begin with the prefix."""
    return range(bisect_left(sorted_texts, prefix), bisect_left(sorted_texts, prefix + AFTER_ALL_LETTERS))


class WordIndex:
    """Which texts, given by number, contain which words."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        numbers_by_word = defaultdict(set)
        for number, text in texts.items():
            for word in text.split():
                numbers_by_word[word].add(number)
        self._words = sorted(numbers_by_word)
        self._numbers = [frozenset(numbers_by_word[word]) for word in self._words]

    def begun(self, words: Iterable[str]) -> set[int]:
        """The texts in which each of the words begins some word, in any order."""
        # Long words are rarest: with them first, there is soon nothing left to compare.
        found: set[int] | None = None
        for word in sorted(set(words), key=len, reverse=True):
            numbers = self._begun(word)
            found = numbers if found is None else found & numbers
            if not found:
                return set()
        return found or set()

    def misspelt(self, words: Iterable[str]) -> dict[int, int]:
        """The texts in which each of the words begins some word or is a misspelling of it.

        With each text goes the number of wrong letters, over all words.
        """
        found: dict[int, int] | None = None
        for word in sorted(set(words), key=len, reverse=True):
            typos = self._misspelt(word)
            found = (
                typos
                if found is None
                else {number: found[number] + typos[number] for number in found.keys() & typos.keys()}
            )
            if not found:
                return {}
        return found or {}

    def _begun(self, word: str) -> set[int]:
        positions = begins_with(self._words, word)
        return set().union(*self._numbers[positions.start : positions.stop])

    def _misspelt(self, word: str) -> dict[int, int]:
        typos = dict.fromkeys(self._begun(word), 0)
        # A number with a wrong digit is another number.
        if word.isalpha():
            for position, number_of_typos in misspellings(word, self._words):
                for number in self._numbers[position]:
                    typos.setdefault(number, number_of_typos)
        return typos
