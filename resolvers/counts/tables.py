"""The tables that hold counts."""

from dataclasses import dataclass

from models.cells import COUNT_COLUMNS
from models.head_to_heads import PAIRED_COLUMNS


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table whose rows are counts under a unique key."""

    name: str
    key_columns: tuple[str, ...]
    count_columns: tuple[str, ...]


CELLS = CountTable(
    "cell",
    ("drug_id", "segment_kind", "segment_value", "indication_id"),
    COUNT_COLUMNS,
)

RELEASED_CELLS = CountTable("released_cell", CELLS.key_columns, COUNT_COLUMNS)
"""As cells, of released ratings; see `resolvers.releases`."""

HEAD_TO_HEADS = CountTable(
    "head_to_head",
    ("indication_id", "first_drug_id", "second_drug_id"),
    PAIRED_COLUMNS,
)

MARKS = CountTable("unreleased_rating", ("drug_id", "indication_id"), ("missing", "needless"))
"""Marks of unreleased ratings that are wrong, by treatment. Such counts are reckoned when they are asked for."""
