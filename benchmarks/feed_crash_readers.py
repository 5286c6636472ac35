"""Subscribers that resume with their last cursor, on whichever server answers, whenever their connection is gone."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from benchmarks.serving import HOST
from benchmarks.submissions_servers import POLL_SECONDS, Servers, settings_for
from benchmarks.submissions_writes import SEED
from graph.app import API_PATH
from graph.global_ids import global_id
from graph.signing_in.development import development_token
from resolvers.database import DatabaseUrl, open_database
from resolvers.sql import fetch_rows

PROTOCOL = Subprotocol("graphql-transport-ws")

QUERY = """
    subscription ($filter: FeedFilter, $after: String) {
        ratings(filter: $filter, after: $after) {
            __typename
            cursor
            ... on RatingAdded { rating { id } drug { id } }
            ... on RatingRevised { rating { id } drug { id } }
            ... on RatingWithdrawn { ratingId drug { id } }
        }
    }
"""

DRUGS = 300
"""How many are in a wish for drugs."""

COMMONEST = 3
"""So many countries or specialties are in a wish for them."""

STAYS = 1_000
"""Messages after which a reader drops its own connection, in the mean."""

TOKENS_FOR = timedelta(days=1)


class ReaderFailed(Exception):
    """A subscriber was told something else than events, or that there will be no more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which events a subscriber wants: as it tells the server, and as columns of the table; None is no condition."""

    name: str
    feed_filter: Mapping[str, object]
    drug_ids: frozenset[int] | None = None
    specialty_ids: frozenset[int] | None = None
    countries: frozenset[str] | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as it arrived; `rating_id` is that of GraphQL, None if the rating was gone when the event was sent."""

    cursor: str
    type_name: str
    rating_id: str | None


async def wishes_of(url: str) -> list[Wish]:
    """Wishes of every kind about what the database has."""
    async with open_database(DatabaseUrl.parse(url)):
        drugs = [key for (key,) in await fetch_rows("SELECT id FROM drug ORDER BY id")]
        countries = [country for (country,) in await fetch_rows(_commonest("country"))]
        specialties = await fetch_rows(
            f"SELECT id, name FROM specialty WHERE id IN ({_commonest('specialty_id')}) ORDER BY id"
        )
    chosen = random.Random(SEED).sample(drugs, min(DRUGS, len(drugs)))  # noqa: S311 - no secret
    return [
        Wish("everything", {}),
        Wish("drugs", {"drugIds": [global_id("Drug", key) for key in chosen]}, drug_ids=frozenset(chosen)),
        Wish("countries", {"countries": countries}, countries=frozenset(countries)),
        Wish(
            "specialties",
            {"specialties": [name for _, name in specialties]},
            specialty_ids=frozenset(key for key, _ in specialties),
        ),
        Wish("first ratings", {"firstOnly": True}, first_only=True),
    ]


def _commonest(column: str) -> str:
    return f"SELECT {column} FROM rating GROUP BY {column} ORDER BY COUNT(*) DESC, {column} LIMIT {COMMONEST}"


class Reader:
    """One subscriber, a moderator.

    Attributes:
        wish: which events it wants.
        start: the cursor behind which it began; "" for the beginning.
        begun: set when it has a cursor.
        deliveries: what has arrived, in this order.
        ends: how often a connection ended with which code, or how else.
    """

    def __init__(self, servers: Servers, wish: Wish, number: int) -> None:
        self.wish = wish
        self.start: str | None = None
        self.begun = asyncio.Event()
        self.deliveries: list[Delivery] = []
        self.ends: Counter[str] = Counter()
        self._servers = servers
        self._after: str | None = None
        self._choose = random.Random(f"{wish.name} {number}")  # noqa: S311 - no secret
        expires_at = datetime.now(UTC) + TOKENS_FOR
        self._token = development_token(settings_for(servers.database_url), "a moderator", expires_at, moderator=True)

    def from_the_beginning(self) -> None:
        """Begin with the oldest event, instead of with the next one."""
        self.start = self._after = ""

    async def run(self) -> None:
        """Read until cancelled.

        Raises:
            ReaderFailed: a server said something wrong.
        """
        while True:
            place = await self._servers.ready_one(self._choose.randrange(len(self._servers.ports)))
            url = f"ws://{HOST}:{self._servers.ports[place]}{API_PATH}"
            try:
                async with connect(url, subprotocols=[PROTOCOL], compression=None, max_queue=None) as socket:
                    await self._read(socket)
            except ConnectionClosed as closed:
                self.ends[str(closed.rcvd.code) if closed.rcvd else "gone"] += 1
            except (OSError, TimeoutError, EOFError, WebSocketException):
                self.ends["not connected"] += 1
                await asyncio.sleep(POLL_SECONDS)

    async def _read(self, socket: ClientConnection) -> None:
        await _send(socket, type="connection_init", payload={"Authorization": f"Bearer {self._token}"})
        await socket.recv()
        variables = {"filter": self.wish.feed_filter, "after": self._after}
        await _send(socket, type="subscribe", id="1", payload={"query": QUERY, "variables": variables})
        left = self._choose.expovariate(1 / STAYS)
        async for text in socket:
            message = orjson.loads(text)
            event = ((message.get("payload") or {}).get("data") or {}).get("ratings")
            if message["type"] != "next" or event is None or "errors" in message["payload"]:
                raise ReaderFailed(f"{self.wish.name} was told {text!r}")
            self._take(event)
            left -= 1
            if left < 0:
                # As when a network is gone: no goodbye, and what is on its way is lost.
                socket.transport.abort()
                self.ends["dropped by the reader"] += 1
                return

    def _take(self, event: Mapping[str, Any]) -> None:
        self._after = event["cursor"]
        if self.start is None:
            self.start = event["cursor"]
        self.begun.set()
        if event["__typename"] != "Checkpoint":
            rating_id = event["ratingId"] if "ratingId" in event else (event["rating"] or {}).get("id")
            self.deliveries.append(Delivery(event["cursor"], event["__typename"], rating_id))


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(orjson.dumps(message).decode())
