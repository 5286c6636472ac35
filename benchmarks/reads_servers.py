"""The servers that answer the measured reads, each as one process; they share one core, and all else has the others."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import asyncpg

from benchmarks.client import get_request, post_request
from benchmarks.feed_peers import PEERS, install_node_packages
from benchmarks.operations import Operation
from benchmarks.reader import moderators_headers
from benchmarks.reads_asked import Read
from benchmarks.serving import SERVERS_CORE, Server, free_port, our_server, parent_of, running
from graph.app import API_PATH
from graph.settings import PREFIX
from resolvers.database import DatabaseUrl, Dialect


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the servers.

    Attributes:
        key: what the command line calls it.
        name: what tables call it.
        start: starts it on a database.
        alive: a request that it answers once it is ready, without looking into the database.
        requests: those of a read; none, if it does not answer it.
        dialects: of the databases that it can read.
        estimates: whether it works out estimates, so that its scores can be compared with others'.
    """

    key: str
    name: str
    start: Callable[[str], AbstractContextManager[Server]]
    alive: bytes
    requests: Callable[[Read], list[bytes]]
    dialects: tuple[Dialect, ...] = ("sqlite", "postgres")
    estimates: bool = True


@contextmanager
def _limit(database_url: str) -> Iterator[Server]:
    port = free_port()
    with running(port, sys.executable, "-m", "benchmarks.by_hand", database_url, str(port)) as server:
        yield server


@contextmanager
def _mercurius(database_url: str) -> Iterator[Server]:
    install_node_packages()
    port = free_port()
    with running(port, "node", str(PEERS / "mercurius_reads.js"), str(port), database_url) as server:
        yield server


def _asked_of_limit(read: Read) -> list[bytes]:
    return [get_request(path) for path in read.paths]


def _asked_of_ours(read: Read) -> list[bytes]:
    headers = moderators_headers()
    return [
        post_request(API_PATH, Operation(read.name, read.document, variables), headers) for variables in read.variables
    ]


def _asked_of_mercurius(read: Read) -> list[bytes]:
    # It answers what the limit answers.
    return _asked_of_ours(read) if read.paths else []


def _ours(key: str, name: str, **settings: str) -> Candidate:
    variables = {f"{PREFIX}{field.upper()}": value for field, value in settings.items()}
    return Candidate(key, name, lambda url: our_server(url, variables), get_request("/healthz"), _asked_of_ours)


TRANSPORT = get_request("/constant")
"""What the limit answers with nothing but transport."""

LIMIT = Candidate("limit", "hand-written limit", _limit, TRANSPORT, _asked_of_limit)
BARE = _ours(
    "bare", "Peerscore, nothing kept", executor="planned", score_cache="off", catalogue_cache="off", handle_cache="0"
)
PLANNED = _ours("planned", "Peerscore, catalogue and handles kept", executor="planned", score_cache="off")
CACHED = _ours("cached", "Peerscore, scores kept too", executor="planned", answer_cache="off")
KEPT = _ours("kept", "Peerscore, answers kept too", executor="planned")
CORE = _ours("graphql-core", "Peerscore on graphql-core", executor="graphql-core", score_cache="off")
MERCURIUS = Candidate(
    "mercurius",
    "Mercurius + JIT, raw means",
    _mercurius,
    get_request("/alive"),
    _asked_of_mercurius,
    ("postgres",),
    estimates=False,
)

CANDIDATES = (LIMIT, BARE, PLANNED, CACHED, KEPT, CORE, MERCURIUS)
DEFAULT = (LIMIT, BARE, PLANNED, CACHED, KEPT, CORE)
"""Mercurius needs Node, so it takes part when it is named."""


@contextmanager
def apart(database_url: str) -> Iterator[None]:
    """Meanwhile this process and the PostgreSQL server, whose new connections follow it, leave a core to the others."""
    everything = os.sched_getaffinity(0)
    processes = [0]
    if DatabaseUrl.parse(database_url).dialect == "postgres":
        processes.append(asyncio.run(_postmaster(database_url)))
    for process in processes:
        os.sched_setaffinity(process, everything - SERVERS_CORE or everything)
    try:
        yield
    finally:
        for process in processes:
            os.sched_setaffinity(process, everything)


async def _postmaster(database_url: str) -> int:
    """The process that starts those of all connections."""
    connection = await asyncpg.connect(database_url)
    try:
        return parent_of(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()
