"""Server processes that are killed and started again under their subscribers, and what they log meanwhile."""

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import orjson

from tests.server_processes import PATIENCE, Start, free_port, wait_until_ready
from tests.signing import IDENTITY_KEY, TOKEN_SECRET

PLENTY = "1000000"
"""Writes that everybody has in an hour: more than any test does."""


STARTED = re.compile(r"Started server process \[(\d+)\]")

Found = TypeVar("Found")


class ServerProcess:
    """`peerscore serve` on a port that stays the same.

    Attributes:
        port: on which it serves.
        up: set while it is there, as far as its clients know.
        log: what it has logged, since its first start.
    """

    def __init__(self, start: Start, url: str, *arguments: str, **settings: str) -> None:
        self.port = free_port()
        self.up = asyncio.Event()
        self.log: list[dict[str, Any]] = []
        self._start = start
        self._arguments = ("serve", "--port", str(self.port), *arguments)
        self._settings = {
            "database_url": url,
            "token_secret": TOKEN_SECRET,
            "identity_key": IDENTITY_KEY,
            "writes_per_hour": PLENTY,
        } | settings
        self._logged = asyncio.Condition()
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Of the API over HTTP."""
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it has ended; None if it has not."""
        assert self._process is not None
        return self._process.poll()

    def memory(self) -> int:
        """Bytes of the process that are in memory."""
        said = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)  # noqa: S607 - as a user runs it
        return int(said.stdout) * 1024

    async def begin(self) -> None:
        """Start it, and wait until it is ready."""
        process = self._process = self._start(*self._arguments, **self._settings)
        # A pipe that nobody empties would hold the server up.
        self._reading = asyncio.create_task(self._read_log(process))
        assert (await asyncio.to_thread(wait_until_ready, process)).startswith("Peerscore is ready")
        self.up.set()

    async def end(self, number: signal.Signals) -> None:
        """Send it a signal, and wait until it has ended."""
        assert self._process is not None
        self.up.clear()
        self._process.send_signal(number)
        await asyncio.to_thread(self._process.wait, PATIENCE)
        await self._reading

    async def ended(self) -> None:
        """Wait until it has ended by itself."""
        assert self._process is not None
        await asyncio.to_thread(self._process.wait, PATIENCE)
        self.up.clear()
        await self._reading

    async def logged(self, event: str) -> dict[str, Any]:
        """The first line that tells of an event, once it is there."""
        return await self.log_has(lambda: next((line for line in self.log if line["event"] == event), None))

    async def workers(self, number: int) -> list[int]:
        """The process numbers of workers, in the order of their start, once there are so many."""
        return await self.log_has(lambda: found if len(found := self._started_workers()) >= number else None)

    async def log_has(self, wanted: Callable[[], Found | None]) -> Found:
        """What is found, once it is there; it is looked for again with each line of the log."""
        async with asyncio.timeout(PATIENCE), self._logged:
            return cast("Found", await self._logged.wait_for(wanted))

    def _started_workers(self) -> list[int]:
        return [int(found[1]) for line in self.log if (found := STARTED.fullmatch(line["event"]))]

    async def _read_log(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        while line := await asyncio.to_thread(process.stderr.readline):
            async with self._logged:
                self.log.append(orjson.loads(line))
                self._logged.notify_all()


@asynccontextmanager
async def server_process(start: Start, url: str, *arguments: str, **settings: str) -> AsyncIterator[ServerProcess]:
    """A server that is ready; it is killed at the end, unless it has ended."""
    server = ServerProcess(start, url, *arguments, **settings)
    await server.begin()
    try:
        yield server
    finally:
        await server.end(signal.SIGKILL)
