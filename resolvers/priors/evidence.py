"""What priors are fitted to and tried on: the cells of everybody, as somebody may see them."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models.cells import COUNT_COLUMNS
from resolvers.disclosure import Disclosure
from resolvers.reads.cells import counted
from resolvers.reads.conditions import is_everybodys
from resolvers.sql import fetch_rows
from scoring.counts import CellCounts


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The counts of all treatments that have ratings, by indication and then by drug.

    `drugs` and `indications` are their keys.
    """

    drugs: NDArray[np.int64]
    indications: NDArray[np.int64]
    counts: CellCounts

    def __len__(self) -> int:
        return len(self.drugs)

    @property
    def ratings(self) -> int:
        """How many ratings there are in all."""
        return int(self.counts.ratings.sum())


async def read_evidence(disclosure: Disclosure) -> Evidence:
    """The evidence in the open database, from its cells, as far as a reader may know them."""
    rows = await fetch_rows(
        f"SELECT drug_id, indication_id, {', '.join(COUNT_COLUMNS)} FROM {disclosure.table} AS cell"
        f" WHERE {is_everybodys('cell')} AND rating_count >= {disclosure.least} ORDER BY indication_id, drug_id"
    )
    numbers = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(len(rows), 2 + len(COUNT_COLUMNS))
    return Evidence(numbers[:, 0], numbers[:, 1], counted(numbers[:, 2:], disclosure))
