"""All counts of a database, and what they should be: rating by rating in plain Python, without the code under test."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from typing import Any

from models.cells import COUNT_COLUMNS
from models.head_to_heads import PAIRED_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import database
from resolvers.sql import as_time

Counts = dict[tuple[Any, ...], dict[str, int]]
"""Under each key the counts that are not zero, by the names of their columns."""


async def stored_counts() -> tuple[Counts, Counts]:
    """The cells and the head-to-heads of the open database, without those that count nothing."""
    return (
        await _stored("cell", ("drug_id", "indication_id", "segment_kind", "segment_value"), COUNT_COLUMNS),
        await _stored("head_to_head", ("indication_id", "first_drug_id", "second_drug_id"), PAIRED_COLUMNS),
    )


async def _stored(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> Counts:
    found = {}
    for row in await database().execute_query_dict(f"SELECT * FROM {table}"):
        counts = {column: row[column] for column in columns if row[column]}
        if counts:
            found[tuple(row[column] for column in key)] = counts
    return found


async def counts_by_hand() -> tuple[Counts, Counts]:
    """The cells and the head-to-heads that the ratings of the open database make."""
    ratings = await database().execute_query_dict("SELECT * FROM rating")
    return _cells(ratings), _head_to_heads(ratings)


def _cells(ratings: list[dict[str, Any]]) -> Counts:
    cells: dict[tuple[Any, ...], Counter[str]] = {}
    for rating in ratings:
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
        for kind, value in enumerate(_segments(rating)):
            cell = (rating["drug_id"], rating["indication_id"], kind, value)
            cells.setdefault(cell, Counter()).update(counts)
    return {key: dict(counts) for key, counts in cells.items()}


def _segments(rating: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """Everybody, specialty, country, experience and month, which have the kinds 0 to 4."""
    years = rating["years_in_practice"]
    band = "EARLY" if years < 5 else "ESTABLISHED" if years < 15 else "EXPERIENCED" if years < 25 else "SENIOR"
    month = as_time(rating["updated_at"]).strftime("%Y-%m")
    return "", str(rating["specialty_id"]), rating["country"], band, month


def _head_to_heads(ratings: list[dict[str, Any]]) -> Counts:
    found: dict[tuple[Any, ...], Counter[str]] = {}
    for one, other in combinations(ratings, 2):
        if (one["physician_id"], one["indication_id"]) != (other["physician_id"], other["indication_id"]):
            continue
        first, second = sorted((one, other), key=lambda rating: rating["drug_id"])
        shared = [criterion for criterion in CRITERIA if first[criterion] and second[criterion]]
        if not shared:
            continue
        differences = {criterion: first[criterion] - second[criterion] for criterion in shared}
        # Means differ by a fraction whose denominator is at most 6, so that 60 times the difference is whole.
        overall = 60 * Fraction(sum(differences.values()), len(shared))
        assert overall.denominator == 1
        counts: Counter[str] = Counter()
        for subject, difference in {"overall": int(overall), **differences}.items():
            counts[f"{subject}_physicians"] += 1
            counts[f"{subject}_wins"] += difference > 0
            counts[f"{subject}_losses"] += difference < 0
            counts[f"{subject}_sum"] += difference
            counts[f"{subject}_sum_squares"] += difference**2
        key = (first["indication_id"], first["drug_id"], second["drug_id"])
        # Not `update`: sums may be negative, and stay.
        pair = found.setdefault(key, Counter())
        for name, count in counts.items():
            pair[name] += count
    return {key: {name: count for name, count in counts.items() if count} for key, counts in found.items()}
