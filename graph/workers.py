"""Processes that serve together on one socket, as their supervisor sees them and as they run."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from socket import socket
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from graph.app import create_app
from graph.logs import configure_logging
from graph.server import AnnouncingServer, server_config
from graph.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SPAWN = get_context("spawn")
"""Each process begins with an interpreter of its own: a fork would copy the supervisor's threads and locks half-way."""

NOT_FOR_WORKERS = (signal.SIGINT, signal.SIGHUP)
"""What a terminal sends to all processes at once; the supervisor decides what comes of it."""

READY = "ready"
"""What a worker tells the supervisor once it answers."""


class Worker:
    """A process that serves, as the supervisor knows it; it is started with this.

    Between both is a pipe. The worker says in it that it is ready, and serves as long as the other end is open. So it
    stops when the supervisor closes that end, and also when the supervisor is killed.

    Args:
        serve: what it does, given its end of the pipe. It reaches the process through another pipe, so no secret
            that it holds is in a command line.
    """

    def __init__(self, serve: "Callable[[Connection[str, str]], None]") -> None:
        self.connection, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=serve, args=(theirs,), daemon=True)
        with _kept_from_workers():
            self.process.start()
        theirs.close()
        self.started_at = monotonic()
        self.ready_at: float | None = None
        self.told_at: float | None = None

    @property
    def pid(self) -> int | None:
        """Its number in the system."""
        return self.process.pid

    @property
    def ready(self) -> bool:
        """Whether it has said that it answers."""
        return self.ready_at is not None

    @property
    def leaving(self) -> bool:
        """Whether it has been told to stop."""
        return self.told_at is not None

    def listen_to(self) -> None:
        """Take what it has said, if it has said anything."""
        if self.ready or self.leaving:
            return
        with suppress(EOFError, OSError):  # it has ended, which its process tells
            if self.connection.poll() and self.connection.recv() == READY:
                self.ready_at = monotonic()

    def stop(self) -> None:
        """Let it stop as a single server does: running requests may end. One that is still starting has none."""
        if self.leaving:
            return
        self.told_at = monotonic()
        self.connection.close()
        if not self.ready:
            self.process.terminate()

    def bury(self) -> int | None:
        """The exit code of a process that has ended; a negative one is the signal that ended it."""
        self.process.join()
        exit_code = self.process.exitcode
        self.process.close()
        self.connection.close()
        return exit_code


def serve_as_worker(settings: Settings, listener: socket, connection: "Connection[str, str]") -> None:
    """Serve until the other end of the connection is closed, or SIGTERM comes."""
    configure_logging(settings.log_level, settings.log_format)

    def announce() -> None:
        with suppress(OSError):  # told to stop already
            connection.send(READY)

    server = AnnouncingServer(server_config(settings, create_app(settings)), announce)
    Thread(target=_stop_when_closed, args=(connection, server), daemon=True).start()
    server.run(sockets=[listener])


def _stop_when_closed(connection: "Connection[str, str]", server: AnnouncingServer) -> None:
    with suppress(EOFError, OSError):
        connection.recv()
    server.should_exit = True


@contextmanager
def _kept_from_workers() -> Iterator[None]:
    """A process that is started meanwhile never gets what a terminal sends to all; this process gets it afterwards."""
    # It would lift the block in the middle, were it started by the first process.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, NOT_FOR_WORKERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
