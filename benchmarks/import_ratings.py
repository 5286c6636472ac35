"""Measures the import of ratings on SQLite and PostgreSQL, beside the raw loading of the same rows.

Run it as `python -m benchmarks.import_ratings [--ratings N]`. The ratings are random and mean nothing.
"""

import argparse
import asyncio
import csv
import multiprocessing
import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TypeVar

import asyncpg
import numpy as np

from benchmarks.databases import postgres_database, postgres_server
from models import Cell, HeadToHead
from models.ratings import CRITERIA
from resolvers.catalogue.importing import import_own_catalogue
from resolvers.database import DatabaseUrl, database, migrate, open_database
from resolvers.ratings.columns import COLUMNS
from resolvers.ratings.importing import ImportOutcome, import_ratings
from resolvers.ratings.sources import RatingSource
from resolvers.ratings.writing import RATING_COLUMNS

RATINGS_PER_PHYSICIAN = 20
STORED = (*RATING_COLUMNS, "updated_at")
Result = TypeVar("Result")


def generate(path: Path, count: int) -> None:
    """Write a file of random ratings, with popular and rare treatments and with empty answers and comments."""
    random = np.random.default_rng(7)
    treatments = _catalogue("treatments.csv")
    specialties = [row["specialty"] for row in _catalogue("specialties.csv")]
    weights = 1 / np.arange(1, len(treatments) + 1) ** 0.8
    chosen = random.permutation(len(treatments))[
        random.choice(len(treatments), size=count * 2, p=weights / weights.sum())
    ]
    physicians = random.integers(0, max(count // RATINGS_PER_PHYSICIAN, 1), size=count * 2)
    # One rating of each physician and treatment, in random order.
    _, first = np.unique(physicians * len(treatments) + chosen, return_index=True)
    kept = random.permutation(first)[:count]
    if len(kept) < count:
        raise SystemExit("Too few different pairs of physician and treatment; ask for fewer ratings.")
    levels = random.choice(np.array(["", "1", "2", "3", "4", "5"]), size=(count, len(CRITERIA)), p=[0.1, *[0.18] * 5])
    levels[:, 0] = "4"
    seconds = random.integers(0, 5 * 365 * 86_400, size=count)
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, place in enumerate(kept):
            physician, treatment = int(physicians[place]), treatments[chosen[place]]
            comment = f"Comment {number} is as long as such comments are, which is about a hundred characters."
            writer.writerow(
                (
                    f"benchmark-{physician}",
                    specialties[physician % len(specialties)],
                    ("US", "DE", "IN", "BR", "JP")[physician % 5],
                    physician % 40,
                    treatment["drug_name"],
                    treatment["indication_name"],
                    *levels[number],
                    comment if number % 2 else "",
                    (begin + timedelta(seconds=int(seconds[number]))).isoformat(),
                )
            )


def _catalogue(name: str) -> list[dict[str, str]]:
    text = resources.files("resolvers.catalogue").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def prepare(url: str) -> None:
    """An empty database with the catalogue."""

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            await migrate()
            await import_own_catalogue()

    asyncio.run(work())


def measure_import(url: str, path: Path) -> tuple[int, float, float, int]:
    """Import in this process: ratings, seconds, the process' peak memory in MB, and the rows of counts there are."""

    async def work() -> tuple[ImportOutcome, int]:
        async with open_database(DatabaseUrl.parse(url)):
            outcome = await import_ratings(RatingSource(path), path.with_suffix(".rejects.csv"), restart=True)
            return outcome, await Cell.all().count() + await HeadToHead.all().count()

    outcome, counts = asyncio.run(work())
    return outcome.accepted, outcome.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, counts


async def stored_rows(url: str) -> list[tuple[object, ...]]:
    """All ratings as they are stored."""
    async with open_database(DatabaseUrl.parse(url)):
        _, rows = await database().execute_query(f"SELECT {', '.join(STORED)} FROM rating ORDER BY id")
        return [tuple(row) for row in rows]


def load_raw_sqlite(url: str, rows: list[tuple[object, ...]]) -> float:
    """Seconds for the ratings alone, by hand: one statement, one transaction, the same constraints and indexes."""
    connection = sqlite3.connect(DatabaseUrl.parse(url).location)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "cache_size = -196608"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("DELETE FROM rating")
    connection.commit()
    begin = time.perf_counter()
    places = ", ".join("?" for _ in STORED)
    connection.executemany(f"INSERT INTO rating ({', '.join(STORED)}) VALUES ({places})", rows)
    connection.commit()
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds


async def load_raw_postgres(url: str, rows: list[tuple[object, ...]]) -> float:
    """Seconds for the ratings alone, by hand: one COPY with the same constraints and indexes."""
    connection = await asyncpg.connect(url)
    await connection.execute("TRUNCATE rating")
    begin = time.perf_counter()
    await connection.copy_records_to_table("rating", records=rows, columns=STORED)
    seconds = time.perf_counter() - begin
    await connection.close()
    return seconds


def load_raw(url: str) -> float:
    """Take the ratings out and load them again by hand: seconds."""
    rows = asyncio.run(stored_rows(url))
    if DatabaseUrl.parse(url).dialect == "sqlite":
        return load_raw_sqlite(url, rows)
    return asyncio.run(load_raw_postgres(url, rows))


def alone(work: Callable[..., Result], *arguments: object) -> Result:
    """Do the work in a process of its own, started afresh: a forked one would inherit the peak of our memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def measure(url: str, path: Path) -> None:
    """Print the figures of one database."""
    alone(prepare, url)
    load = os.getloadavg()[0]
    accepted, seconds, megabytes, counts = alone(measure_import, url, path)
    raw = alone(load_raw, url)
    dialect = DatabaseUrl.parse(url).dialect
    print(
        f"{dialect:9} {accepted:>10,} ratings {seconds:7.1f} s {accepted / seconds:>8,.0f} rows/s"
        f" {megabytes:5.0f} MB peak; {counts:,} cells and head-to-heads; load average {load:.1f} before;"
        f" raw loading of the ratings table alone {raw:6.1f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=1_000_000, help="how many ratings to make and import")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="measure one of the two databases")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        alone(generate, path, arguments.ratings)
        if arguments.only != "postgres":
            measure(f"sqlite:///{Path(folder) / 'ratings.sqlite3'}", path)
        if arguments.only != "sqlite":
            with postgres_server(Path(folder) / "postgres", delete=True) as server:
                measure(asyncio.run(postgres_database(server, "ratings")), path)


if __name__ == "__main__":
    main()
