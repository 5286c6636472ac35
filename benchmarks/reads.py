"""Measures reads: beside the same answers written by hand, and with planned execution beside graphql-core.

python -m benchmarks.reads --help
"""

import argparse
import asyncio
import os
import platform
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.databases import filled_database
from benchmarks.operations import Operation
from benchmarks.reads_asked import MEASURED, OTHERS, Read, measured_reads, other_reads, read_rated
from benchmarks.reads_figures import print_concurrency, print_first_requests, print_results
from benchmarks.reads_measuring import (
    Amounts,
    check,
    measure,
    measure_concurrency,
    measure_first_requests,
    measure_transport,
)
from benchmarks.reads_servers import CANDIDATES, CORE, DEFAULT, LIMIT, Candidate, apart
from benchmarks.reporting import DIALECTS, at_least, load_average, print_table
from benchmarks.serving import on_own_core
from benchmarks.statements import statement_counts
from resolvers.database import Dialect

CROWDED = "newest"
"""The read by which it is measured how servers bear more connections: many rows, and many objects in an answer."""

STARTS = 3
"""After which a first request is timed."""

QUICK_ROUNDS, QUICK_SECONDS, QUICK_STARTS = 2, 1.0, 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be measured.

    Attributes:
        reads: their keys.
        candidates: the servers.
        amounts: of each read that the limit answers as well.
        starts: of each server, for first requests.
    """

    reads: Sequence[str]
    candidates: Sequence[Candidate]
    amounts: Amounts
    starts: int


def print_statements(url: str, reads: Sequence[Read]) -> None:
    """How many SQL statements our server takes for each read; the limit takes one."""
    operations = [Operation(read.name, read.document, read.variables[0]) for read in reads]
    counts = asyncio.run(statement_counts(url, operations))
    print_table(("read", "SQL statements"), [(name, str(count)) for name, count in counts.items()])


def measure_database(dialect: Dialect, ratings: int, keep: Path | None, chosen: Chosen) -> None:
    """Make or find the database, measure on it and print the figures."""
    with filled_database(dialect, ratings, keep) as url:
        rated = asyncio.run(read_rated(url))
        compared = [read for read in measured_reads(rated) if read.key in chosen.reads]
        others = [read for read in other_reads(rated) if read.key in chosen.reads]
        version = f"SQLite {sqlite3.sqlite_version}" if dialect == "sqlite" else "PostgreSQL"
        print(f"## {version}, {ratings:,} ratings\n", flush=True)
        print_statements(url, (*compared, *others))
        before = load_average()
        able = [candidate for candidate in chosen.candidates if dialect in candidate.dialects]
        with apart(url):
            measure_reads(url, compared, others, replace(chosen, candidates=able))
        print(
            f"One process for each server. Medians of {chosen.amounts.rounds} rounds of {chosen.amounts.seconds:g} s; "
            f"p50 and p99 over all requests. The servers share one core of {os.cpu_count()}, the client and PostgreSQL "
            f"have the others. Load average {before} before and {load_average()} after. "
            f"Python {platform.python_version()}.\n",
            flush=True,
        )


def measure_reads(url: str, compared: Sequence[Read], others: Sequence[Read], chosen: Chosen) -> None:
    """Measure and print, first beside the limit, then beside graphql-core what the limit does not answer."""
    amounts = chosen.amounts
    with ExitStack() as stack:
        servers = {candidate: stack.enter_context(on_own_core(candidate.start(url))) for candidate in chosen.candidates}
        for read in (*compared, *others):
            check(read, servers)
        if compared:
            print(f"### {amounts.connections} connections, beside the limit\n")
            print_results({read.name: measure(read, servers, amounts) for read in compared}, LIMIT.name)
        if LIMIT in servers:
            rate = measure_transport(servers[LIMIT], amounts)
            print(f"A bare Starlette route that answers with nothing: {rate:,.0f} requests/s.\n", flush=True)
        for read in compared:
            if read.key == CROWDED:
                print(f"### {read.name}, by connections\n")
                few = replace(amounts, rounds=-(-amounts.rounds // 2))
                print_concurrency(measure_concurrency(read, servers, few))
        if others and servers.keys() - {LIMIT}:
            print(f"### {amounts.connections} connections, beside graphql-core\n")
            few = replace(amounts, rounds=-(-amounts.rounds // 2), seconds=amounts.seconds / 2)
            print_results({read.name: measure(read, servers, few) for read in others}, CORE.name)
    if compared and chosen.starts:
        print_first_requests(
            compared[0].name, measure_first_requests(url, compared[0], chosen.candidates, chosen.starts)
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=at_least(1), default=1_000_000, help="simulated ratings (1,000,000)")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    parser.add_argument("--quick", action="store_true", help="all in about a minute, if the database is kept")
    reads = (*MEASURED, *OTHERS)
    parser.add_argument("--queries", nargs="+", choices=reads, default=reads, metavar="QUERY", help=", ".join(reads))
    servers = {candidate.key: candidate for candidate in CANDIDATES}
    parser.add_argument(
        "--servers",
        nargs="+",
        choices=servers,
        default=[candidate.key for candidate in DEFAULT],
        metavar="SERVER",
        help=f"{', '.join(servers)} (all but the last)",
    )
    parser.add_argument("--connections", type=at_least(1), default=16, help="at a time (16)")
    parser.add_argument("--rounds", type=at_least(1), help=f"in which the servers take turns (5; quick {QUICK_ROUNDS})")
    parser.add_argument("--seconds", type=float, help=f"of each load (3; quick {QUICK_SECONDS:g})")
    given = parser.parse_args(arguments)
    amounts = Amounts(
        given.connections,
        given.rounds or (QUICK_ROUNDS if given.quick else 5),
        given.seconds or (QUICK_SECONDS if given.quick else 3.0),
    )
    chosen = Chosen(
        given.queries, [servers[key] for key in given.servers], amounts, QUICK_STARTS if given.quick else STARTS
    )
    for dialect in DIALECTS[given.database]:
        measure_database(dialect, given.ratings, given.keep, chosen)


if __name__ == "__main__":
    main()
