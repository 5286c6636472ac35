"""Several `peerscore serve` on one database, which can be killed and started again on the same ports."""

import asyncio
import base64
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.client import RequestFailed, connected, get_request
from benchmarks.serving import CHECKOUT, HOST, STARTING_SECONDS, STOPPING_SECONDS, Server, ServerDidNotStart
from graph.settings import PREFIX, Settings

TOKEN_SECRET = "a secret of this benchmark alone, of more than 32 bytes"  # noqa: S105 - opens nothing else
IDENTITY_KEY = bytes(range(32))

WRITES_PER_HOUR = 1_000_000
"""What is measured is how fast writes can be, not how many are allowed."""

POLL_SECONDS = 0.02

PORTS = range(20_000, 30_000)
"""Below those that a system gives to outgoing connections, of which one could take the port of a killed process."""


def settings_for(database_url: str) -> Settings:
    """The settings with which servers run, and by which tokens are made."""
    return Settings(
        database_url=database_url,
        token_secret=TOKEN_SECRET,  # type: ignore[arg-type] - pydantic makes a secret of it
        identity_key=base64.b64encode(IDENTITY_KEY).decode(),  # type: ignore[arg-type]
        writes_per_hour=WRITES_PER_HOUR,
    )


class Servers:
    """Processes, each by its place in the list of ports."""

    def __init__(self, database_url: str, ports: list[int]) -> None:
        self.database_url = database_url
        self.ports = ports
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.ready = [False] * len(ports)
        self.kills = 0

    async def start(self, place: int) -> None:
        """Start a process, and wait until it answers."""
        environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        environment |= {
            f"{PREFIX}DATABASE_URL": self.database_url,
            f"{PREFIX}TOKEN_SECRET": TOKEN_SECRET,
            f"{PREFIX}IDENTITY_KEY": base64.b64encode(IDENTITY_KEY).decode(),
            f"{PREFIX}WRITES_PER_HOUR": str(WRITES_PER_HOUR),
        }
        flags = ("--host", HOST, "--port", str(self.ports[place]), "--log-level", "warning")
        self.processes[place] = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module; it does not wait
            [sys.executable, "-m", "graph.command", "serve", *flags],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        await self._answers(place)
        self.ready[place] = True

    async def kill(self, place: int) -> None:
        """Kill a process with SIGKILL while it works."""
        self.ready[place] = False
        process = self.processes[place]
        process.kill()
        process.wait()
        self.kills += 1

    async def ready_one(self, after: int) -> int:
        """The place of a process that answers, the next one after a place; waits until there is one."""
        while True:
            for step in range(1, len(self.ports) + 1):
                place = (after + step) % len(self.ports)
                if self.ready[place]:
                    return place
            await asyncio.sleep(POLL_SECONDS)

    def processor_seconds(self) -> float:
        """How long the processes that run now have computed since they were started."""
        return sum(
            Server(self.ports[place], process.pid).processor_seconds() for place, process in self.processes.items()
        )

    def stop(self) -> None:
        """Stop all processes."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOPPING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    async def _answers(self, place: int) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while self.processes[place].poll() is None and time.monotonic() < deadline:
            try:
                async with connected(self.ports[place]) as connection:
                    await connection.ask(get_request("/readyz"))
            except (OSError, EOFError, RequestFailed):
                await asyncio.sleep(POLL_SECONDS)
            else:
                return
        raise ServerDidNotStart(f"on port {self.ports[place]}")


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                found.append(port)
        if len(found) == number:
            break
    return found


@asynccontextmanager
async def servers_on(database_url: str, number: int) -> AsyncIterator[Servers]:
    """So many processes, which all answer."""
    servers = Servers(database_url, free_ports(number))
    try:
        await asyncio.gather(*(servers.start(place) for place in range(number)))
        yield servers
    finally:
        servers.stop()
