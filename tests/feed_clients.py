"""Clients of the feed whom nothing stops: readers who come back with their last cursor, writers who try again."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, NamedTuple

import httpx2
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from graph.errors import INTERNAL_ERROR
from graph.global_ids import global_id
from graph.signing_in.refusals import SignInUnavailable
from models.feed import ADDED, REVISED
from resolvers.database import DatabaseUrl, open_database
from resolvers.sql import fetch_rows
from resolvers.viewers import Status
from tests.api.people import SUBMIT, rating
from tests.feed_server_processes import ServerProcess
from tests.people import register
from tests.signing import bearer

PROTOCOL = Subprotocol("graphql-transport-ws")

PATIENCE = 60
"""Seconds after which something that does not happen fails the test."""

RATINGS = """subscription($after: String) { ratings(after: $after) { __typename cursor
  ... on RatingAdded { drug { slug } rating { id efficacy } }
  ... on RatingRevised { drug { slug } rating { id efficacy } } } }"""
"""What the events are about, with something of the ratings themselves."""

READER = bearer("a moderator", moderator=True)

PASSING = {INTERNAL_ERROR, SignInUnavailable.code}
"""Errors after which the same may be sent again."""

UNHEARD = logging.Logger("clients", logging.CRITICAL)  # noqa: LOG001 - one that no setting of the tests makes talk
"""What hundreds of clients say of each of their messages would take longer to write than to send."""

KINDS = {ADDED: "RatingAdded", REVISED: "RatingRevised"}


class Told(NamedTuple):
    """An event as it has reached a reader."""

    cursor: str
    kind: str
    rating: str


class Closing(NamedTuple):
    """How a connection has ended: as the server closed it, or without a word, which has no code."""

    code: int | None
    reason: str


NOT_CONNECTED, BROKEN_OFF = Closing(None, "not connected"), Closing(None, "broken off")


async def server_of(servers: Sequence[ServerProcess], turn: int) -> ServerProcess:
    """One that is there; another one in each turn."""
    first = turn % len(servers)
    ordered = [*servers[first:], *servers[:first]]
    found = next((server for server in ordered if server.up.is_set()), ordered[0])
    await found.up.wait()
    return found


async def begun_socket(port: int, connected: socket.socket | None = None) -> ClientConnection:
    """A WebSocket on which a moderator may subscribe, over a connection that is there already, if one is given."""
    opened = await connect(
        f"ws://127.0.0.1:{port}/graphql",
        subprotocols=[PROTOCOL],
        additional_headers=READER,
        proxy=None,
        compression=None,
        open_timeout=PATIENCE,
        logger=UNHEARD,
        sock=connected,
    )
    await opened.send('{"type": "connection_init"}')
    assert orjson.loads(await opened.recv()) == {"type": "connection_ack"}
    return opened


def subscribe_message(query: str = RATINGS, operation_id: str = "1", **variables: object) -> str:
    """What begins a subscription on a socket."""
    payload = {"query": query, "variables": variables}
    return orjson.dumps({"id": operation_id, "type": "subscribe", "payload": payload}).decode()


class Reader:
    """Subscribes to ratings, and comes back with the last cursor whenever the connection has ended.

    Attributes:
        told: the events that have come, without checkpoints.
        cursor: the last one.
        closings: how connections have ended so far.
    """

    def __init__(
        self, servers: Sequence[ServerProcess], first: int = 0, after: str | None = None, query: str = RATINGS
    ) -> None:
        self.told: list[Told] = []
        self.cursor = after
        self.closings: list[Closing] = []
        self._servers = servers
        self._turns = count(first)
        self._query = query
        self._connected = False
        self._changed = asyncio.Condition()
        self._failure: BaseException | None = None

    @property
    def events(self) -> list[tuple[str, str]]:
        """Kinds of the events and the ratings that they are about."""
        return [(one.kind, one.rating) for one in self.told]

    async def connected(self) -> None:
        """Wait until the first checkpoint or event of a connection has come: what happens from now on will come."""
        await self._until(lambda: self._connected)

    async def count(self, number: int) -> None:
        """Wait until so many events have come."""
        await self._until(lambda: len(self.told) >= number)

    async def sent_away(self) -> None:
        """Wait until a connection has ended, or could not be made."""
        await self._until(lambda: bool(self.closings))

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            while True:
                await self._read_from(await server_of(self._servers, next(self._turns)))
        except Exception as error:
            self._failure = error
            raise
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self._failure is not None or wanted())
        if self._failure is not None:
            raise self._failure

    async def _read_from(self, server: ServerProcess) -> None:
        try:
            opened = await begun_socket(server.port)
            try:
                await opened.send(subscribe_message(self._query, after=self.cursor))
                while True:
                    await self._take(await opened.recv())
            finally:
                opened.transport.abort()
        except ConnectionClosed as closed:
            said = closed.rcvd
            self.closings.append(Closing(said.code, said.reason) if said else BROKEN_OFF)
        except (OSError, EOFError, TimeoutError, WebSocketException):
            self.closings.append(NOT_CONNECTED)
        async with self._changed:
            self._connected = False
            self._changed.notify_all()

    async def _take(self, text: str | bytes) -> None:
        message = orjson.loads(text)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        event = message["payload"]["data"]["ratings"]
        self.cursor = event["cursor"]
        async with self._changed:
            self._connected = True
            if event["__typename"] != "Checkpoint":
                assert event["rating"]["efficacy"] is not None
                self.told.append(Told(event["cursor"], event["__typename"], event["rating"]["id"]))
            self._changed.notify_all()


@asynccontextmanager
async def reading(readers: Sequence[Reader]) -> AsyncIterator[None]:
    """Let them read meanwhile; what one of them fails with fails the block."""
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert failures == []


class Writer:
    """A physician who submits ratings, and sends each again, to another server, until it is answered.

    Attributes:
        written: kinds of the events that come of the ratings and which ratings they are, in this order.
    """

    def __init__(self, name: str, servers: Sequence[ServerProcess], http: httpx2.AsyncClient) -> None:
        self.written: list[tuple[str, str]] = []
        self._name = name
        self._headers = bearer(name)
        self._servers = servers
        self._http = http
        self._writes = 0
        self._turns = count()
        self._given: dict[str, object] = {}

    async def write(self, drug: str) -> None:
        """Rate a drug, or revise that rating."""
        if await self.send(drug) is None:
            await self.send_again()

    async def send(self, drug: str) -> dict[str, Any] | None:
        """The same, once: what becomes of it; None if that is not known."""
        self._writes += 1
        self._given = rating(drug, efficacy=1 + self._writes % 5, clientMutationId=f"{self._name} {self._writes}")
        return await self._send()

    async def send_again(self) -> None:
        """Repeat what was sent last until it is answered."""
        while await self._send() is None:
            pass

    async def _send(self) -> dict[str, Any] | None:
        answer = await self._answer(await server_of(self._servers, next(self._turns)))
        if answer is not None:
            assert answer["__typename"] == "SubmitRatingSuccess", answer
            self.written.append((KINDS[ADDED] if answer["created"] else KINDS[REVISED], answer["rating"]["id"]))
        return answer

    async def _answer(self, server: ServerProcess) -> dict[str, Any] | None:
        body = {"query": SUBMIT, "variables": {"input": self._given}}
        try:
            response = await self._http.post(server.address, json=body, headers=self._headers, timeout=PATIENCE)
        except httpx2.TransportError:
            return None
        answer = response.json()
        if "errors" in answer:
            assert {error["extensions"]["code"] for error in answer["errors"]} <= PASSING, answer
            return None
        found: dict[str, Any] = answer["data"]["submitRating"]
        return found


async def register_all(url: str, *names: str) -> None:
    """Make verified physicians of people."""
    async with open_database(DatabaseUrl.parse(url)):
        for name in names:
            await register(name, Status.VERIFIED)


async def drugs_of(url: str, number: int) -> list[str]:
    """So many drugs of the catalogue."""
    async with open_database(DatabaseUrl.parse(url)):
        return [slug for (slug,) in await fetch_rows(f"SELECT slug FROM drug ORDER BY id LIMIT {number}")]


async def feed_of(url: str) -> list[tuple[str, str]]:
    """The events about ratings that the database has, in order: kinds, and the ratings."""
    async with open_database(DatabaseUrl.parse(url)):
        rows = await fetch_rows(
            f"SELECT kind, rating_id FROM feed_event WHERE kind IN ({ADDED}, {REVISED}) ORDER BY position"
        )
    return [(KINDS[kind], global_id("Rating", rating_id)) for kind, rating_id in rows]
