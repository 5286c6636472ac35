"""Measures what one more rating costs, by how many the physician has given for the same indication before.

python -m benchmarks.one_rating --help
"""

import argparse
import asyncio
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tortoise.transactions import in_transaction

from benchmarks.databases import filled_database, passing_copy
from benchmarks.reporting import DIALECTS, at_least, load_average, print_table
from benchmarks.score_preparation import LARGEST_INDICATION
from benchmarks.statements import recorded
from models.cells import EVERYBODY
from models.head_to_heads import PAIRED_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import DatabaseUrl, Dialect, open_database
from resolvers.ratings.revising import erase_rating
from resolvers.ratings.rows import SIMULATED_PREFIX, RatingRow
from resolvers.ratings.writing import write_ratings
from resolvers.sql import Parameters, fetch_rows

MOST_CELL_STATEMENTS = 5

SHOWN = (0, 1, 2, 5, 10, 20, 50, 95)
"""Numbers of earlier ratings that get a line of the table."""

RATED_AT = datetime(2026, 10, 1, tzinfo=UTC)

COPIED_TABLE = re.compile(r"^CREATE TEMPORARY TABLE")
KINDS = {"cells": re.compile(r"\bcell\b|given_cell_"), "head-to-heads": re.compile("head_to_head")}
OTHERS = "others"

BOTH_ANSWERED = " OR ".join(f"(one.{name} IS NOT NULL AND other.{name} IS NOT NULL)" for name in CRITERIA)


class WrongCounts(Exception):
    """Cells or head-to-heads do not say what the ratings say, or the cells took too many statements."""


@dataclass(slots=True)
class Figures:
    """What adding and erasing took; of statements the most that any of the transactions sent, by kind."""

    added: list[float] = field(default_factory=list)
    erased: list[float] = field(default_factory=list)
    statements: Counter[str] = field(default_factory=Counter)


async def measure(url: str, physicians: int) -> dict[int, Figures]:
    """Let new physicians rate all drugs of the largest indication one after the other, and take it all back.

    Returns:
        The figures by the number of earlier ratings.

    Raises:
        WrongCounts: see there.
    """
    async with open_database(DatabaseUrl.parse(url)):
        [(indication_id, _)] = await fetch_rows(LARGEST_INDICATION)
        parameters = Parameters()
        treatments = await fetch_rows(
            f"SELECT drug_id FROM treatment WHERE indication_id = {parameters.bind(indication_id)} ORDER BY drug_id",
            parameters,
        )
        drugs = [drug_id for (drug_id,) in treatments]
        [(specialty_id,)] = await fetch_rows("SELECT MIN(id) FROM specialty")
        [(before,)] = await fetch_rows("SELECT MAX(id) FROM rating")
        figures = {earlier: Figures() for earlier in range(len(drugs))}
        # The first one is not measured: every connection prepares each statement once.
        for physician in range(physicians + 1):
            for earlier, drug_id in enumerate(drugs):
                row = _rating(physician, specialty_id, drug_id, indication_id, earlier)
                seconds, statements = await _add(row)
                if physician:
                    figures[earlier].added.append(seconds)
                    figures[earlier].statements |= statements
        await _check(indication_id)
        parameters = Parameters()
        new = await fetch_rows(f"SELECT id FROM rating WHERE id > {parameters.bind(before)} ORDER BY id", parameters)
        for place, (rating_id,) in reversed(list(enumerate(new))):
            seconds = await _erase(rating_id)
            if place >= len(drugs):
                figures[place % len(drugs)].erased.append(seconds)
        await _check(indication_id)
        return figures


def _rating(physician: int, specialty_id: int, drug_id: int, indication_id: int, earlier: int) -> RatingRow:
    levels = [1 + (physician + earlier * position) % 5 for position in range(len(CRITERIA))]
    key = f"{SIMULATED_PREFIX}benchmark-physician:{physician}"
    return RatingRow._make((1, key, specialty_id, "US", 10, drug_id, indication_id, *levels, None, RATED_AT))


async def _add(row: RatingRow) -> tuple[float, Counter[str]]:
    started = time.perf_counter()
    with recorded() as texts:
        async with in_transaction():
            refused = await write_ratings([row])
    seconds = time.perf_counter() - started
    if refused:
        raise WrongCounts(f"The rating was there before: {row}")
    statements: Counter[str] = Counter()
    for text in texts:
        kind = next((kind for kind, pattern in KINDS.items() if pattern.search(text)), OTHERS)
        # A table that is filled by COPY, which is not in the log.
        statements[kind] += 2 if COPIED_TABLE.match(text) else 1
    if statements["cells"] > MOST_CELL_STATEMENTS:
        raise WrongCounts(f"{statements['cells']} statements for the cells of one rating")
    return seconds, statements


async def _erase(rating_id: int) -> float:
    started = time.perf_counter()
    async with in_transaction():
        await erase_rating(rating_id, RATED_AT)
    return time.perf_counter() - started


async def _check(indication_id: int) -> None:
    """Compare the indication's cells of everybody and its head-to-heads with a scan of its ratings."""
    parameters = Parameters()
    of_indication = f"indication_id = {parameters.bind(indication_id)}"
    cells = await fetch_rows(
        f"SELECT drug_id, rating_count FROM cell WHERE {of_indication} AND segment_kind = {EVERYBODY} "
        "AND rating_count > 0",
        parameters,
    )
    ratings = await fetch_rows(
        f"SELECT drug_id, COUNT(*) FROM rating WHERE {of_indication} GROUP BY drug_id", parameters
    )
    if dict(map(tuple, cells)) != dict(map(tuple, ratings)):
        raise WrongCounts("The cells do not count what the ratings are.")
    [(counted,)] = await fetch_rows(
        f"SELECT COALESCE(SUM({PAIRED_COLUMNS[0]}), 0) FROM head_to_head WHERE {of_indication}", parameters
    )
    [(there,)] = await fetch_rows(
        "SELECT COUNT(*) FROM rating AS one JOIN rating AS other ON other.physician_id = one.physician_id "
        "AND other.indication_id = one.indication_id AND other.drug_id > one.drug_id "
        f"WHERE one.{of_indication} AND ({BOTH_ANSWERED})",
        parameters,
    )
    if counted != there:
        raise WrongCounts(f"The head-to-heads count {counted} pairs of ratings, and there are {there}.")


def print_figures(figures: dict[int, Figures]) -> None:
    """A line for each number of earlier ratings that is shown."""
    print_table(
        ("earlier ratings", "cells", "head-to-heads", "others", "adding: median ms", "p95 ms", "erasing: median ms"),
        [
            (
                str(earlier),
                *(str(of_number.statements[kind]) for kind in (*KINDS, OTHERS)),
                f"{statistics.median(of_number.added) * 1000:.1f}",
                f"{statistics.quantiles(of_number.added, n=20)[-1] * 1000:.1f}",
                f"{statistics.median(of_number.erased) * 1000:.1f}",
            )
            for earlier, of_number in figures.items()
            if earlier in SHOWN
        ],
    )


def measure_database(dialect: Dialect, ratings: int, physicians: int, keep: Path | None) -> None:
    """Make or find the database, measure on a copy of it and print the figures."""
    with filled_database(dialect, ratings, keep) as original, passing_copy(original) as url:
        before = load_average()
        figures = asyncio.run(measure(url, physicians))
        print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}, {ratings:,} ratings: one rating\n")
        print_figures(figures)
        print(
            "SQL statements of adding one rating, by what they write; one that is run for several rows counts once. "
            f"Times of whole transactions, {physicians} of each. Load average {before} before and {load_average()} "
            "after.\n",
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_rating", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=at_least(1), default=1_000_000, help="simulated ratings (1,000,000)")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--physicians", type=at_least(2), default=20, help="how many rate all drugs (20)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, chosen.ratings, chosen.physicians, chosen.keep)


if __name__ == "__main__":
    main()
