"""Many texts and numbers in a few blocks of memory; a string or list of its own for each takes many times as much."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter


class PackedTexts:
    """Texts one after the other. A text is made into a string when it is asked for, by its position."""

    def __init__(self, texts: Iterable[str]) -> None:
        block = bytearray()
        self._ends = array("I", (0,))
        for text in texts:
            block += text.encode()
            self._ends.append(len(block))
        self._block = bytes(block)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, position: int) -> str:
        return self._block[self._ends[position] : self._ends[position + 1]].decode()


class PackedNumbers:
    """Groups of numbers one after the other, each found by its position."""

    def __init__(self, groups: Iterable[Iterable[int]]) -> None:
        self._numbers = array("q")
        self._ends = array("I", (0,))
        for group in groups:
            self._numbers.extend(group)
            self._ends.append(len(self._numbers))

    def __getitem__(self, position: int) -> Sequence[int]:
        return self._numbers[self._ends[position] : self._ends[position + 1]]


class NumbersByText:
    """For each of many texts its numbers, ascending."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        in_order = sorted(pairs)
        self._texts = PackedTexts(text for text, _ in groupby(in_order, key=itemgetter(0)))
        self._numbers = PackedNumbers(
            dict.fromkeys(number for _, number in group) for _, group in groupby(in_order, key=itemgetter(0))
        )

    def of(self, text: str) -> Sequence[int]:
        """The numbers of this very text; none if it is not there."""
        position = bisect_left(self._texts, text)
        if position < len(self._texts) and self._texts[position] == text:
            return self._numbers[position]
        return ()


def side_by_side(texts: Iterable[str]) -> list[str]:
    """Copies of texts, next to each other in memory.

    Strings that remain of many lie far apart: going through them all takes twice as long, and what lies between them is
    not given back.
    """
    return [text.encode().decode() for text in texts]
