"""Adding ratings to the cells that count them."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from models.cells import COUNT_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import Dialect, database, dialect_of
from resolvers.ratings.rows import RatingRow
from scoring.counts import count_by_group

KEY_COLUMNS = ("drug_id", "indication_id", "segment_kind", "segment_value")

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
    columns = [
        *cells.T.tolist(),
        [segment_kind] * len(cells),
        [segment_value] * len(cells),
        *counts.T.tolist(),
    ]
    connection = database()
    dialect = dialect_of(connection)
    statement = _addition(dialect)
    if dialect == "sqlite":
        await connection.execute_many(statement, [list(row) for row in zip(*columns, strict=True)])
    else:
        await connection.execute_query(statement, columns)


@cache
def _addition(dialect: Dialect) -> str:
    names = (*KEY_COLUMNS, *COUNT_COLUMNS)
    additions = ", ".join(f"{name} = cell.{name} + excluded.{name}" for name in COUNT_COLUMNS)
    if dialect == "sqlite":
        source = f"VALUES ({', '.join('?' for _ in names)})"
    else:
        types = ("int", "int", "smallint", "text", *("int" for _ in COUNT_COLUMNS))
        arrays = ", ".join(f"${number}::{type_}[]" for number, type_ in enumerate(types, 1))
        source = f"SELECT * FROM unnest({arrays})"
    return (
        f"INSERT INTO cell ({', '.join(names)}) {source} "
        f"ON CONFLICT ({', '.join(KEY_COLUMNS)}) DO UPDATE SET {additions}"
    )
