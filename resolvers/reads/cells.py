"""Reading cells: the counts that all scores are made from."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from models.cells import COUNT_COLUMNS, CRITERION_PAIRS, MONTH
from models.ratings import CRITERIA, LEVELS
from resolvers.disclosure import Disclosure
from resolvers.reads.conditions import is_everybodys, is_known
from resolvers.reads.raters import physicians_of_drugs
from resolvers.reads.segments import Segment, table_of_segments
from resolvers.sql import Parameters, fetch_rows
from scoring.counts import COUNTS, CellCounts

Counts = Sequence[int]
"""The counts of a cell, in the order of `COUNT_COLUMNS`; the first is the number of ratings."""

NO_COUNTS: Counts = (0,) * COUNTS

COLUMNS = ", ".join(f"cell.{column}" for column in COUNT_COLUMNS)


class TreatmentCell(NamedTuple):
    """A cell of a treatment, with the treatment's own columns."""

    treatment_id: int
    drug_id: int
    indication_id: int
    source: str
    counts: Counts


class RatedCounts(NamedTuple):
    """Counts, and how many physicians they are from: of several cells together, at least that many."""

    counts: Counts
    physicians: int


def counted(cells: Collection[Counts], disclosure: Disclosure) -> CellCounts:
    """The counts of cells as arrays, without what too few physicians have answered.

    A criterion with fewer answers than the reader may see counts as not answered, and so do two criteria together
    that too few ratings answer both: whatever is made of the counts, no weights and no order can bring them out.
    """
    # A list of lists takes numpy nearly twice as long, and to find out how many there are a quarter more.
    counts = CellCounts.of(np.fromiter(chain.from_iterable(cells), dtype=np.int64, count=len(cells) * COUNTS))
    if disclosure.least <= 1:
        # What nobody has answered counts nothing anyhow.
        return counts
    answered = counts.answers >= disclosure.least
    answered_both = counts.pairs[..., :1] >= disclosure.least
    return CellCounts(counts.ratings, counts.levels * answered[..., None], counts.pairs * answered_both)


@cache
def _sums(disclosure: Disclosure) -> str:
    """The sums of all counts over several cells.

    For those who do not see single ratings, what is too little to be shown of one cell is no part of a sum either:
    the sum minus the other cells would show it.
    """
    if disclosure.from_ratings:
        return ", ".join(f"SUM(cell.{column})" for column in COUNT_COLUMNS)
    answers = {criterion: " + ".join(f"cell.{criterion}_{level}" for level in LEVELS) for criterion in CRITERIA}
    enough = {f"{criterion}_{level}": answers[criterion] for criterion in CRITERIA for level in LEVELS}
    enough |= {
        f"{first}_{second}_{of}": f"cell.{first}_{second}_count"
        for first, second in CRITERION_PAIRS
        for of in ("count", "sum_first", "sum_second", "sum_product")
    }
    shown = (
        f"SUM(CASE WHEN {enough[column]} >= {disclosure.least} THEN cell.{column} ELSE 0 END)"
        for column in COUNT_COLUMNS[1:]
    )
    return ", ".join(("SUM(cell.rating_count)", *shown))


async def cells_of_treatments(
    pairs: Iterable[tuple[int, int]], segments: Sequence[Segment], disclosure: Disclosure
) -> list[dict[tuple[int, int], Counts]]:
    """For each segment the cells of these pairs of drug and indication; a pair without ratings is absent."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT segment.position, cell.drug_id, cell.indication_id, {COLUMNS} "
        f"FROM {parameters.table_of_pairs(dict.fromkeys(pairs))} "
        f"CROSS JOIN {table_of_segments(segments, parameters)} "
        f"JOIN {disclosure.table} AS cell ON cell.drug_id = given.first AND cell.indication_id = given.second "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        f"WHERE cell.rating_count >= {disclosure.least_counted}",
        parameters,
    )
    found: list[dict[tuple[int, int], Counts]] = [{} for _ in segments]
    for position, drug_id, indication_id, *counts in rows:
        found[position][drug_id, indication_id] = counts
    return found


async def cells_of_drugs(
    drug_ids: Iterable[int], segments: Sequence[Segment], disclosure: Disclosure
) -> list[dict[int, RatedCounts]]:
    """For each segment the sums of the cells of each drug over all its indications.

    One physician can have rated a drug for several indications. Where the cells leave open whether there are as many
    physicians as a score needs, these are counted.
    """
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT segment.position, cell.drug_id, MAX(cell.rating_count), {_sums(disclosure)} "
        f"FROM {parameters.table_of(dict.fromkeys(drug_ids))} "
        f"CROSS JOIN {table_of_segments(segments, parameters)} "
        f"JOIN {disclosure.table} AS cell ON cell.drug_id = given.value "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        f"WHERE cell.rating_count >= {disclosure.least_counted} GROUP BY segment.position, cell.drug_id",
        parameters,
    )
    found: list[dict[int, RatedCounts]] = [{} for _ in segments]
    for position, drug_id, most, *counts in rows:
        found[position][drug_id] = RatedCounts(counts, most)
    unclear = [
        (position, drug_id)
        for position, drugs in enumerate(found)
        for drug_id, (counts, most) in drugs.items()
        if most < disclosure.least <= counts[0]
    ]
    for (position, drug_id), physicians in (await physicians_of_drugs(unclear, segments)).items():
        found[position][drug_id] = RatedCounts(found[position][drug_id].counts, physicians)
    return found


async def cells_of_indications(
    indication_ids: Iterable[int], segments: Sequence[Segment], disclosure: Disclosure
) -> list[dict[int, list[TreatmentCell]]]:
    """For each segment the cells of all drugs of each indication, by indication, those without scores left out."""
    parameters = Parameters()
    wanted = list(dict.fromkeys(indication_ids))
    rows = await fetch_rows(
        "SELECT segment.position, treatment.id, cell.drug_id, cell.indication_id, treatment.source, "
        f"{COLUMNS} FROM {parameters.table_of(wanted)} CROSS JOIN {table_of_segments(segments, parameters)} "
        f"JOIN {disclosure.table} AS cell ON cell.indication_id = given.value "
        "AND cell.segment_kind = segment.kind AND cell.segment_value = segment.value "
        "JOIN treatment ON treatment.drug_id = cell.drug_id AND treatment.indication_id = cell.indication_id "
        f"WHERE cell.rating_count >= {disclosure.least} ORDER BY treatment.id",
        parameters,
    )
    found: list[dict[int, list[TreatmentCell]]] = [{key: [] for key in wanted} for _ in segments]
    for row in rows:
        cell = TreatmentCell(row[1], row[2], row[3], row[4], row[5:])
        found[row[0]][cell.indication_id].append(cell)
    return found


async def everybodys_cells_of_drugs(drug_ids: Iterable[int], disclosure: Disclosure) -> dict[int, list[TreatmentCell]]:
    """The treatments of each drug that the reader may know of, with everybody's counts; of zero, without any.

    Counts of fewer ratings than a score needs are among them, as in `cells_of_treatments`.
    """
    parameters = Parameters()
    wanted = list(dict.fromkeys(drug_ids))
    rows = await fetch_rows(
        f"SELECT treatment.id, treatment.drug_id, treatment.indication_id, treatment.source, {COLUMNS} "
        f"FROM {parameters.table_of(wanted)} JOIN treatment ON treatment.drug_id = given.value "
        f"LEFT JOIN {disclosure.table} AS cell "
        "ON cell.drug_id = treatment.drug_id AND cell.indication_id = treatment.indication_id "
        f"AND {is_everybodys('cell')} AND cell.rating_count >= {disclosure.least_counted} "
        f"WHERE {is_known(disclosure, parameters)}",
        parameters,
    )
    found: dict[int, list[TreatmentCell]] = {key: [] for key in wanted}
    for row in rows:
        counts: Any = row[4:]
        cell = TreatmentCell(row[0], row[1], row[2], row[3], NO_COUNTS if counts[0] is None else counts)
        found[cell.drug_id].append(cell)
    return found


async def months_of_drugs(
    drug_ids: Iterable[int], indication_id: int | None, first_month: str, disclosure: Disclosure
) -> dict[int, dict[str, Counts]]:
    """The counts of each drug month by month, from `first_month` on, for one indication or over all (None)."""
    parameters = Parameters()
    wanted = list(dict.fromkeys(drug_ids))
    narrowed = "" if indication_id is None else f"AND cell.indication_id = {parameters.bind(indication_id)} "
    rows = await fetch_rows(
        f"SELECT cell.drug_id, cell.segment_value, {_sums(disclosure)} FROM {parameters.table_of(wanted)} "
        f"JOIN {disclosure.table} AS cell ON cell.drug_id = given.value AND cell.segment_kind = {MONTH} "
        f"AND cell.segment_value >= {parameters.bind(first_month)} {narrowed}"
        f"WHERE cell.rating_count >= {disclosure.least_counted} GROUP BY cell.drug_id, cell.segment_value",
        parameters,
    )
    found: dict[int, dict[str, Counts]] = {key: {} for key in wanted}
    for drug_id, month, *counts in rows:
        found[drug_id][month] = counts
    return found
