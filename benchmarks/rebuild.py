"""Measures checking all counts against the ratings, and repairing them.

python -m benchmarks.rebuild --help
"""

import argparse
import asyncio
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import filled_database, passing_copy
from benchmarks.import_ratings import alone
from benchmarks.reporting import DIALECTS, at_least, load_average, print_table
from resolvers.counts.rebuilding import RebuildOutcome, rebuild_counts
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS, CountTable
from resolvers.counts.verifying import verify_counts
from resolvers.database import DatabaseUrl, Dialect, database, open_database
from resolvers.sql import fetch_rows

WRONG_CELLS = 1_000


class WrongOutcome(Exception):
    """A check or a repair did not find what there was to find."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a process took: seconds of the work, and the process' peak memory in MB."""

    seconds: float
    megabytes: float


async def _verify(wrong_rows: int) -> None:
    found = (await verify_counts()).rows
    if found != wrong_rows:
        raise WrongOutcome(f"The check found {found} wrong rows, and there are {wrong_rows}.")


async def _rebuild(expected: RebuildOutcome) -> None:
    outcome = await rebuild_counts()
    if outcome != expected:
        raise WrongOutcome(f"The repair should have been {expected}, and was {outcome}.")


def timed(url: str, work: Callable[..., Awaitable[None]], expected: object) -> Figures:
    """Do the work in this process, with what it should find."""

    async def run() -> float:
        async with open_database(DatabaseUrl.parse(url)):
            started = time.perf_counter()
            await work(expected)
            return time.perf_counter() - started

    seconds = asyncio.run(run())
    return Figures(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def make_cells_wrong(url: str) -> None:
    """Add one to the number of ratings of every so many-th cell."""

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            cells, _ = await _rows_of(CELLS)
            await database().execute_query(
                "UPDATE cell SET rating_count = rating_count + 1 WHERE id IN (SELECT id FROM "
                "(SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM cell) AS numbered "
                f"WHERE place % {cells // WRONG_CELLS} = 0 ORDER BY id LIMIT {WRONG_CELLS})"
            )

    asyncio.run(work())


def delete_counts(url: str) -> None:
    """Leave no row of counts."""

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)) as context:
            # Rows that are only marked as deleted would take part in what follows.
            command = "TRUNCATE" if context.db().capabilities.dialect == "postgres" else "DELETE FROM"
            for table in (CELLS, HEAD_TO_HEADS):
                await database().execute_query(f"{command} {table.name}")

    asyncio.run(work())


def rows_of_counts(url: str) -> tuple[int, int]:
    """How many rows of counts there are, and how many of them count nothing: what was erased leaves such ones."""

    async def work() -> tuple[int, int]:
        async with open_database(DatabaseUrl.parse(url)):
            cells, idle_cells = await _rows_of(CELLS)
            head_to_heads, idle_head_to_heads = await _rows_of(HEAD_TO_HEADS)
            return cells + head_to_heads, idle_cells + idle_head_to_heads

    return asyncio.run(work())


async def _rows_of(table: CountTable) -> tuple[int, int]:
    # The first count is that of all ratings or physicians; without any there is nothing else to count.
    [(rows, counting)] = await fetch_rows(
        f"SELECT COUNT(*), COUNT(NULLIF({table.count_columns[0]}, 0)) FROM {table.name}"
    )
    return int(rows), int(rows) - int(counting)


def measure(url: str) -> dict[str, Figures]:
    """The figures by what is done, each in a process of its own.

    Raises:
        WrongOutcome: see there.
    """
    rows, idle = rows_of_counts(url)
    figures = {
        "verify: all counts are right": alone(timed, url, _verify, 0),
        "rebuild: all counts are right": alone(timed, url, _rebuild, RebuildOutcome(0, 0, removed=idle)),
    }
    make_cells_wrong(url)
    figures["verify: a thousand cells are wrong"] = alone(timed, url, _verify, WRONG_CELLS)
    repaired = RebuildOutcome(added=0, corrected=WRONG_CELLS, removed=0)
    figures["rebuild: a thousand cells are wrong"] = alone(timed, url, _rebuild, repaired)
    delete_counts(url)
    figures["rebuild: there are no counts"] = alone(timed, url, _rebuild, RebuildOutcome(rows - idle, 0, 0))
    figures["verify: all were counted anew"] = alone(timed, url, _verify, 0)
    return figures


def measure_database(dialect: Dialect, ratings: int, keep: Path | None) -> None:
    """Make or find the database, measure on a copy of it and print the figures."""
    with filled_database(dialect, ratings, keep) as original, passing_copy(original) as url:
        before, (rows, _) = load_average(), rows_of_counts(url)
        figures = measure(url)
        print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}, {ratings:,} ratings, {rows:,} rows of counts\n")
        print_table(
            ("what is done", "seconds", "MB peak"),
            [(name, f"{of_work.seconds:.1f}", f"{of_work.megabytes:.0f}") for name, of_work in figures.items()],
        )
        print(f"Load average {before} before and {load_average()} after.\n", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rebuild", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=at_least(2_000), default=1_000_000, help="simulated ratings (1,000,000)")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, chosen.ratings, chosen.keep)


if __name__ == "__main__":
    main()
