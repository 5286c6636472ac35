"""Adding ratings to the cells that count them."""

from collections.abc import Sequence

import numpy as np

from models.cells import COUNT_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import database, dialect_of
from resolvers.ratings.copying import copied
from resolvers.ratings.rows import RatingRow
from scoring.counts import count_by_group

KEY_COLUMNS = ("drug_id", "indication_id", "segment_kind", "segment_value")

ADDITIONS = ", ".join(f"{name} = cell.{name} + excluded.{name}" for name in COUNT_COLUMNS)

FIRST_LEVEL = RatingRow._fields.index(CRITERIA[0])
"""Where a row's six levels begin."""


async def add_to_cells(rows: Sequence[RatingRow], segment_kind: int, segment_value: str) -> None:
    """Add the ratings to the cells of one segment; to be called inside the transaction that writes them.

    The cells are taken in the order of drug and indication, so that two transactions that add to the same ones
    wait for each other and never block each other for good.
    """
    if not rows:
        return
    treatments = np.array([(row.drug_id, row.indication_id) for row in rows], dtype=np.int64)
    levels = np.array([row[FIRST_LEVEL : FIRST_LEVEL + len(CRITERIA)] for row in rows], dtype=np.float32)
    cells, groups = np.unique(treatments, axis=0, return_inverse=True)
    counts = count_by_group(np.nan_to_num(levels).astype(np.int64), groups, len(cells))
    added = [
        [drug, indication, segment_kind, segment_value, *of_cell]
        for (drug, indication), of_cell in zip(cells.tolist(), counts.tolist(), strict=True)
    ]
    connection = database()
    names = ", ".join((*KEY_COLUMNS, *COUNT_COLUMNS))
    conflict = f"ON CONFLICT ({', '.join(KEY_COLUMNS)}) DO UPDATE SET {ADDITIONS}"
    if dialect_of(connection) == "sqlite":
        places = ", ".join("?" for _ in (*KEY_COLUMNS, *COUNT_COLUMNS))
        await connection.execute_many(f"INSERT INTO cell ({names}) VALUES ({places}) {conflict}", added)
    else:
        given = await copied(connection, "cell", (*KEY_COLUMNS, *COUNT_COLUMNS), map(tuple, added))
        await connection.execute_query(
            f"INSERT INTO cell ({names}) SELECT {names} FROM {given} ORDER BY drug_id, indication_id {conflict}"
        )
