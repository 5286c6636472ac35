"""Responses that go on, read by clients that know nothing but the formats."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2
import orjson

from models import Drug, Indication
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_released
from tests.api.test_sockets import PATIENCE, Server
from tests.people import NOW

SUBSCRIPTION = """subscription($after: String) { ratings(after: $after) {
    __typename cursor ... on RatingsReleased { drug { slug } } } }"""

EVENTS = {"Accept": "text/event-stream"}
PARTS = {"Accept": "multipart/mixed;subscriptionSpec=1.0, application/json"}


async def release(drug: str) -> None:
    """Let it happen that ratings of a drug for gout are released."""
    drug_id, indication_id = (await Drug.get(slug=drug)).id, (await Indication.get(slug="gout")).id
    await note_released([((drug_id, indication_id), False)], NOW)
    wake_followers()


class Event(NamedTuple):
    """A server-sent event, or a comment, which has no name."""

    name: str | None
    data: str
    id: str | None = None


class Stream:
    """A response that goes on."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self._lines = response.aiter_lines()
        self._chunks = response.aiter_bytes()
        self._read = b""

    async def event(self) -> Event | None:
        """The next server-sent event or comment; None at the response's end. As the HTML standard reads them."""
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return Event(fields.get("event"), fields.get("data", ""), fields.get("id"))
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        return None

    async def named_event(self) -> Event | None:
        """The next server-sent event that is more than a comment."""
        event = await self.event()
        while event is not None and event.name is None:
            event = await self.event()
        return event

    async def answer(self) -> Any:  # noqa: ANN401 - any JSON
        """The result in the next server-sent event, which is an answer."""
        event = await self.named_event()
        assert event is not None
        assert event.name == "next"
        return orjson.loads(event.data)

    async def part(self) -> Any:  # noqa: ANN401 - any JSON
        """The JSON of the next part of a multipart response (RFC 2046, section 5.1.1); None at its end."""
        while self._read.count(b"--graphql") < 2:
            if self._read.endswith(b"--graphql--\r\n"):
                return None
            self._read += await anext(self._chunks)
        _, part, rest = self._read.split(b"--graphql", 2)
        self._read = b"--graphql" + rest
        head, body = part.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)
        assert head.lower() == b"content-type: application/json"
        return orjson.loads(body)


@asynccontextmanager
async def streaming(
    server: Server,
    headers: dict[str, str],
    query: str = SUBSCRIPTION,
    variables: dict[str, Any] | None = None,
    method: str = "POST",
) -> AsyncIterator[Stream]:
    """An operation that is answered by a stream."""
    asked: dict[str, Any] = ({"query": query} if query else {}) | (
        {} if variables is None else {"variables": variables}
    )
    address = f"http://127.0.0.1:{server.port}/graphql"
    async with asyncio.timeout(PATIENCE), httpx2.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        if method == "GET":
            parameters = {
                name: value if name == "query" else orjson.dumps(value).decode() for name, value in asked.items()
            }
            request = client.build_request("GET", address, params=parameters, headers=headers)
        else:
            request = client.build_request("POST", address, json=asked, headers=headers)
        response = await client.send(request, stream=True)
        try:
            yield Stream(response)
        finally:
            await response.aclose()
