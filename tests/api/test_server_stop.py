"""SIGTERM to a server whose clients listen: they are sent elsewhere at once, and nothing is complained about."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from graph.server import AnnouncingServer, server_config
from graph.settings import Settings
from tests.server_processes import (
    PATIENCE,
    Start,
    free_port,
    log_at_the_end,
    peerscore_processes,
    wait_until,
    wait_until_ready,
)

SUBSCRIPTION = "subscription { ratings { __typename cursor } }"

PROTOCOL = Subprotocol("graphql-transport-ws")

AN_HOUR = "3600"
"""Seconds that running requests get: more than any test waits, so that nothing ends because they are over."""

SERVICE_RESTART = (1012, "SERVICE_RESTART")
"""How sockets are closed; the code has this name in the registry of RFC 6455, section 7.4.2."""

MORE_THAN_BUFFERS_TAKE = 64 * 1024 * 1024
"""Bytes that the system's buffers between two ends of a connection do not hold."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


def serving(start: Start, port: int, url: str, log_level: str) -> subprocess.Popen[str]:
    """A server that is ready: on SQLite one process, on PostgreSQL two workers."""
    process = start(
        "serve",
        "--port",
        str(port),
        database_url=url,
        workers="1" if url.startswith("sqlite") else "2",
        log_level=log_level,
        shutdown_grace=AN_HOUR,
    )
    wait_until_ready(process)
    return process


async def opened_socket(port: int, *, subscribed: bool) -> ClientConnection:
    found = await connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL], proxy=None)
    await found.send('{"type": "connection_init"}')
    await found.recv()
    if subscribed:
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}
        await found.send(orjson.dumps(subscribe).decode())
        assert "Checkpoint" in str(await found.recv())
    return found


async def how_it_was_closed(opened: ClientConnection) -> tuple[int | None, str | None]:
    await opened.wait_closed()
    return opened.close_code, opened.close_reason


async def whole_stream(port: int, accept: str, begun: asyncio.Event) -> str:
    """What a stream said until its proper end; another end raises."""
    async with (
        httpx2.AsyncClient(timeout=PATIENCE) as client,
        client.stream(
            "POST", f"http://127.0.0.1:{port}/graphql", json={"query": SUBSCRIPTION}, headers={"Accept": accept}
        ) as response,
    ):
        said = ""
        async for text in response.aiter_text():
            said += text
            if "Checkpoint" in said:
                begun.set()
        return said


async def test_clients_who_listen_are_sent_elsewhere_at_once(start: Start, port: int, migrated_url: str) -> None:
    # A line for each socket would fill the pipe to this process, which reads it at the end.
    server = await asyncio.to_thread(serving, start, port, migrated_url, "warning")
    begun = [asyncio.Event() for _ in range(8)]
    kinds = ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"] * 4
    async with asyncio.timeout(PATIENCE):
        streams = [
            asyncio.create_task(whole_stream(port, kind, event)) for kind, event in zip(kinds, begun, strict=True)
        ]
        sockets = await asyncio.gather(*(opened_socket(port, subscribed=number % 2 == 0) for number in range(500)))
        await asyncio.gather(*(event.wait() for event in begun))
        server.terminate()
        closed = await asyncio.gather(*(how_it_was_closed(one) for one in sockets))
        ends = await asyncio.gather(*streams)
        log = await asyncio.to_thread(log_at_the_end, server)

    assert set(closed) == {SERVICE_RESTART}
    assert all("SERVICE_RESTART" in said for said in ends)
    assert log == []
    assert server.returncode == -signal.SIGTERM


def test_a_subscription_that_begins_during_the_stop_is_ended_too(start: Start, port: int, migrated_url: str) -> None:
    server = serving(start, port, migrated_url, "info")
    body = orjson.dumps({"query": SUBSCRIPTION})
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Accept: text/event-stream\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        server.terminate()
        wait_until(server, "Shutting down")
        connection.sendall(body)
        with connection.makefile("rb") as answer:
            said = answer.read()
    log = log_at_the_end(server)

    assert b"text/event-stream" in said
    assert said.endswith(b"0\r\n\r\n")
    assert {line["level"] for line in log} == {"info"}


async def floods_a_response(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(MORE_THAN_BUFFERS_TAKE)})


async def floods_a_socket(_: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "bytes": bytes(MORE_THAN_BUFFERS_TAKE)})
    while (await receive())["type"] != "websocket.disconnect":
        pass


PLAIN = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@pytest.mark.parametrize(
    ("floods", "request_line"), [(floods_a_response, PLAIN), (floods_a_socket, UPGRADE)], ids=["response", "socket"]
)
async def test_a_client_who_reads_nothing_does_not_hold_up_the_stop(floods: ASGIApp, request_line: bytes) -> None:
    begun = asyncio.Event()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        begun.set()
        await floods(scope, receive, send)

    ready = asyncio.Event()
    settings = Settings(shutdown_grace=int(AN_HOUR))
    server = AnnouncingServer(server_config(settings, application), ready.set)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with asyncio.timeout(PATIENCE):
            running = asyncio.create_task(server.serve([listener]))
            await ready.wait()
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.write(request_line)
            await begun.wait()
            assert await reader.read(1)
            server.should_exit = True
            await running
            writer.close()

    assert server.server_state.connections == set()
