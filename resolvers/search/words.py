"""Finding texts by their words: whole, begun, or misspelt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from resolvers.search.spelling import misspellings
from resolvers.search.texts import begins_with


class WordIndex:
    """Which texts, given by number, contain which words."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        numbers_by_word = defaultdict(set)
        for number, text in texts.items():
            for word in text.split():
                numbers_by_word[word].add(number)
        self._numbers = {word: frozenset(numbers) for word, numbers in numbers_by_word.items()}
        self._words = sorted(self._numbers)
        self._words_by_length = sorted(self._numbers, key=len)

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
            begun = self._begun(word)
            typos = self._misspelt(word)
            if found is None:
                found = typos | dict.fromkeys(begun, 0)
            else:
                found = {
                    number: before + (0 if number in begun else typos[number])
                    for number, before in found.items()
                    if number in begun or number in typos
                }
            if not found:
                return {}
        return found or {}

    def _begun(self, word: str) -> set[int]:
        positions = begins_with(self._words, word)
        return set().union(*(self._numbers[self._words[position]] for position in positions))

    def _misspelt(self, word: str) -> dict[int, int]:
        typos: dict[int, int] = {}
        # A number with a wrong digit is another number.
        if word.isalpha():
            for position, number_of_typos in misspellings(word, self._words_by_length):
                for number in self._numbers[self._words_by_length[position]]:
                    typos.setdefault(number, number_of_typos)
        return typos
