"""Measures reading scores, rankings and comparisons as the number of ratings grows.

python -m benchmarks.score_reads --help
"""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop

from benchmarks.client import answer, latencies, post_request
from benchmarks.databases import filled_database
from benchmarks.operations import Operation
from benchmarks.reader import moderators_headers
from benchmarks.reporting import DIALECTS, at_least, load_average, print_table
from benchmarks.score_checks import WrongAnswer, check
from benchmarks.score_facts import read_facts
from benchmarks.score_operations import Choice, score_operations
from benchmarks.score_preparation import choose, prepare
from benchmarks.serving import Server, our_server
from benchmarks.statements import statement_counts
from graph.app import API_PATH
from graph.settings import PREFIX
from resolvers.database import Dialect

SIZES = (10_000, 100_000, 1_000_000)

ROUNDS = 7
"""Each asks every operation of every server in turn, so that a slow minute of the machine falls on all sizes."""

STATEMENT_TRIES = 3
"""Statements are counted so often: two parts of an answer that ask at the same time share one, or just miss it."""

WARMING_REQUESTS = 20

READING = {f"{PREFIX}SCORE_CACHE": "off"}
"""The servers read scores for each request: one that is kept costs the same however many ratings there are."""

MILLISECONDS = 1000


@dataclass(slots=True)
class Figures:
    """What was measured of one operation on a database of one size; seconds are of requests, one list each round."""

    drugs: int
    answer_bytes: int
    statements: int
    seconds: list[list[float]] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Milliseconds from request to answer."""
        return statistics.median(self._all_seconds()) * MILLISECONDS

    @property
    def p95(self) -> float:
        """Milliseconds that one request in twenty exceeds."""
        return statistics.quantiles(self._all_seconds(), n=20)[-1] * MILLISECONDS

    @property
    def processor(self) -> float:
        """Milliseconds of the server process for a request: the median of the rounds."""
        return statistics.median(self.processor_seconds) * MILLISECONDS

    def latency_ratio(self, smallest: "Figures") -> float:
        """How many times the smallest database's latency: the median of the rounds' ratios."""
        ours, theirs = (map(statistics.median, figures.seconds) for figures in (self, smallest))
        return _median_ratio(list(ours), list(theirs))

    def processor_ratio(self, smallest: "Figures") -> float:
        """Likewise of the server's processor time."""
        return _median_ratio(self.processor_seconds, smallest.processor_seconds)

    def _all_seconds(self) -> list[float]:
        return [seconds for of_round in self.seconds for seconds in of_round]


def _median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


Results = dict[tuple[str, int], Figures]
"""By the operation's name and the number of ratings."""


def statements_by_size(urls: Mapping[int, str], operations: Sequence[Operation]) -> dict[int, dict[str, int]]:
    """The fewest SQL statements that each operation took in a few tries, for each number of ratings.

    Raises:
        WrongAnswer: with more ratings an operation takes more of them.
    """
    tries = {
        size: [asyncio.run(statement_counts(url, operations)) for _ in range(STATEMENT_TRIES)]
        for size, url in urls.items()
    }
    smallest = next(iter(tries.values()))
    fewest: dict[int, dict[str, int]] = {size: {} for size in tries}
    for operation in operations:
        most = max(counts[operation.name] for counts in smallest)
        for size, of_size in tries.items():
            fewest[size][operation.name] = min(counts[operation.name] for counts in of_size)
            if fewest[size][operation.name] > most:
                raise WrongAnswer(f"{operation.name}: more SQL statements for {size:,} ratings: {of_size}")
    return fewest


async def check_answers(
    urls: Mapping[int, str], servers: Mapping[int, Server], choice: Choice, statements: Mapping[int, Mapping[str, int]]
) -> Results:
    """Ask everything once and compare with the ratings; the results, still without times.

    Raises:
        WrongAnswer: an answer has errors or does not say what the ratings say.
    """
    results: Results = {}
    operations = score_operations(choice)
    for size, url in urls.items():
        bodies = [await answer(servers[size].port, _request(operation)) for operation in operations]
        contents = [orjson.loads(body) for body in bodies]
        for operation, content in zip(operations, contents, strict=True):
            if "errors" in content:
                raise WrongAnswer(f"{operation.name}: {content['errors']}")
        answers = [content["data"] for content in contents]
        facts = await read_facts(url, choice, since=answers[-1]["drug"]["trend"]["points"][0]["month"])
        for operation, body, drugs in zip(operations, bodies, check(answers, choice, facts), strict=True):
            results[operation.name, size] = Figures(drugs, len(body), statements[size][operation.name])
    return results


async def measure(servers: Mapping[int, Server], operations: Sequence[Operation], requests: int, into: Results) -> None:
    """Add times to the results."""
    for operation in operations:
        for server in servers.values():
            await latencies(server.port, _request(operation), WARMING_REQUESTS)
    for _ in range(ROUNDS):
        for operation in operations:
            for size, server in servers.items():
                before = server.processor_seconds()
                seconds = await latencies(server.port, _request(operation), requests)
                figures = into[operation.name, size]
                figures.processor_seconds.append((server.processor_seconds() - before) / requests)
                figures.seconds.append(seconds)


def _request(operation: Operation) -> bytes:
    return post_request(API_PATH, operation, moderators_headers())


def print_results(results: Results, sizes: Sequence[int]) -> None:
    """A line for each operation and size."""
    rows = []
    for (name, size), figures in results.items():
        smallest = results[name, sizes[0]]
        ratios = (figures.latency_ratio(smallest), figures.processor_ratio(smallest))
        rows.append(
            (
                name,
                f"{size:,}",
                f"{figures.drugs}",
                f"{figures.statements}",
                f"{figures.answer_bytes / 1000:.1f}",
                f"{figures.median:.1f}",
                f"{figures.p95:.1f}",
                f"{figures.processor:.1f}",
                *(("", "") if figures is smallest else (f"{ratio:.2f}" for ratio in ratios)),
            )
        )
    rows.sort(key=lambda row: [name for name, _ in results].index(row[0]))
    heads = ("operation", "ratings", "drugs", "SQL", "kB", "median ms", "p95 ms", "CPU ms", "median times", "CPU times")
    print_table(heads, rows)


def measure_database(dialect: Dialect, sizes: Sequence[int], requests: int, keep: Path) -> None:
    """Make or find the databases, measure on all of them at once and print the figures."""
    with ExitStack() as stack:
        urls = {size: stack.enter_context(filled_database(dialect, size, keep)) for size in sizes}
        choice = asyncio.run(choose(urls[sizes[0]]))
        for url in urls.values():
            asyncio.run(prepare(url, choice))
        operations = score_operations(choice)
        statements = statements_by_size(urls, operations)
        servers = {size: stack.enter_context(our_server(url, READING)) for size, url in urls.items()}
        results = uvloop.run(check_answers(urls, servers, choice, statements))
        before = load_average()
        uvloop.run(measure(servers, operations, requests, results))
        print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}: {choice.indication}, card of {choice.card}\n")
        print_results(results, sizes)
        print(
            f"{ROUNDS} rounds of {requests} requests one after the other. CPU: user and system time of the server "
            f"process alone, median of the rounds. Times: of the smallest database, median of the rounds. All servers "
            f"run at once and share {os.cpu_count()} cores with the client. Load average {before} before and "
            f"{load_average()} after. Python {platform.python_version()}.\n",
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.score_reads", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--ratings", type=at_least(1), nargs="+", default=SIZES, help="sizes of the databases (10000 100000 1000000)"
    )
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--requests", type=at_least(1), default=100, help="requests of each in a round (100)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as passing:
        for dialect in DIALECTS[chosen.database]:
            measure_database(dialect, sorted(set(chosen.ratings)), chosen.requests, chosen.keep or Path(passing))


if __name__ == "__main__":
    main()
