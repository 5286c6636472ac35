"""Measures reads: SQL statements, times over HTTP, and the distance to the same answers written by hand.

python -m benchmarks.drug_page --help
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import orjson
import uvloop

from benchmarks.client import answer, get_request, latencies, post_request, throughput
from benchmarks.databases import filled_database
from benchmarks.operations import DRUG_PAGE, MEASURED, SMALL_DRUG_PAGE, Operation
from benchmarks.reader import moderators_headers
from benchmarks.serving import our_server, server_by_hand
from benchmarks.statements import statement_counts
from graph.app import API_PATH
from resolvers.database import Dialect

Side = Literal["ours", "by hand"]

DIALECTS: dict[str, tuple[Dialect, ...]] = {
    "sqlite": ("sqlite",),
    "postgres": ("postgres",),
    "both": ("sqlite", "postgres"),
}

ROUNDS = 5
"""Both servers are measured in turn that often, so that a slow minute of the machine falls on both."""

WARMING_REQUESTS = 20
CONNECTIONS = 8
THROUGHPUT_SECONDS = 1.0
"""In each round."""


class AnswersDiffer(Exception):
    """Ours and the one by hand, so their times cannot be compared; or the page's size changes the statements."""


@dataclass(slots=True)
class Figures:
    """What was measured of one operation on one server."""

    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    answer_bytes: int = 0

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000

    @property
    def rate(self) -> float:
        """Requests per second: the median of the rounds."""
        return statistics.median(self.rates)


Results = dict[tuple[str, Side], Figures]
"""By the operation's name and the side."""


@dataclass(frozen=True, slots=True)
class Target:
    """One operation on one of the servers."""

    operation: Operation
    side: Side
    port: int
    request: bytes


def targets_of(operations: Sequence[Operation], our_port: int, port_by_hand: int) -> list[Target]:
    """Every operation on our server, each followed by its counterpart where there is one."""
    targets = []
    headers = moderators_headers()
    for operation in operations:
        targets.append(Target(operation, "ours", our_port, post_request(API_PATH, operation.query, headers)))
        if operation.by_hand:
            targets.append(Target(operation, "by hand", port_by_hand, get_request(operation.by_hand)))
    return targets


async def check_answers(targets: Sequence[Target]) -> Results:
    """Ask everything once; the results, still without times.

    Raises:
        AnswersDiffer: the two sides do not give the same data, or ours has errors.
    """
    results: Results = {}
    expected: dict[str, object] = {}
    for target in targets:
        body = await answer(target.port, target.request)
        content = orjson.loads(body)
        if "errors" in content or expected.setdefault(target.operation.name, content["data"]) != content["data"]:
            raise AnswersDiffer(f"{target.operation.name}, {target.side}: {body[:1000].decode()}")
        results[target.operation.name, target.side] = Figures(answer_bytes=len(body))
    return results


async def measure(targets: Sequence[Target], requests: int) -> Results:
    """The figures of every target, the sides in turn."""
    results = await check_answers(targets)
    for target in targets:
        await latencies(target.port, target.request, WARMING_REQUESTS)
    for _ in range(ROUNDS):
        for target in targets:
            figures = results[target.operation.name, target.side]
            figures.seconds += await latencies(target.port, target.request, -(-requests // ROUNDS))
        for target in targets:
            figures = results[target.operation.name, target.side]
            figures.rates.append(await throughput(target.port, target.request, CONNECTIONS, THROUGHPUT_SECONDS))
    return results


def print_statements(counts: dict[str, int]) -> None:
    """The SQL statements of each operation.

    Raises:
        AnswersDiffer: a page of 10 takes another number of them than a page of 50.
    """
    if counts[SMALL_DRUG_PAGE.name] != counts[DRUG_PAGE.name]:
        raise AnswersDiffer(f"the number of statements grows with the page: {counts}")
    print_table(("operation", "SQL statements"), [(name, str(count)) for name, count in counts.items()])


def print_results(results: Results) -> None:
    """Times and rates, with how many times ours takes what the one by hand takes."""
    rows = []
    for (name, side), figures in results.items():
        by_hand = results.get((name, "by hand"))
        ratios = ("", "")
        if by_hand and side == "ours":
            ratios = (f"{figures.median / by_hand.median:.1f}", f"{figures.rate / by_hand.rate:.3f}")
        rows.append(
            (
                name,
                side,
                f"{figures.answer_bytes / 1000:,.0f}",
                f"{figures.median:.1f}",
                f"{figures.p95:.1f}",
                ratios[0],
                f"{figures.rate:,.0f}",
                ratios[1],
            )
        )
    print_table(
        ("operation", "server", "kB", "median ms", "p95 ms", "ours / by hand", "requests/s", "ours / by hand"), rows
    )


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in Markdown; all but the first column are aligned to the right."""
    print(f"| {' | '.join(heads)} |")
    print(f"| --- |{' ---: |' * (len(heads) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def load_average() -> str:
    """How busy the machine was in the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def measure_database(dialect: Dialect, ratings: int, requests: int, keep: Path | None) -> None:
    """Make or find the database, measure on it and print the figures."""
    with filled_database(dialect, ratings, keep) as url:
        print(
            f"## {'SQLite ' + sqlite3.sqlite_version if dialect == 'sqlite' else 'PostgreSQL'}, {ratings:,} ratings\n"
        )
        print_statements(asyncio.run(statement_counts(url, (SMALL_DRUG_PAGE, *MEASURED))))
        before = load_average()
        with our_server(url) as ours, server_by_hand(url) as by_hand:
            results = uvloop.run(measure(targets_of(MEASURED, ours.port, by_hand.port), requests))
        print_results(results)
        print(
            f"One process for each server; median and p95 of {requests} requests one after the other; requests/s with "
            f"{CONNECTIONS} connections, median of {ROUNDS} rounds of {THROUGHPUT_SECONDS:.0f} s. The client shares "
            f"the {os.cpu_count()} cores with the servers. Load average {before} before and {load_average()} after. "
            f"Python {platform.python_version()}.\n",
            flush=True,
        )


def at_least(least: int) -> Callable[[str], int]:
    """A type of argument: an integer of at least `least`."""

    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return value

    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drug_page", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=at_least(1), default=1_000_000, help="simulated ratings (1,000,000)")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--requests", type=at_least(ROUNDS), default=100, help="sequential requests of each (100)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, chosen.ratings, chosen.requests, chosen.keep)


if __name__ == "__main__":
    main()
