"""Counting physicians where the counts of ratings do not tell how many there are."""

from collections.abc import Sequence

from resolvers.reads.segments import Segment, rating_condition
from resolvers.sql import Parameters, fetch_rows


async def physicians_of_drugs(
    asked: Sequence[tuple[int, int]], segments: Sequence[Segment]
) -> dict[tuple[int, int], int]:
    """How many different physicians have rated a drug, whatever for.

    Args:
        asked: positions of segments, and drugs that physicians of them have rated.
        segments: the segments.

    Returns:
        The number of each pair that is asked for.
    """
    if not asked:
        return {}
    parameters = Parameters()
    table = parameters.table_of_pairs(asked)
    of_segments = " OR ".join(
        f"(given.first = {position} AND {rating_condition(segment, parameters)})"
        for position, segment in enumerate(segments)
    )
    rows = await fetch_rows(
        f"SELECT given.first, given.second, COUNT(DISTINCT rating.physician_id) FROM {table} "
        f"JOIN rating ON rating.drug_id = given.second AND ({of_segments}) GROUP BY given.first, given.second",
        parameters,
    )
    return {(position, drug_id): physicians for position, drug_id, physicians in rows}
