"""What was released, rating by rating in plain Python, without the code under test."""

from collections import Counter
from itertools import combinations
from typing import Any

from models.cells import COUNT_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import database
from tests.attacker import Version

CellKey = tuple[int, int, int, str]
"""Drug, indication, segment kind and segment value."""


async def rows_of(table: str) -> list[dict[str, Any]]:
    return await database().execute_query_dict(f"SELECT * FROM {table} ORDER BY id")


async def shown_cells() -> dict[CellKey, dict[str, int]]:
    """The released cells of the open database, with their counts that are not zero."""
    found = {}
    for row in await rows_of("released_cell"):
        counts = {column: row[column] for column in COUNT_COLUMNS if row[column]}
        if counts:
            found[row["drug_id"], row["indication_id"], row["segment_kind"], row["segment_value"]] = counts
    return found


def _cells_of(released: dict[str, Any]) -> list[CellKey]:
    """Everybody's cell, and those of the rating's labels: specialty, country, experience and month are 1 to 4."""
    labels = (released["specialty_id"], released["country"], released["experience"], released["month"])
    treatment = (released["drug_id"], released["indication_id"])
    return [(*treatment, 0, "")] + [
        (*treatment, kind, str(label)) for kind, label in enumerate(labels, start=1) if label is not None
    ]


async def cells_by_hand() -> dict[CellKey, dict[str, int]]:
    """The cells that the released ratings of the open database make."""
    cells: dict[CellKey, Counter[str]] = {}
    for rating in await rows_of("released_rating"):
        counts = Counter({"rating_count": 1})
        for criterion in CRITERIA:
            if rating[criterion]:
                counts[f"{criterion}_{rating[criterion]}"] += 1
        for first, second in combinations(CRITERIA, 2):
            if rating[first] and rating[second]:
                counts[f"{first}_{second}_count"] += 1
                counts[f"{first}_{second}_sum_first"] += rating[first]
                counts[f"{first}_{second}_sum_second"] += rating[second]
                counts[f"{first}_{second}_sum_product"] += rating[first] * rating[second]
        for key in _cells_of(rating):
            cells.setdefault(key, Counter()).update(counts)
    return {key: dict(counts) for key, counts in cells.items()}


async def contents_of_cells() -> dict[CellKey, dict[Version, int]]:
    """Which versions of ratings each released cell is the sum of."""
    cells: dict[CellKey, dict[Version, int]] = {}
    for rating in await rows_of("released_rating"):
        version = (rating["rating_id"], tuple(rating[criterion] for criterion in CRITERIA))
        for key in _cells_of(rating):
            cells.setdefault(key, {})[version] = 1
    return cells


async def unreleased_by_hand() -> set[int]:
    """The ratings whose levels are not those that were released of them."""

    def levels(row: dict[str, Any]) -> tuple[int | None, ...]:
        return tuple(row[criterion] for criterion in CRITERIA)

    now = {row["id"]: levels(row) for row in await rows_of("rating")}
    then = {row["rating_id"]: levels(row) for row in await rows_of("released_rating")}
    return {rating for rating in now.keys() | then.keys() if now.get(rating) != then.get(rating)}


async def marked() -> set[int]:
    return {row["rating_id"] for row in await rows_of("unreleased_rating")}


async def assert_consistent() -> None:
    """The released cells are those of the released ratings, and what is unreleased is marked."""
    assert await shown_cells() == await cells_by_hand()
    assert await marked() == await unreleased_by_hand()
