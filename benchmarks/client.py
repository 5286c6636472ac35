"""A client that costs little.

It shares the machine's cores with the servers that it measures, and a general HTTP client needs more time for a
request than the fastest of them.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import orjson

from benchmarks.operations import Operation
from benchmarks.serving import HOST

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
BUFFER_BYTES = 4 * 1024 * 1024


class RequestFailed(Exception):
    """A server did not answer with status 200."""


def post_request(path: str, operation: Operation, headers: Mapping[str, str]) -> bytes:
    """A GraphQL operation as an HTTP request."""
    body = orjson.dumps({"query": operation.query, "variables": operation.variables})
    given = {"Host": HOST, "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def get_request(path: str) -> bytes:
    """A path as an HTTP request."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


class Connection:
    """A connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: bytes) -> bytes:
        """Send a request and wait for the body of its answer.

        Raises:
            RequestFailed: the status is not 200.
        """
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise RequestFailed(head.decode("latin-1"))
        return await self.reader.readexactly(int(length[1]))


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    """A connection to a server on the loopback address."""
    reader, writer = await asyncio.open_connection(HOST, port, limit=BUFFER_BYTES)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


async def answer(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    async with connected(port) as connection:
        return await connection.ask(request)


async def latencies(port: int, request: bytes, number: int) -> list[float]:
    """Seconds for each of so many requests, one after the other."""
    times = []
    async with connected(port) as connection:
        for _ in range(number):
            started = time.perf_counter()
            await connection.ask(request)
            times.append(time.perf_counter() - started)
    return times
