"""Reading head-to-heads: what physicians say who rated two drugs for the same indication."""

from collections.abc import Mapping, Sequence

from models.head_to_heads import PAIRED_COLUMNS
from resolvers.sql import Parameters, fetch_rows
from scoring.head_to_head import HeadToHead, head_to_head
from scoring.paired_counts import COUNTS_OF_SUBJECT, OVERALL_SCALE

PairedCounts = Mapping[tuple[int, int], Sequence[int]]
"""The 35 counts of pairs of drugs, the one with the smaller key first; a pair that nobody rated is absent."""


async def paired_counts_of(indication_id: int, drug_ids: Sequence[int]) -> PairedCounts:
    """The head-to-heads among these drugs for one indication."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT first_drug_id, second_drug_id, {', '.join(PAIRED_COLUMNS)} FROM head_to_head "
        f"WHERE indication_id = {parameters.bind(indication_id)} "
        f"AND {parameters.member_of('first_drug_id', drug_ids)} AND {parameters.member_of('second_drug_id', drug_ids)}",
        parameters,
    )
    return {(row[0], row[1]): row[2:] for row in rows}


def head_to_head_of(counts: PairedCounts, first: int, second: int, by: int | None, least: int) -> HeadToHead | None:
    """What physicians say who answered a criterion (its position), or any (None), on both drugs.

    Wins are those of `first`. None: fewer than `least` have, or nobody.
    """
    found = counts.get((min(first, second), max(first, second)))
    if found is None:
        return None
    start = 0 if by is None else (1 + by) * COUNTS_OF_SUBJECT
    scale = OVERALL_SCALE if by is None else 1
    physicians, wins, losses, difference, squares = found[start : start + COUNTS_OF_SUBJECT]
    if physicians < least:
        return None
    summary = head_to_head(physicians, wins, losses, difference, squares, scale)
    return summary if summary is None or first < second else summary.swapped()
