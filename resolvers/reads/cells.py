"""Reading cells: the counts that all scores are made from."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from models.cells import COUNT_COLUMNS, EVERYBODY, MONTH
from resolvers.reads.segments import Segment, table_of_segments
from resolvers.sql import Parameters, fetch_rows
from scoring.counts import COUNTS, CellCounts

Counts = Sequence[int]
"""The counts of a cell, in the order of `COUNT_COLUMNS`; the first is the number of ratings."""

NO_COUNTS: Counts = (0,) * COUNTS

COLUMNS = ", ".join(f"cell.{column}" for column in COUNT_COLUMNS)
SUMS = ", ".join(f"SUM(cell.{column})" for column in COUNT_COLUMNS)


class TreatmentCell(NamedTuple):
    """A cell of a treatment, with the treatment's own columns."""

    treatment_id: int
    drug_id: int
    indication_id: int
    source: str
    counts: Counts


def is_everybodys(table: str) -> str:
    """A condition that a cell counts everybody's ratings; with the value, so that indexes that go on after it help."""
    return f"{table}.segment_kind = {EVERYBODY} AND {table}.segment_value = ''"


def counted(cells: Iterable[Counts]) -> CellCounts:
    """The counts of cells as arrays."""
    return CellCounts.of(np.array(list(cells), dtype=np.int64).reshape(-1, COUNTS))


async def cells_of_treatments(
    pairs: Iterable[tuple[int, int]], segments: Sequence[Segment]
) -> list[dict[tuple[int, int], Counts]]:
    """For each segment the cells of these pairs of drug and indication; a pair without ratings is absent."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT segment.position, cell.drug_id, cell.indication_id, {COLUMNS} "
        f"FROM {parameters.table_of_pairs(dict.fromkeys(pairs))} "
        f"CROSS JOIN {table_of_segments(segments, parameters)} "
        "JOIN cell ON cell.drug_id = given.first AND cell.indication_id = given.second "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        "WHERE cell.rating_count > 0",
        parameters,
    )
    found: list[dict[tuple[int, int], Counts]] = [{} for _ in segments]
    for position, drug_id, indication_id, *counts in rows:
        found[position][drug_id, indication_id] = counts
    return found


async def cells_of_drugs(drug_ids: Iterable[int], segments: Sequence[Segment]) -> list[dict[int, Counts]]:
    """For each segment the sums of the cells of each drug over all its indications."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT segment.position, cell.drug_id, {SUMS} "
        f"FROM {parameters.table_of(dict.fromkeys(drug_ids))} "
        f"CROSS JOIN {table_of_segments(segments, parameters)} "
        "JOIN cell ON cell.drug_id = given.value "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        "WHERE cell.rating_count > 0 GROUP BY segment.position, cell.drug_id",
        parameters,
    )
    found: list[dict[int, Counts]] = [{} for _ in segments]
    for position, drug_id, *counts in rows:
        found[position][drug_id] = counts
    return found


async def cells_of_indications(
    indication_ids: Iterable[int], segments: Sequence[Segment]
) -> list[dict[int, list[TreatmentCell]]]:
    """For each segment the cells of all drugs of each indication, by indication, those without ratings left out."""
    parameters = Parameters()
    wanted = list(dict.fromkeys(indication_ids))
    rows = await fetch_rows(
        "SELECT segment.position, treatment.id, cell.drug_id, cell.indication_id, treatment.source, "
        f"{COLUMNS} FROM {parameters.table_of(wanted)} CROSS JOIN {table_of_segments(segments, parameters)} "
        "JOIN cell ON cell.indication_id = given.value "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        "JOIN treatment ON treatment.drug_id = cell.drug_id AND treatment.indication_id = cell.indication_id "
        "WHERE cell.rating_count > 0 ORDER BY treatment.id",
        parameters,
    )
    found: list[dict[int, list[TreatmentCell]]] = [{key: [] for key in wanted} for _ in segments]
    for row in rows:
        cell = TreatmentCell(row[1], row[2], row[3], row[4], row[5:])
        found[row[0]][cell.indication_id].append(cell)
    return found


async def everybodys_cells_of_drugs(drug_ids: Iterable[int]) -> dict[int, list[TreatmentCell]]:
    """All treatments of each drug with everybody's counts; those of no ratings have counts of zero."""
    parameters = Parameters()
    wanted = list(dict.fromkeys(drug_ids))
    rows = await fetch_rows(
        f"SELECT treatment.id, treatment.drug_id, treatment.indication_id, treatment.source, {COLUMNS} "
        f"FROM {parameters.table_of(wanted)} JOIN treatment ON treatment.drug_id = given.value "
        "LEFT JOIN cell ON cell.drug_id = treatment.drug_id AND cell.indication_id = treatment.indication_id "
        f"AND {is_everybodys('cell')}",
        parameters,
    )
    found: dict[int, list[TreatmentCell]] = {key: [] for key in wanted}
    for row in rows:
        counts: Any = row[4:]
        cell = TreatmentCell(row[0], row[1], row[2], row[3], NO_COUNTS if counts[0] is None else counts)
        found[cell.drug_id].append(cell)
    return found


async def months_of_drugs(
    drug_ids: Iterable[int], indication_id: int | None, first_month: str
) -> dict[int, dict[str, Counts]]:
    """The counts of each drug month by month, from `first_month` on, for one indication or over all (None)."""
    parameters = Parameters()
    wanted = list(dict.fromkeys(drug_ids))
    narrowed = "" if indication_id is None else f"AND cell.indication_id = {parameters.bind(indication_id)} "
    rows = await fetch_rows(
        f"SELECT cell.drug_id, cell.segment_value, {SUMS} FROM {parameters.table_of(wanted)} "
        f"JOIN cell ON cell.drug_id = given.value AND cell.segment_kind = {MONTH} "
        f"AND cell.segment_value >= {parameters.bind(first_month)} {narrowed}"
        "WHERE cell.rating_count > 0 GROUP BY cell.drug_id, cell.segment_value",
        parameters,
    )
    found: dict[int, dict[str, Counts]] = {key: {} for key in wanted}
    for drug_id, month, *counts in rows:
        found[drug_id][month] = counts
    return found
