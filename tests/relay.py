"""A way to PostgreSQL on which the end of a session arrives late, as it may on a busy machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.databases import temporary_folder

SOCKET = ".s.PGSQL.5432"
"""What clients look for in the folder that an address names."""

READ_AT_ONCE = 65_536


class Relay:
    """Passes on all that is said, but not that the server has hung up.

    Attributes:
        url: the same database by this way.
        hung_up: set once the server has ended a session; what it said last has been passed on by then.
    """

    def __init__(self, url: str, folder: Path) -> None:
        [server] = parse_qs(urlsplit(url).query)["host"]
        self.url = url.replace(server, str(folder))
        self.hung_up = asyncio.Event()
        self._server = Path(server) / SOCKET

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what one client says, and what it is answered."""
        from_server, to_server = await asyncio.open_unix_connection(self._server)
        answering = asyncio.create_task(self._answer(from_server, writer))
        try:
            with suppress(OSError):
                await pass_on(reader, to_server)
        finally:
            answering.cancel()
            to_server.close()
            writer.close()

    async def _answer(self, from_server: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await pass_on(from_server, writer)
        self.hung_up.set()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what is read until there is no more."""
    while said := await reader.read(READ_AT_ONCE):
        writer.write(said)
        await writer.drain()


@asynccontextmanager
async def relayed(url: str) -> AsyncIterator[Relay]:
    """A relay to a database meanwhile; who uses it has to have hung up at the end."""
    with temporary_folder() as folder:
        relay = Relay(url, folder)
        async with await asyncio.start_unix_server(relay.serve, folder / SOCKET):
            yield relay
