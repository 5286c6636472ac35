"""Cutting ratings into groups of which none is too small."""

from collections import defaultdict
from collections.abc import Sequence

from resolvers.releases.labels import LABEL_KINDS, Labels

LEAST = 11
"""The fewest physicians behind anything that is shown to those who are no verified physicians: cells of ten and fewer
are what US Medicare's data may not show."""


def cut(labels: Sequence[Labels]) -> list[list[int]]:
    """Cut ratings into groups of at least `LEAST`, so that many of a group have labels in common.

    From the top down, by one kind of labels after the other, as K. LeFevre, D. J. DeWitt and R. Ramakrishnan cut tables
    in "Mondrian Multidimensional K-Anonymity" (ICDE 2006), with values in place of ranges: each value that enough
    ratings have becomes a part, the ratings with other values are one more part, which joins the smallest of the others
    if it is too small, and each part is cut by the next kind.

    Args:
        labels: of each rating.

    Returns:
        The positions of the ratings of each group, ascending; every rating is in one group. There are no groups of
        fewer than `LEAST` ratings.
    """
    if len(labels) < LEAST:
        return []
    parts = [list(range(len(labels)))]
    for kind in range(len(LABEL_KINDS)):
        parts = [finer for part in parts for finer in _cut(part, labels, kind)]
    return [sorted(part) for part in parts]


def _cut(part: list[int], labels: Sequence[Labels], kind: int) -> list[list[int]]:
    if len(part) < 2 * LEAST:
        return [part]
    by_value: dict[int | str | None, list[int]] = defaultdict(list)
    for place in part:
        by_value[labels[place][kind]].append(place)
    enough = [places for places in by_value.values() if len(places) >= LEAST]
    rest = [place for places in by_value.values() if len(places) < LEAST for place in places]
    if not enough:
        return [part]
    if len(rest) >= LEAST:
        enough.append(rest)
    elif rest:
        min(enough, key=len).extend(rest)
    return enough
