"""Subscribers who listen on sockets of their own, as clients of graphql-transport-ws do, and other server processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.api.people import Person
from tests.clients.serving import LiveServer
from tests.server_processes import Start, free_port, wait_until_ready
from tests.signing import IDENTITY_KEY, TOKEN_SECRET

PROTOCOL = Subprotocol("graphql-transport-ws")

PATIENCE = 60
"""Seconds after which a subscriber whom nothing reaches fails the test."""

EVENTS = """subscription($filter: FeedFilter, $after: String) { ratings(filter: $filter, after: $after) {
  __typename cursor ... on RatingAdded { drug { slug } } ... on RatingRevised { drug { slug } }
  ... on RatingWithdrawn { drug { slug } } ... on RatingsReleased { drug { slug } } } }"""
"""Of which type the events are, and of which drugs."""

FOLLOWED = EVENTS.replace("$filter: FeedFilter, ", "").replace("ratings(filter: $filter, ", "followedRatings(")
"""The same of what is followed."""

CHECKPOINT = "Checkpoint"


class Subscription:
    """One subscription, alone on its socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def message(self) -> dict[str, Any]:
        """The next message of the server."""
        async with asyncio.timeout(PATIENCE):
            text = await self._socket.recv()
        assert isinstance(text, str)
        message: dict[str, Any] = orjson.loads(text)
        return message

    async def next(self) -> Any:  # noqa: ANN401 - of any field
        """The value of the subscription's field in the next answer, which has no errors."""
        message = await self.message()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def told(self, number: int) -> list[tuple[str, str]]:
        """Type and drug of so many events."""
        return [brief(await self.next()) for _ in range(number)]

    async def happened(self, number: int) -> list[tuple[str, str]]:
        """The same, without checkpoints."""
        return [brief(await self.event()) for _ in range(number)]

    async def event(self) -> dict[str, Any]:
        """The next event that is no checkpoint."""
        while (event := await self.next())["__typename"] == CHECKPOINT:
            pass
        found: dict[str, Any] = event
        return found

    async def refusal(self) -> dict[str, Any]:
        """The extensions of the only error that the subscription is answered with, and ends."""
        message = await self.message()
        assert message["type"] == "error", message
        (error,) = message["payload"]
        assert await self.waiting() == []
        extensions: dict[str, Any] = error["extensions"]
        return extensions

    async def waiting(self) -> list[Any]:
        """The values of the answers that have been sent by now."""
        await self._socket.send('{"type": "ping"}')
        found = []
        while (message := await self.message())["type"] != "pong":
            assert message["type"] == "next", message
            found += message["payload"]["data"].values()
        return found

    async def closed(self) -> tuple[list[Any], int, str]:
        """What still comes before the server closes the socket, with which code, and for which reason."""
        found: list[Any] = []
        with suppress(ConnectionClosed):
            while True:
                found.append(await self.next())
        return found, self._socket.close_code or 0, self._socket.close_reason or ""


def brief(event: dict[str, Any]) -> tuple[str, str]:
    """Type and drug of an event; a checkpoint is about no drug."""
    return event["__typename"], event.get("drug", {"slug": ""})["slug"]


@asynccontextmanager
async def subscribed(
    server: LiveServer, person: Person, query: str = EVENTS, **variables: object
) -> AsyncIterator[Subscription]:
    """Somebody subscribes, until the block ends."""
    address = f"ws://127.0.0.1:{server.port}/graphql"
    async with connect(
        address, subprotocols=[PROTOCOL], additional_headers=person.headers, proxy=None, open_timeout=PATIENCE
    ) as socket:
        await socket.send('{"type": "connection_init"}')
        assert orjson.loads(await socket.recv()) == {"type": "connection_ack"}
        payload = {"query": query, "variables": variables}
        await socket.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}).decode())
        yield Subscription(socket)


@asynccontextmanager
async def listening(
    server: LiveServer, person: Person, query: str = EVENTS, **variables: object
) -> AsyncIterator[Subscription]:
    """Somebody subscribes to what happens from now on: the first checkpoint has come, and whatever happens will."""
    async with subscribed(server, person, query, **variables) as subscription:
        assert (await subscription.next())["__typename"] == CHECKPOINT
        yield subscription


async def cursor_now(server: LiveServer, person: Person) -> str:
    """The cursor with which a new subscription begins."""
    async with subscribed(server, person) as subscription:
        first = await subscription.next()
    assert first["__typename"] == CHECKPOINT
    cursor: str = first["cursor"]
    return cursor


async def kept(server: LiveServer, person: Person, after: str = "", query: str = EVENTS) -> list[Any]:
    """All events after a cursor, as a new subscription replays them, up to the checkpoint, which is left out."""
    found = []
    async with subscribed(server, person, query, after=after) as subscription:
        while (event := await subscription.next())["__typename"] != CHECKPOINT:
            found.append(event)
    return found


@asynccontextmanager
async def streamed(person: Person, query: str = EVENTS, **variables: object) -> AsyncIterator[AsyncIterator[Any]]:
    """Somebody subscribes by server-sent events; what the events carry, up to the one that is the last."""
    body = {"query": query, "variables": variables}
    headers = {**person.headers, "Accept": "text/event-stream"}
    async with person.http.stream("POST", "/graphql", json=body, headers=headers, timeout=PATIENCE) as response:
        yield _answers(response)


async def _answers(response: httpx2.Response) -> AsyncIterator[Any]:
    lines = response.aiter_lines()
    while True:
        async with asyncio.timeout(PATIENCE):
            line = await anext(lines, None)
        if line is None:
            return
        # Heartbeats, ids and names of events say nothing here; an event that ends the stream has no data.
        if line.startswith("data: "):
            yield orjson.loads(line.removeprefix("data: "))


@asynccontextmanager
async def another_process(start: Start, url: str) -> AsyncIterator[LiveServer]:
    """Another server process over the same database, with nobody listening; it has a clock of its own."""
    port = free_port()
    process = start(
        "serve", "--port", str(port), "--database-url", url, token_secret=TOKEN_SECRET, identity_key=IDENTITY_KEY
    )
    await asyncio.to_thread(wait_until_ready, process)
    server = LiveServer(url)
    server.port = port
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as server.http:
        yield server
