"""Servers to measure, each a process of its own on a free port of the loopback address."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reader import ENVIRONMENT
from graph.settings import PREFIX

HOST = "127.0.0.1"
CHECKOUT = Path(__file__).parent.parent

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
        # The process' name comes before, in brackets, and may itself hold blanks and brackets.
        numbers = Path(f"/proc/{self.process_id}/stat").read_text("ascii").rpartition(")")[2].split()
        user, system = numbers[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def our_server(database_url: str) -> Iterator[Server]:
    """`peerscore serve` as one process, which accepts the token of `benchmarks.reader`."""
    port = free_port()
    flags = ("--host", HOST, "--port", str(port), "--database-url", database_url, "--log-level", "warning")
    with running(port, sys.executable, "-m", "graph.command", "serve", *flags) as server:
        yield server


@contextmanager
def server_by_hand(database_url: str) -> Iterator[Server]:
    """The hand-written limit as one process."""
    port = free_port()
    with running(port, sys.executable, "-m", "benchmarks.by_hand", database_url, str(port)) as server:
        yield server


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(port: int, *command: str) -> Iterator[Server]:
    """A process that listens on this port, with the settings of `benchmarks.reader`; it is stopped at the end.

    Raises:
        ServerDidNotStart: it does not listen.
    """
    # Settings of the person who measures would change what is measured.
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    environment |= ENVIRONMENT
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
