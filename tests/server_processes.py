"""`peerscore` as a process of its own, as a user runs it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.settings import Settings, variable_name

PATIENCE = 60
"""Seconds after which a process that says nothing fails the test."""

Start = Callable[..., subprocess.Popen[str]]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@contextmanager
def peerscore_processes(folder: Path, repository: Path, module: str = "graph.command") -> Iterator[Start]:
    """A function that starts `peerscore`, or another module, in an empty folder; what still runs at the end is killed.

    Named arguments are settings, which it gets as variables.
    """
    ours = {variable_name(name) for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    processes: list[subprocess.Popen[str]] = []

    def started(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env={
                **environment,
                **{variable_name(name): value for name, value in settings.items()},
                "PYTHONPATH": str(repository),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def wait_until(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """Read the log until it tells of the event, and return that line."""
    assert process.stderr is not None
    for line in process.stderr:
        found: dict[str, Any] = orjson.loads(line)
        if found["event"] == event:
            return found
    pytest.fail(f"the server ended without saying: {event}")


def wait_until_ready(process: subprocess.Popen[str]) -> str:
    """What the server prints when it is ready."""
    assert process.stdout is not None
    return "".join(process.stdout.readline() for _ in range(4))


def log_at_the_end(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """The rest of the log of a process that has been told to end, when it and all that it started have ended."""
    _, errors = process.communicate(timeout=PATIENCE)
    return [orjson.loads(line) for line in errors.splitlines()]


def stopped_by(process: subprocess.Popen[str], number: signal.Signals) -> list[dict[str, Any]]:
    """Stop a process with a signal, and return what it then wrote to the log."""
    process.send_signal(number)
    return log_at_the_end(process)
