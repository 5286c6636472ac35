"""A real server in the process of the test, which can go away and come back, and a link to it that can be cut."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from graph.app import create_app
from graph.server import AnnouncingServer, server_config
from graph.settings import Settings
from tests.api.people import Server, served
from tests.server_processes import PATIENCE
from tests.signing import SIGNING


class LiveServer(Server):
    """A server on a port of its own, and the people who ask it."""

    def __init__(self, url: str, **settings: str) -> None:
        super().__init__()
        self.url = url
        self._settings = settings
        self.port = 0

    @property
    def address(self) -> str:
        """Of the API."""
        return f"http://127.0.0.1:{self.port}/graphql"

    async def start(self) -> None:
        """Serve, on the same port as before."""
        settings = Settings(**{"database_url": self.url, **SIGNING, **self._settings})
        ready = asyncio.Event()
        self._uvicorn = AnnouncingServer(server_config(settings, create_app(settings, self.clock)), ready.set)
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._running = asyncio.create_task(self._uvicorn.serve(sockets=[self._listener]))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([self._running, waiting], return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set()

    async def stop(self) -> None:
        """Stop as at SIGTERM."""
        self._uvicorn.should_exit = True
        await self._running
        self._listener.close()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[Server]:
        """Be stopped meanwhile; what is given is another way to the same database, for those who write there."""
        await self.stop()
        async with served(self.url) as elsewhere:
            elsewhere.now = self.now
            yield elsewhere
        await self.start()


@asynccontextmanager
async def live_server(url: str, **settings: str) -> AsyncIterator[LiveServer]:
    """A server over the database at this address, with some settings."""
    server = LiveServer(url, **settings)
    await server.start()
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=PATIENCE) as server.http:
            yield server
    finally:
        await server.stop()


class Link:
    """Passes bytes between clients and a server, until it is cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Of the API at the server's end."""
        return f"http://127.0.0.1:{self._own_port}/graphql"

    def cut(self) -> None:
        """Break all connections off without a word; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    async def listen(self) -> asyncio.Server:
        """Take connections."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self._own_port: int = server.sockets[0].getsockname()[1]
        return server

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        both = {writer, far_writer}
        self._writers |= both
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        self._writers -= both


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def link_to(server: LiveServer) -> AsyncIterator[Link]:
    """A link to a server."""
    link = Link(server.port)
    listening = await link.listen()
    try:
        yield link
    finally:
        listening.close()
        link.cut()
        await listening.wait_closed()


def event_of(event: dict[str, Any]) -> tuple[str, str]:
    """An event in short: of which type, and of which drug."""
    return event["__typename"], event["drug"]["slug"]
