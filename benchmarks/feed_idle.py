"""Measures 10,000 subscribers of 200 drugs, to whom little happens, and what they cost the database.

python -m benchmarks.feed_idle --help
"""

import argparse
import asyncio
import os
import platform
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import numpy as np

from benchmarks.databases import filled_database, passing_copy
from benchmarks.feed_content import QUERY, Subject, WrongDelivery, check_messages, most_rated
from benchmarks.feed_crowd import Crowd, Publisher, crowd, divided
from benchmarks.feed_peers import ours, resident_bytes, started
from benchmarks.feed_sockets import Subscribing
from benchmarks.reporting import DIALECTS, at_least, load_average, print_table
from benchmarks.serving import HOST, Server
from resolvers.database import Dialect

RATINGS = 5_000
"""Simulated ones in the database, so that each of the drugs has some."""

DRUGS = 200

FEW = 10
"""Subscribers to compare the database's load with."""

EVENTS = 200

INTERVAL = 0.1
"""Seconds between two events, each about another drug than the one before."""

SILENCE = 5.0
"""Seconds in which nothing happens, to see what the process asks the database then."""

PATIENCE = 20
"""Seconds without any delivery after which those that are missing are given up."""

SETTLING_SECONDS = 2.0

KEPT_OF = 50
"""The messages of one socket of so many are read and compared."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured with so many subscribers.

    Attributes:
        connecting: seconds until all had subscribed.
        connecting_computed: seconds of these that the server computed.
        latencies: seconds from publishing an event to each of its deliveries.
        statements: that the process sent in a second.
        statements_idle: likewise, while nothing happened.
        computing: seconds that it computed in a second.
        memory: bytes that it had in use more than before they came.
    """

    connecting: float
    connecting_computed: float
    latencies: Sequence[float]
    statements: float
    statements_idle: float
    computing: float
    memory: int


def plan_for(server: Server, parameters: Mapping[str, str], subjects: Sequence[Subject], number: int) -> Subscribing:
    """So many subscribers, each of one drug."""
    groups = [place % len(subjects) for place in range(number)]
    variables = [subjects[group].variables() for group in groups]
    return Subscribing(server.port, parameters, QUERY, variables, groups, greeted=True)


def measure(url: str, subjects: Sequence[Subject], number: int, processes: int) -> Figures:
    """All events, each about one of these drugs, in a server that is started for it.

    Raises:
        WrongDelivery: not everybody has got what they should have.
    """
    peer = ours(url)
    with started(peer) as server:
        # What a process loads with the first subscriber is not a socket's memory.
        with crowd([plan_for(server, peer.parameters, subjects, 1)]) as first:
            first.connect()
        time.sleep(SETTLING_SECONDS)
        memory = resident_bytes(server)
        plan = plan_for(server, peer.parameters, subjects, number)
        with crowd(divided(plan, processes)) as people:
            computed = server.processor_seconds()
            connecting = people.connect()
            connecting_computed = server.processor_seconds() - computed
            memory = resident_bytes(server) - memory
            people.keep(KEPT_OF)
            time.sleep(SETTLING_SECONDS)
            statements = _statements(server)
            time.sleep(SILENCE)
            idle = _statements(server) - statements
            statements, computed, began = _statements(server), server.processor_seconds(), time.monotonic()
            published = _publish(server, people, subjects)
            duration = time.monotonic() - began
            for kept in people.kept():
                check_messages(kept, subjects[kept.group].events(EVENTS // len(subjects)))
            arrivals = people.arrivals()
            latencies = [
                arrived - at
                for place, at in enumerate(published)
                for arrived in arrivals[place % len(subjects)][place // len(subjects)]
            ]
            return Figures(
                connecting,
                connecting_computed,
                latencies,
                (_statements(server) - statements) / duration,
                idle / SILENCE,
                (server.processor_seconds() - computed) / duration,
                memory,
            )


def _publish(server: Server, people: Crowd, subjects: Sequence[Subject]) -> list[float]:
    """Let something happen to each drug, again and again; when that was."""
    published = []
    publisher = Publisher(server.port)
    of_each = EVENTS // len(subjects)
    people.begin_waiting(dict.fromkeys(range(len(subjects)), of_each), PATIENCE)
    events = [subject.events(of_each) for subject in subjects]
    began = time.monotonic()
    for place in range(of_each * len(subjects)):
        time.sleep(max(0.0, began + place * INTERVAL - time.monotonic()))
        published.append(time.monotonic())
        publisher.publish([events[place % len(subjects)][place // len(subjects)]])
    if missing := people.missing():
        raise WrongDelivery(f"{missing:,} deliveries are missing.")
    publisher.close()
    return published


def _statements(server: Server) -> int:
    with urlopen(f"http://{HOST}:{server.port}/statements") as answer:
        return int(answer.read())


def raise_limit() -> None:
    """Allow as many open files as the system lets this process and those that it starts have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def measure_database(dialect: Dialect, numbers: Sequence[int], processes: int, keep: Path | None) -> None:
    """Measure on a database, and print the figures."""
    with filled_database(dialect, RATINGS, keep) as original, passing_copy(original) as url:
        subjects = asyncio.run(most_rated(url, DRUGS))
        before = load_average()
        rows = []
        for number in numbers:
            figures = measure(url, subjects[:number], number, processes)
            times = np.percentile(figures.latencies, (50, 99, 100)) * 1000
            rows.append(
                (
                    f"{number:,}",
                    f"{figures.connecting:.1f}",
                    f"{figures.connecting_computed:.1f}",
                    *(f"{milliseconds:.1f}" for milliseconds in times),
                    f"{figures.statements:.1f}",
                    f"{figures.statements_idle:.1f}",
                    f"{figures.computing * 100:.0f}",
                    f"{figures.memory / number / 1000:.0f}",
                )
            )
    print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}\n")
    print_table(
        (
            "subscribers",
            "connected in s",
            "computed s",
            "median ms",
            "p99 ms",
            "longest ms",
            "SQL statements/s",
            "in silence",
            "server's CPU %",
            "kB of each",
        ),
        rows,
    )
    print(
        f"{1 / INTERVAL:.0f} events a second, each about one of {len(subjects)} drugs, or of as many as there are "
        f"subscribers. The server is one process on one core of {os.cpu_count()}; subscribers, the publisher and "
        "PostgreSQL have the others. Writing takes three statements for each event on SQLite, two on PostgreSQL. "
        f"Load average {before} before and {load_average()} after. "
        f"Python {platform.python_version()}.\n",
        flush=True,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed_idle", description=__doc__.splitlines()[0])
    parser.add_argument("--subscribers", type=at_least(1), default=10_000, help="how many (10,000)")
    parser.add_argument("--processes", type=at_least(1), default=1, help="of subscribers (1)")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    raise_limit()
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, (FEW, chosen.subscribers), chosen.processes, chosen.keep)


if __name__ == "__main__":
    main()
