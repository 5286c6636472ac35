"""Measures how fast physicians write ratings, and checks that nothing is lost when servers are killed meanwhile.

python -m benchmarks.submissions --help
"""

import argparse
import asyncio
import os
import platform
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks.databases import filled_database, passing_copy
from benchmarks.import_ratings import alone
from benchmarks.reporting import DIALECTS, load_average, print_table
from benchmarks.submissions_checks import carried_out_before, compare, number_of_events, verify_counts
from benchmarks.submissions_clients import Figures, Load, Record
from benchmarks.submissions_limit import Keys, measure_in_processes
from benchmarks.submissions_raters import plan_raters, register_raters
from benchmarks.submissions_servers import servers_on
from benchmarks.submissions_statements import OTHERS, PURPOSES, Statements, count_statements
from benchmarks.submissions_writes import SEED, Rater
from resolvers.database import Dialect

PROCESSES: dict[Dialect, int] = {"sqlite": 1, "postgres": 4}

CONNECTIONS = 24

COUNTED_RATERS = 11
"""How many physicians' writes are taken for the statements; the first one only warms up."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many simulated ratings there are before, how much is written, and how often a process is killed."""

    ratings: int
    writes: int
    writes_with_kills: int
    kills: int


FULL = Amounts(ratings=20_000, writes=4_000, writes_with_kills=20_000, kills=24)
QUICK = Amounts(ratings=2_000, writes=600, writes_with_kills=800, kills=4)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database in which the physicians are registered; `keys` are by their numbers."""

    url: str
    processes: int
    raters: Sequence[Rater]
    keys: Mapping[int, Keys]

    @property
    def accounts(self) -> dict[int, int]:
        """By the physicians' numbers."""
        return {number: account_id for number, (account_id, _) in self.keys.items()}

    @property
    def physicians(self) -> dict[int, int]:
        """Likewise."""
        return {number: physician_id for number, (_, physician_id) in self.keys.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has measured; `processor_ms` is what the servers computed for one write, if none was killed."""

    figures: Figures
    record: Record
    processor_ms: float
    kills: int
    load_before: str
    load_after: str


async def write_over_http(prepared: Prepared, url: str, writes: int, kills: int) -> Outcome:
    """Write to servers on this copy of the database, while some of them are killed.

    Raises:
        WriteFailed: see there.
    """
    async with servers_on(url, prepared.processes) as servers:
        running = Load(servers, prepared.raters, writes)
        load_before, before = load_average(), servers.processor_seconds()
        if kills:
            await running.run_with_kills(CONNECTIONS, kills, random.Random(SEED))  # noqa: S311 - no secret
        else:
            await running.run(CONNECTIONS)
        computed = servers.processor_seconds() - before
        processor_ms = computed / writes * 1000
        return Outcome(running.figures, running.record, processor_ms, servers.kills, load_before, load_average())


def measure(prepared: Prepared, writes: int, kills: int) -> None:
    """Write, print the figures, and check what is stored.

    Raises:
        WrongOutcome: it is not what the clients were told, or the counts are wrong.
    """
    with passing_copy(prepared.url) as url:
        events = asyncio.run(number_of_events(url))
        outcome = uvloop.run(write_over_http(prepared, url, writes, kills))
        figures = outcome.figures
        killed = f", {outcome.kills} times one of them killed and started again" if kills else ""
        print(
            f"{writes:,} writes of {len(prepared.raters):,} physicians over HTTP, {CONNECTIONS} connections, server "
            f"processes: {prepared.processes}{killed}: {figures.written / figures.duration:,.1f} writes/s.\n"
        )
        print_latencies(figures)
        if not kills:
            print(f"The servers computed {outcome.processor_ms:.1f} ms for each write.")
        print(f"Errors: {dict(figures.errors) or 'none'}.")
        asyncio.run(compare(url, outcome.record, prepared.physicians, writes, events))
        print("Stored, each once, is what the clients were told last; so many writes happened as were answered.")
        if kills:
            done = asyncio.run(carried_out_before(url, prepared.accounts, figures.repeated))
            print(
                f"Requests repeated because their server was gone: {len(figures.repeated)}; of these {done} had been "
                "carried out before, and were answered without being carried out again."
            )
        print(f"scores verify: {verify_counts(url)}")
        print(f"Load average {outcome.load_before} before and {outcome.load_after} after.\n", flush=True)


def measure_limit(prepared: Prepared, writes: int) -> None:
    """Write without HTTP, GraphQL and tokens, and print how fast."""
    with passing_copy(prepared.url) as url:
        before = load_average()
        limit = measure_in_processes(url, prepared.raters, writes, prepared.keys, prepared.processes, CONNECTIONS)
        print(
            "The same by the resolvers' functions in so many processes, without HTTP, GraphQL and tokens: "
            f"{limit.rate:,.1f} writes/s. They computed {limit.processor_ms:.1f} ms for each write.\n"
            f"Load average {before} before and {load_average()} after.\n",
            flush=True,
        )


def print_latencies(figures: Figures) -> None:
    """A line for all writes, and one for each kind."""
    every = [seconds for of_kind in figures.seconds.values() for seconds in of_kind]
    rows = []
    for kind, seconds in ("all", every), *sorted(figures.seconds.items()):
        percentiles = statistics.quantiles(seconds, n=100, method="inclusive")
        times = (percentiles[49], percentiles[94], percentiles[98], max(seconds))
        rows.append((kind, f"{len(seconds):,}", *(f"{seconds * 1000:,.0f}" for seconds in times)))
    print_table(("writes", "number", "p50 ms", "p95 ms", "p99 ms", "longest ms"), rows)


def print_statements(statements: Statements, raters: int) -> None:
    """A line for each kind of write, with the statements of one write by what they are for."""
    purposes = (*PURPOSES, OTHERS)
    print_table(
        ("SQL statements of a write", *purposes, "all"),
        [
            (kind, *(f"{counts[purpose] / raters:.1f}" for purpose in purposes), f"{counts.total() / raters:.1f}")
            for kind, counts in statements.items()
        ],
    )


def statements_of(url: str, raters: Sequence[Rater]) -> Statements:
    """The statements of these physicians' first writes."""
    return asyncio.run(count_statements(url, raters))


def measure_database(dialect: Dialect, amounts: Amounts, keep: Path | None) -> None:
    """Make or find the database, register the physicians in a copy, and measure on copies of that one."""
    with filled_database(dialect, amounts.ratings, keep) as original, passing_copy(original) as url:
        raters = asyncio.run(plan_raters(url, max(amounts.writes, amounts.writes_with_kills)))
        prepared = Prepared(url, PROCESSES[dialect], raters, asyncio.run(register_raters(url, raters)))
        print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}, {amounts.ratings:,} ratings before\n")
        with passing_copy(url) as copy:
            # In a process of its own: it sets up logs and the application.
            print_statements(alone(statements_of, copy, raters[:COUNTED_RATERS]), COUNTED_RATERS - 1)
        measure(prepared, amounts.writes, kills=0)
        measure_limit(prepared, amounts.writes)
        measure(prepared, amounts.writes_with_kills, amounts.kills)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.submissions", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="much less of everything, in a minute or two for each database"
    )
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, QUICK if chosen.quick else FULL, chosen.keep)
    print(
        f"The clients, the servers and PostgreSQL shared {os.cpu_count()} cores. Python {platform.python_version()}.",
        flush=True,
    )


if __name__ == "__main__":
    main()
