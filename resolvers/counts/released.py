"""From released ratings to the released cells that count them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, cast

import numpy as np

from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, MONTH, SPECIALTY
from models.ratings import CRITERIA
from resolvers.counts.cells import cells_in
from resolvers.counts.counted import Tally, Texts, level_array

LABEL_COLUMNS = {SPECIALTY: "specialty_id", COUNTRY: "country", EXPERIENCE: "experience", MONTH: "month"}
"""The kinds of segments that may count a released rating, and the columns that say in which segment they do."""

RELEASED_COLUMNS = ("drug_id", "indication_id", *LABEL_COLUMNS.values(), *CRITERIA)
"""What counts of a released rating."""


def released_cells_of(rows: Sequence[Sequence[Any]]) -> Tally:
    """The counts of all released cells that the released ratings belong to; rows have `RELEASED_COLUMNS`.

    Keys are those of cells, each once. A rating belongs to everybody's cell, and to one more for each of its labels.
    """
    drugs, indications, *columns = zip(*rows, strict=True) if rows else ((),) * len(RELEASED_COLUMNS)
    labels, levels = columns[: len(LABEL_COLUMNS)], columns[len(LABEL_COLUMNS) :]
    tally = cells_in(
        np.array(drugs, dtype=np.int64),
        np.array(indications, dtype=np.int64),
        level_array(list(zip(*levels, strict=True))),
        _segments(labels, len(rows)),
    )
    counted = [kind == EVERYBODY or value != "" for _, kind, value, _ in tally.keys]
    return tally.chosen(np.flatnonzero(counted))


def treatments_in(cells: Iterable[tuple[int | str, ...]]) -> set[tuple[int, int]]:
    """Drug and indication of cells, from their keys."""
    return {cast("tuple[int, int]", (drug_id, indication_id)) for drug_id, _, _, indication_id in cells}


def _segments(labels: Sequence[Sequence[int | str | None]], ratings: int) -> Iterator[tuple[int, Texts]]:
    """Each kind of segment, and the value of each rating in it; the empty text where it has no label."""
    yield EVERYBODY, np.array(list(repeat("", ratings)), dtype=np.str_)
    for kind, of_kind in zip(LABEL_COLUMNS, labels, strict=True):
        yield kind, np.array(["" if label is None else str(label) for label in of_kind], dtype=np.str_)
