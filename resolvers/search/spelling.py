"""What counts as a misspelling of what."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

TYPOS_BY_LENGTH = ((12, 3), (8, 2), (5, 1), (0, 0))
"""From how many letters on how many may be wrong, missing, too many or swapped with the next.

None in short texts, where one letter makes another word.
"""

MOST_TYPOS = 3


def typos_allowed(length: int) -> int:
    """How many typos may be in a text of that many letters."""
    return next(typos for shortest, typos in TYPOS_BY_LENGTH if length >= shortest)


def misspellings(typed: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of the texts that may be meant by what was typed, and the number of typos; fewest first.

    The longer of the two says how many typos there may be, as letters get lost in writing. Who makes more than
    one typo still gets the first letter right.

    Args:
        typed: what was typed.
        texts: sorted by length, so that most need not be compared.
    """
    most = typos_allowed(len(typed) + 1)
    start = bisect_left(texts, len(typed) - most, key=len)
    stop = bisect_right(texts, len(typed) + most, key=len)
    found = process.extract(typed, texts[start:stop], scorer=OSA.distance, score_cutoff=most, limit=None)
    return [
        (start + position, typos)
        for text, typos, position in found
        if typos <= typos_allowed(max(len(typed), len(text))) and (typos <= 1 or text[0] == typed[0])
    ]
