"""Loading a server: connections that are kept alive, each of which waits for its answer before it asks again."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import cast

from benchmarks.client import LENGTH, RequestFailed
from benchmarks.serving import HOST

PATIENCE = 60
"""Seconds for the last answers of a load."""

HEAD_END = b"\r\n\r\n"
ERRORS = b'"errors":['
"""As no value of an answer can hold it: there the quotes would be escaped."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has measured: seconds from each request to its answer, bytes of all answers, and how long it took."""

    latencies: list[float]
    answer_bytes: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds


class _Asking(asyncio.Protocol):
    """One connection. It looks at heads and counts bytes, because putting answers together costs more than all else."""

    transport: asyncio.Transport

    def __init__(self, requests: Iterator[bytes], end: float) -> None:
        self.requests = requests
        self.end = end
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.answer_bytes = 0
        self._head = b""
        self._missing = 0
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports inherit from none of asyncio's classes.
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if not self._missing:
            self._head += data
            end = self._head.find(HEAD_END)
            if end < 0:
                return
            length = LENGTH.search(self._head, 0, end + len(HEAD_END))
            if length is None or not self._head.startswith(b"HTTP/1.1 200 "):
                self._fail(self._head)
                return
            self.answer_bytes += int(length[1])
            self._missing = int(length[1])
            data, self._head = self._head[end + len(HEAD_END) :], b""
        self._missing -= len(data)
        if not self._missing:
            # Errors stand at an answer's end.
            if ERRORS in data:
                self._fail(data)
                return
            now = time.perf_counter()
            self.latencies.append(now - self._asked_at)
            if now < self.end:
                self._ask()
            else:
                self.done.set_result(None)
                self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or RequestFailed("The server has closed the connection."))

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self.transport.write(next(self.requests))

    def _fail(self, said: bytes) -> None:
        self.done.set_exception(RequestFailed(said[:2000].decode("latin-1")))
        self.transport.close()


async def load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Loaded:
    """Ask the requests in their order, again and again, over that many connections for so many seconds.

    Raises:
        RequestFailed: an answer has another status than 200, or errors.
        OSError: the server cannot be reached.
        TimeoutError: it does not answer.
    """
    loop = asyncio.get_running_loop()
    in_turn = cycle(requests)
    started = time.perf_counter()
    async with asyncio.timeout(seconds + PATIENCE):
        asking = [
            (await loop.create_connection(lambda: _Asking(in_turn, started + seconds), HOST, port))[1]
            for _ in range(connections)
        ]
        await asyncio.gather(*(one.done for one in asking))
    took = time.perf_counter() - started
    latencies = [latency for one in asking for latency in one.latencies]
    return Loaded(latencies, sum(one.answer_bytes for one in asking), took)
