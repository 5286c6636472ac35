"""An attacker who has noted every count that was ever shown, and combines them as linear algebra allows.

What is unknown to the attacker are the versions of ratings: what a physician said, before and after each revision. Each
count that is shown is a sum of versions. For the worst case the attacker knows which versions each sum is made of, and
sees them all; the question is how few physicians a combination of the sums can be about.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Version = tuple[int, Hashable]
"""A rating, and which of its versions."""

Row = list[Fraction]


def fewest_ratings(shown: Iterable[Mapping[Version, int]]) -> int | None:
    """How few ratings a combination of the sums can be about; None if nothing was shown.

    Exact. A combination is given by factors of the independent sums. The smallest ones vanish on as many versions as
    possible: those on which they vanish determine the factors. Versions that the sums treat alike are taken together.

    Args:
        shown: of each sum, how often each version is in it.
    """
    different = {tuple(sorted(((version, n) for version, n in sum_.items() if n), key=repr)) for sum_ in shown}
    sums = [dict(sum_) for sum_ in different if sum_]
    if not sums:
        return None
    versions = sorted({version for sum_ in sums for version in sum_}, key=repr)
    basis = independent([[Fraction(sum_.get(version, 0)) for version in versions] for sum_ in sums])
    ratings_of: dict[tuple[Fraction, ...], set[int]] = {}
    for place, (rating, _) in enumerate(versions):
        ratings_of.setdefault(tuple(row[place] for row in basis), set()).add(rating)
    fewest = len({rating for rating, _ in versions})
    for vanishing in combinations(ratings_of, len(basis) - 1):
        factors = orthogonal(vanishing, len(basis))
        if factors is not None:
            about = [
                ratings
                for column, ratings in ratings_of.items()
                if sum(factor * entry for factor, entry in zip(factors, column, strict=True))
            ]
            fewest = min(fewest, len(set().union(*about)))
    return fewest


def independent(rows: Sequence[Sequence[Fraction]]) -> list[Row]:
    """Independent rows that span the same, in echelon form."""
    left = [list(row) for row in rows]
    found: list[Row] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        pivot = [entry / pivot[column] for entry in pivot]
        left = [_reduced(row, pivot, column) for row in left]
        found = [_reduced(row, pivot, column) for row in found]
        found.append(pivot)
    return found


def _reduced(row: Row, pivot: Row, column: int) -> Row:
    factor = row[column]
    return [entry - factor * other for entry, other in zip(row, pivot, strict=True)] if factor else row


def orthogonal(rows: Sequence[Sequence[Fraction]], width: int) -> Row | None:
    """The vector that is orthogonal to these `width` - 1 rows; None unless there is but one direction."""
    echelon = independent(rows)
    if len(echelon) < width - 1:
        return None
    pivots = [next(place for place, entry in enumerate(row) if entry) for row in echelon]
    [free] = set(range(width)) - set(pivots)
    vector = [Fraction(0)] * width
    vector[free] = Fraction(1)
    for row, pivot in zip(echelon, pivots, strict=True):
        vector[pivot] = -row[free]
    return vector
