"""Loading the servers with reads, in turns."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import uvloop

from benchmarks.client import connected
from benchmarks.load import Loaded, load
from benchmarks.reads_asked import Read
from benchmarks.reads_checks import check_answers
from benchmarks.reads_figures import Figures
from benchmarks.reads_servers import TRANSPORT, Candidate
from benchmarks.serving import Server, on_own_core

CHECKED = 20
"""Requests of each read that all servers must answer alike before anything is measured."""

WARMING = 0.3
"""Each server is loaded for this part of a round before the first one."""

CONCURRENCY = (1, 2, 16)
"""Connections, where it is measured how servers bear more of them."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured: over how many connections, in how many rounds, and for how many seconds in each."""

    connections: int
    rounds: int
    seconds: float


Started = Mapping[Candidate, Server]


def check(read: Read, servers: Started) -> None:
    """See that all servers answer a read alike, but for scores of those that do not estimate them.

    Raises:
        AnswersDiffer: they do not, or one answers with errors.
    """
    requests = {
        candidate.name: candidate.requests(read)[:CHECKED]
        for candidate in servers
        if candidate.estimates or not read.scored
    }
    ports = {candidate.name: server.port for candidate, server in servers.items()}
    asyncio.run(check_answers(requests, ports, read.name))


def measure(read: Read, servers: Started, amounts: Amounts) -> dict[str, Figures]:
    """The figures of each server that answers the read; in each round the servers take turns."""
    requests = {candidate: asked for candidate in servers if (asked := candidate.requests(read))}
    results = {candidate.name: Figures() for candidate in requests}
    for candidate, asked in requests.items():
        _loaded(servers[candidate], asked, amounts.connections, amounts.seconds * WARMING)
    in_turns = list(requests.items())
    for number in range(amounts.rounds):
        # Whoever comes first may find less in the database's memory, so that is another one each time.
        first = number % len(in_turns)
        for candidate, asked in (*in_turns[first:], *in_turns[:first]):
            # All servers begin a round with the same request, and another round with another one.
            begin = number * len(asked) // amounts.rounds
            server = servers[candidate]
            before = server.processor_seconds()
            found = _loaded(server, (*asked[begin:], *asked[:begin]), amounts.connections, amounts.seconds)
            results[candidate.name].add(found, server.processor_seconds() - before, server.peak_bytes())
    return results


def measure_transport(server: Server, amounts: Amounts) -> float:
    """Requests per second of the limit's route that answers with nothing."""
    return _loaded(server, [TRANSPORT], amounts.connections, amounts.seconds).rate


def measure_concurrency(read: Read, servers: Started, amounts: Amounts) -> dict[str, dict[int, list[float]]]:
    """Requests per second of each server in each round, by the number of connections."""
    rates: dict[str, dict[int, list[float]]] = {
        candidate.name: {number: [] for number in CONCURRENCY} for candidate in servers
    }
    for _ in range(amounts.rounds):
        for candidate, server in servers.items():
            for number in CONCURRENCY:
                found = _loaded(server, candidate.requests(read), number, amounts.seconds)
                rates[candidate.name][number].append(found.rate)
    return rates


def measure_first_requests(
    url: str, read: Read, candidates: Sequence[Candidate], starts: int
) -> dict[str, list[float]]:
    """The seconds of the first request after each start of each server."""
    seconds: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for _ in range(starts):
        for candidate in candidates:
            with on_own_core(candidate.start(url)) as server:
                first = _seconds_of_first(server, candidate.alive, candidate.requests(read)[0])
                seconds[candidate.name].append(asyncio.run(first))
    return seconds


def _loaded(server: Server, requests: Sequence[bytes], connections: int, seconds: float) -> Loaded:
    return uvloop.run(load(server.port, requests, connections, seconds))


async def _seconds_of_first(server: Server, alive: bytes, request: bytes) -> float:
    async with connected(server.port) as connection:
        # A server may listen before it is ready, and answers then.
        await connection.ask(alive)
        began = time.perf_counter()
        await connection.ask(request)
        return time.perf_counter() - began
