"""Measures how fast events reach 2,000 subscribers of one drug, beside other servers and the limit.

python -m benchmarks.feed_fan_out --help
"""

import argparse
import asyncio
import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.databases import filled_database, passing_copy
from benchmarks.feed_content import QUERY, Subject, WrongDelivery, check_messages, most_rated
from benchmarks.feed_crowd import Crowd, Publisher, crowd, divided, wait_for_subscribers
from benchmarks.feed_peers import LIMIT, OTHERS, OURS, Peer, install_node_packages, ours, resident_bytes, started
from benchmarks.feed_sockets import Subscribing
from benchmarks.reporting import at_least, load_average, print_table
from benchmarks.serving import Server
from resolvers.database import Dialect

RATINGS = 2_000
"""Simulated ones in the database."""

WARMING_EVENTS = 3
"""Sent first; what each socket gets of them is read and compared."""

INTERVAL = 0.2
"""Seconds between two events where latency is measured: with 2,000 subscribers 10,000 deliveries/s."""

PATIENCE = 20
"""Seconds without any delivery after which those that are missing are given up."""

SETTLING_SECONDS = 1.0
"""Before memory is read, and between the parts of a measurement."""

KEPT_OF = 100
"""The messages of one socket of so many are read and compared after the measurement."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of one round: subscribers, their processes, events at intervals, and events back to back."""

    subscribers: int
    processes: int
    paced: int
    burst: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round has measured of one server.

    Attributes:
        rate: deliveries per second at most.
        processor: microseconds that the server computes for each of these.
        median: milliseconds from publishing an event to its delivery, at 10,000 deliveries/s.
        p99: likewise.
        memory: kilobytes for each socket.
        connecting: seconds until all had subscribed.
        size: bytes of a message.
    """

    rate: float
    processor: float
    median: float
    p99: float
    memory: float
    connecting: float
    size: float


class Round:
    """One server and its subscribers."""

    def __init__(self, server: Server, people: Crowd, subject: Subject, amounts: Amounts) -> None:
        self.server = server
        self.people = people
        self.subject = subject
        self.amounts = amounts
        self.publisher = Publisher(server.port)
        self.published: list[float] = []

    def measure(self, memory: float, connecting: float) -> Figures:
        """Send everything, and compare what has arrived with it."""
        self.people.keep(1)
        self._send(WARMING_EVENTS, 0)
        size = self._check_kept(WARMING_EVENTS)
        self.people.keep(KEPT_OF)
        time.sleep(SETTLING_SECONDS)
        self._send(self.amounts.paced, INTERVAL)
        self._check_kept(self.amounts.paced)
        self.people.keep(KEPT_OF)
        time.sleep(SETTLING_SECONDS)
        before = self.server.processor_seconds()
        self._send(self.amounts.burst, 0)
        computed = self.server.processor_seconds() - before
        self._check_kept(self.amounts.burst)
        self.publisher.close()
        arrivals = self.people.arrivals()[0]
        paced = slice(WARMING_EVENTS, WARMING_EVENTS + self.amounts.paced)
        latencies = np.concatenate(
            [np.asarray(times) - at for times, at in zip(arrivals[paced], self.published[paced], strict=True)]
        )
        median, p99 = np.percentile(latencies, (50, 99)) * 1000
        deliveries = self.amounts.burst * self.amounts.subscribers
        duration = max(map(max, arrivals[-self.amounts.burst :])) - self.published[-1]
        return Figures(deliveries / duration, computed / deliveries * 1e6, median, p99, memory, connecting, size)

    def _send(self, number: int, interval: float) -> None:
        events = self.subject.events(number)
        self.people.begin_waiting({0: len(self.published) + number}, PATIENCE)
        began = time.monotonic()
        if interval:
            for place, event in enumerate(events):
                time.sleep(max(0.0, began + place * interval - time.monotonic()))
                self.published.append(time.monotonic())
                self.publisher.publish([event])
        else:
            self.published += [began] * number
            self.publisher.publish(events)
        if missing := self.people.missing():
            raise WrongDelivery(f"{missing:,} deliveries are missing.")

    def _check_kept(self, number: int) -> float:
        """Compare what was kept with the last events; bytes of a message."""
        expected = self.subject.events(number)
        kept = self.people.kept()
        for one in kept:
            check_messages(one, expected)
        return statistics.mean(len(text) for one in kept for text in one.texts)


def plan_for(peer: Peer, server: Server, subject: Subject, number: int) -> Subscribing:
    """So many subscribers of one drug."""
    variables: list[Mapping[str, object]] = [subject.variables()] * number
    return Subscribing(server.port, peer.parameters, QUERY, variables, [0] * number, peer.greets)


def subscribe(peer: Peer, server: Server, people: Crowd, number: int) -> float:
    """Let so many subscribe; how many seconds that took."""
    connecting = people.connect()
    began = time.monotonic()
    if not peer.greets:
        wait_for_subscribers(server.port, number, PATIENCE)
    return connecting + time.monotonic() - began


def warm(peer: Peer, server: Server, subject: Subject) -> None:
    """Let one subscriber come and go, so that what a process loads once is not counted as a socket's memory."""
    with crowd([plan_for(peer, server, subject, 1)]) as people:
        subscribe(peer, server, people, 1)
        people.begin_waiting({0: WARMING_EVENTS}, PATIENCE)
        publisher = Publisher(server.port)
        publisher.publish(subject.events(WARMING_EVENTS))
        if people.missing():
            raise WrongDelivery(f"{peer.name} does not deliver.")
        publisher.close()


def measure(peer: Peer, subject: Subject, amounts: Amounts) -> Figures:
    """One round of a server, in a process that is started for it."""
    with started(peer) as server:
        warm(peer, server, subject)
        time.sleep(SETTLING_SECONDS)
        before = resident_bytes(server)
        plan = plan_for(peer, server, subject, amounts.subscribers)
        with crowd(divided(plan, amounts.processes)) as people:
            connecting = subscribe(peer, server, people, amounts.subscribers)
            time.sleep(SETTLING_SECONDS)
            memory = (resident_bytes(server) - before) / amounts.subscribers / 1000
            return Round(server, people, subject, amounts).measure(memory, connecting)


def print_results(results: Mapping[str, Sequence[Figures]]) -> None:
    """A line for each server, with medians of the rounds and how each compares with the limit."""
    limit = results.get(LIMIT)
    rows = []
    for name, rounds in results.items():
        ratio = "" if limit is None else f"{_median(_ratios(rounds, limit)):.2f}"
        rows.append(
            (
                name,
                f"{_median([one.rate for one in rounds]):,.0f}",
                ratio,
                f"{_median([one.processor for one in rounds]):.1f}",
                f"{_median([one.median for one in rounds]):,.0f}",
                f"{_median([one.p99 for one in rounds]):,.0f}",
                f"{_median([one.memory for one in rounds]):.0f}",
                f"{_median([one.connecting for one in rounds]):.1f}",
                f"{_median([one.size for one in rounds]):.0f}",
            )
        )
    print_table(
        (
            "server",
            "deliveries/s at most",
            "of the limit",
            "CPU µs of each",
            "median ms at 10,000/s",
            "p99 ms at 10,000/s",
            "kB of a socket",
            "connecting s",
            "bytes",
        ),
        rows,
    )


def _ratios(rounds: Sequence[Figures], limit: Sequence[Figures]) -> list[float]:
    return [one.rate / other.rate for one, other in zip(rounds, limit, strict=False)]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def measure_database(
    dialect: Dialect, chosen: Sequence[str], amounts: Amounts, rounds: int, keep: Path | None
) -> dict[str, list[Figures]]:
    """The figures of each server, in turn in each round; ours on this database."""
    with filled_database(dialect, RATINGS, keep) as original, passing_copy(original) as url:
        (subject,) = asyncio.run(most_rated(url, 1))
        peers = [peer for peer in (*OTHERS[:1], ours(url), *OTHERS[1:]) if peer.name in chosen]
        results: dict[str, list[Figures]] = {peer.name: [] for peer in peers}
        for number in range(rounds):
            for peer in peers:
                figures = measure(peer, subject, amounts)
                results[peer.name].append(figures)
                print(f"round {number + 1}, {peer.name}: {figures}", flush=True)
        return results


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    names = [OTHERS[0].name, OURS, *(peer.name for peer in OTHERS[1:])]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed_fan_out", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=at_least(1), default=3, help="in which each server is measured once (3)")
    parser.add_argument("--subscribers", type=at_least(1), default=2_000, help="how many (2,000)")
    parser.add_argument("--processes", type=at_least(1), default=1, help="of subscribers (1)")
    parser.add_argument("--paced", type=at_least(1), default=50, help="events at 5 a second (50)")
    parser.add_argument("--burst", type=at_least(1), default=60, help="events back to back (60)")
    parser.add_argument("--servers", nargs="+", choices=names, default=names, metavar="NAME", help="which (all)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres", help="ours (postgres)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the database there for the next run")
    chosen = parser.parse_args(arguments)
    install_node_packages()
    amounts = Amounts(chosen.subscribers, chosen.processes, chosen.paced, chosen.burst)
    before = load_average()
    results = measure_database(chosen.database, chosen.servers, amounts, chosen.rounds, chosen.keep)
    print_results(results)
    print(
        f"{amounts.subscribers:,} subscribers of one drug in {amounts.processes} process(es). Each server is one "
        f"process on one core of {os.cpu_count()}; subscribers, the publisher and PostgreSQL have the others. Medians "
        f"of {chosen.rounds} rounds. Load average {before} before and {load_average()} after. "
        f"Python {platform.python_version()}.\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
