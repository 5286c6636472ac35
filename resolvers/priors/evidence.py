"""What priors are fitted to and tried on: the cells of everybody."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models.cells import COUNT_COLUMNS, EVERYBODY
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


async def read_evidence() -> Evidence:
    """The evidence in the open database, from its cells."""
    rows = await fetch_rows(
        f"SELECT drug_id, indication_id, {', '.join(COUNT_COLUMNS)} FROM cell"
        f" WHERE segment_kind = {EVERYBODY} AND rating_count > 0 ORDER BY indication_id, drug_id"
    )
    numbers = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(len(rows), 2 + len(COUNT_COLUMNS))
    return Evidence(numbers[:, 0], numbers[:, 1], CellCounts.of(numbers[:, 2:]))
