"""Servers to measure, each a process of its own on a free port of the loopback address."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reader import ENVIRONMENT
from graph.settings import PREFIX

HOST = "127.0.0.1"
CHECKOUT = Path(__file__).parent.parent

SERVERS_CORE = frozenset({0})
"""On which a server runs that has a core for itself; everything else has the others."""

NOTHING: Mapping[str, str] = {}

STARTING_SECONDS = 30
STOPPING_SECONDS = 30


class ServerDidNotStart(Exception):
    """A server ended, or did not listen in time; what it said is above on standard error."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and the id of its process."""

    port: int
    process_id: int

    def processor_seconds(self) -> float:
        """How long all threads of the process have computed so far, in user and in system mode; Linux only."""
        user, system = _status(self.process_id)[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def peak_bytes(self) -> int:
        """The most memory that the process has had in use so far; Linux only."""
        status = Path(f"/proc/{self.process_id}/status").read_text("ascii")
        (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(kilobytes) * 1024


def parent_of(process_id: int) -> int:
    """The process that has started another one; Linux only."""
    return int(_status(process_id)[1])


def _status(process_id: int) -> list[str]:
    """What /proc/…/stat says after the process' name."""
    # The name is in brackets, and may itself hold blanks and brackets.
    return Path(f"/proc/{process_id}/stat").read_text("ascii").rpartition(")")[2].split()


@contextmanager
def our_server(database_url: str, settings: Mapping[str, str] = NOTHING) -> Iterator[Server]:
    """`peerscore serve` as one process, which accepts the token of `benchmarks.reader`.

    Args:
        database_url: the database.
        settings: more of them, by the names of their variables.
    """
    port = free_port()
    flags = ("--host", HOST, "--port", str(port), "--database-url", database_url, "--log-level", "warning")
    with running(port, sys.executable, "-m", "graph.command", "serve", *flags, settings=settings) as server:
        yield server


@contextmanager
def on_own_core(starting: AbstractContextManager[Server]) -> Iterator[Server]:
    """A server that has a core for itself and all its threads; this process and what it starts have the others."""
    everything = os.sched_getaffinity(0)
    # A child has the cores of its parent; so do all the threads that it starts.
    os.sched_setaffinity(0, SERVERS_CORE)
    try:
        with starting as server:
            os.sched_setaffinity(0, everything - SERVERS_CORE or everything)
            yield server
    finally:
        os.sched_setaffinity(0, everything)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(port: int, *command: str, settings: Mapping[str, str] = NOTHING) -> Iterator[Server]:
    """A process that listens on this port, with the settings of `benchmarks.reader`; it is stopped at the end.

    Args:
        port: the port.
        command: which starts it.
        settings: more of them, by the names of their variables.

    Raises:
        ServerDidNotStart: it does not listen.
    """
    # Settings of the person who measures would change what is measured.
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    environment |= {**ENVIRONMENT, **settings}
    process = subprocess.Popen(  # noqa: S603 - our own modules, and the servers beside them
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_it_listens(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise ServerDidNotStart(f"{' '.join(map(str, process.args))}")  # type: ignore[arg-type]
