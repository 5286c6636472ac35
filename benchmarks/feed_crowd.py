"""Processes full of subscribers, and whoever publishes to them."""

import multiprocessing
import socket
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any
from urllib.request import urlopen

from benchmarks.feed_sockets import STEP_SECONDS, Kept, SocketFailed, Subscribers, Subscribing
from benchmarks.serving import HOST

POLL_SECONDS = 0.05


class TooFew(Exception):
    """Not all subscribers are there."""


class Crowd:
    """Subscribers in processes of their own, which read all the time."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def connect(self) -> float:
        """Connect and subscribe all; how many seconds that took."""
        seconds: list[float] = self._all("connect")
        return max(seconds)

    def keep(self, every: int) -> None:
        """Keep from now on what each so manieth socket of a process gets."""
        self._all("keep", every)

    def kept(self) -> list[Kept]:
        """The messages that have been kept."""
        return [kept for of_process in self._all("kept") for kept in of_process]

    def begin_waiting(self, expected: Mapping[int, int], patience: float) -> None:
        """Wait until all have so many events, by their groups; `missing` has to follow."""
        for pipe in self._pipes:
            _ask(pipe, "wait", (expected, patience))

    def missing(self) -> int:
        """How many deliveries have not come, after waiting for them."""
        return sum(_received(pipe) for pipe in self._pipes)

    def arrivals(self) -> dict[int, list["array[float]"]]:
        """When which event reached its subscribers, by their group and the event's number."""
        found: dict[int, list[array[float]]] = {}
        for of_process in self._all("arrivals"):
            for group, events in of_process.items():
                of_group = found.setdefault(group, [])
                for number, times in enumerate(events):
                    if number == len(of_group):
                        of_group.append(array("d"))
                    of_group[number].extend(times)
        return found

    def _all(self, name: str, *arguments: object) -> list[Any]:
        for pipe in self._pipes:
            _ask(pipe, name, arguments)
        return [_received(pipe) for pipe in self._pipes]


@contextmanager
def crowd(plans: Sequence[Subscribing]) -> Iterator[Crowd]:
    """A process for each plan; nobody is connected yet."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    try:
        for plan in plans:
            pipe, others_end = context.Pipe()
            process = context.Process(target=_work, args=(plan, others_end), daemon=True)
            process.start()
            others_end.close()
            pipes.append(pipe)
            processes.append(process)
        yield Crowd(pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join()


def divided(plan: Subscribing, processes: int) -> list[Subscribing]:
    """The same subscribers in so many parts."""
    return [
        Subscribing(
            plan.port,
            plan.parameters,
            plan.query,
            plan.variables[place::processes],
            plan.groups[place::processes],
            plan.greeted,
            place,
        )
        for place in range(processes)
    ]


class Publisher:
    """Tells a server what has happened, without waiting until it has told everybody."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connections: list[socket.socket] = []

    def publish(self, answers: Sequence[bytes]) -> None:
        """Send answers for so many events."""
        body = b"\n".join(answers)
        head = (
            f"POST /publish HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-ndjson\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        # One for each time, because servers close those that are silent for some seconds.
        connection = socket.create_connection((HOST, self._port))
        self._connections.append(connection)
        connection.sendall(head.encode() + body)

    def close(self) -> None:
        """Leave."""
        for connection in self._connections:
            connection.close()


def wait_for_subscribers(port: int, number: int, patience: float) -> None:
    """Wait until so many have subscribed, as a server other than ours counts them, and ask for so many seconds.

    Raises:
        TooFew: there are less then.
    """
    deadline = time.monotonic() + patience
    while (found := _subscribers(port)) < number:
        if time.monotonic() > deadline:
            raise TooFew(f"{found:,} of {number:,} have subscribed.")
        time.sleep(POLL_SECONDS)


def _subscribers(port: int) -> int:
    with urlopen(f"http://{HOST}:{port}/subscribers") as answer:
        return int(answer.read())


def _work(plan: Subscribing, pipe: Connection) -> None:
    subscribers = Subscribers(plan)
    try:
        while True:
            if not pipe.poll():
                subscribers.read(STEP_SECONDS / 10)
                continue
            name, arguments = pipe.recv()
            found = getattr(subscribers, name)
            pipe.send(found(*arguments) if callable(found) else found)
    except EOFError:
        subscribers.close()
    except SocketFailed as error:
        pipe.send(error)


def _ask(pipe: Connection, name: str, arguments: tuple[object, ...]) -> None:
    # A process that has ended has said why.
    with suppress(BrokenPipeError):
        pipe.send((name, arguments))


def _received(pipe: Connection) -> Any:  # noqa: ANN401 - whatever the process was asked for
    answer = pipe.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer
