"""Reading scores: from cells, never by scanning ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.cells import EVERYBODY, LEVEL_COLUMNS
from models.ratings import CRITERIA, LEVELS
from resolvers.sql import Parameters, fetch_rows

SUMMED = ("rating_count", *LEVEL_COLUMNS)


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """How many ratings there are, and per criterion how many answers each level got, from level 1 to 5."""

    rating_count: int
    distributions: tuple[tuple[int, ...], ...]


NO_RATINGS = ScoreRecord(0, ((0,) * len(LEVELS),) * len(CRITERIA))


async def scores_of_treatments(pairs: Sequence[tuple[int, int]]) -> list[ScoreRecord]:
    """The score of each pair of drug and indication, as everybody sees it."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT cell.drug_id, cell.indication_id, {', '.join(f'cell.{column}' for column in SUMMED)} "
        f"FROM {parameters.table_of_pairs(dict.fromkeys(pairs))} "
        "JOIN cell ON cell.drug_id = given.first AND cell.indication_id = given.second "
        f"AND cell.segment_kind = {EVERYBODY}",
        parameters,
    )
    found = {(row[0], row[1]): _record(row[2:]) for row in rows}
    return [found.get(pair, NO_RATINGS) for pair in pairs]


async def scores_of_drugs(drug_ids: Sequence[int]) -> list[ScoreRecord]:
    """The score of each drug over all its indications, as everybody sees it."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT drug_id, {', '.join(f'SUM({column})' for column in SUMMED)} FROM cell "
        f"WHERE {parameters.member_of('drug_id', dict.fromkeys(drug_ids))} "
        f"AND segment_kind = {EVERYBODY} GROUP BY drug_id",
        parameters,
    )
    found = {row[0]: _record(row[1:]) for row in rows}
    return [found.get(drug_id, NO_RATINGS) for drug_id in drug_ids]


def _record(counts: Sequence[Any]) -> ScoreRecord:
    width = len(LEVELS)
    return ScoreRecord(
        counts[0],
        tuple(tuple(counts[start : start + width]) for start in range(1, len(SUMMED), width)),
    )
