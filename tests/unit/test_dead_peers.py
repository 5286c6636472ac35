"""Connections to a database over the network break when its machine is gone."""

import asyncio
import socket
from urllib.parse import parse_qs, urlsplit

import asyncpg

from resolvers.database import database
from resolvers.dead_peers import PROBES
from tests.feed_events import Process, on_postgres


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


@on_postgres
async def test_the_system_watches_connections_over_the_network(migrated_url: str) -> None:
    parts = urlsplit(migrated_url)
    [folder] = parse_qs(parts.query)["host"]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_database, to_database = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        await asyncio.gather(relay(reader, to_database), relay(from_database, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"postgres://{parts.username}@127.0.0.1:{port}{parts.path}"

        async def options() -> tuple[bool, int]:
            async with database().acquire_connection() as connection:
                assert isinstance(connection, asyncpg.Connection)
                used = connection._transport.get_extra_info("socket")  # noqa: SLF001 - nothing else shows it
                return (
                    used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0,
                    used.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
                )

        async with Process(address) as process:
            assert await process.do(options) == (True, PROBES)
