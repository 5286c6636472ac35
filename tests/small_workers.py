"""What processes do that stand in for workers of the server; they import nothing of it, so that they start quickly."""

import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

READY = "ready"
"""As a worker tells its supervisor that it answers."""


def fails(_: "Connection[str, str]") -> None:
    """End at once, as uvicorn does when the application does not start."""
    raise SystemExit(3)


def serves(connection: "Connection[str, str]") -> None:
    """Be ready, and end when told to."""
    connection.send(READY)
    with suppress(EOFError):
        connection.recv()


def never_stops(connection: "Connection[str, str]") -> None:
    """Be ready, and not listen to anything."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    connection.send(READY)
    threading.Event().wait()
