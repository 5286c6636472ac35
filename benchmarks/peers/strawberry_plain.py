"""Strawberry as it comes: its ASGI application, and one async generator with a queue for each subscriber.

Started by benchmarks.feed_fan_out as a process of its own: python -m benchmarks.peers.strawberry_plain PORT
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from typing import Any

import orjson
import strawberry
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

NO_CONTENT = 204

queues: set["asyncio.Queue[RatingAdded]"] = set()
"""One for each subscriber."""


@strawberry.type
class Drug:
    name: str


@strawberry.type
class Indication:
    name: str


@strawberry.type
class Rating:
    id: strawberry.ID
    efficacy: int | None
    safety: int | None
    tolerability: int | None
    accessibility: int | None
    adherence: int | None
    preference: int | None
    comment: str | None


@strawberry.interface
class FeedEvent:
    cursor: str
    at: str


@strawberry.type
class RatingAdded(FeedEvent):
    rating: Rating
    drug: Drug
    indication: Indication

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "RatingAdded":
        """The event for which this is the answer."""
        found = answer["data"]["ratings"]
        return cls(
            cursor=found["cursor"],
            at=found["at"],
            rating=Rating(**found["rating"]),
            drug=Drug(**found["drug"]),
            indication=Indication(**found["indication"]),
        )


@strawberry.input
class FeedFilter:
    drug_ids: list[strawberry.ID] | None = None


@strawberry.type
class Query:
    alive: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ratings(self, filter: FeedFilter | None = None) -> AsyncGenerator[FeedEvent, None]:  # noqa: A002, ARG002
        """All events; the benchmark's subscribers wait for the same ones."""
        queue: asyncio.Queue[RatingAdded] = asyncio.Queue()
        queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)


async def publish(request: Request) -> Response:
    """Hand each line of the body, the answer for one event, to everybody."""
    for line in (await request.body()).splitlines():
        event = RatingAdded.of(orjson.loads(line))
        for queue in queues:
            queue.put_nowait(event)
    return Response(status_code=NO_CONTENT)


async def count(_: Request) -> Response:
    """How many have subscribed."""
    return Response(str(len(queues)))


async def serve(port: int) -> None:
    """Answer on the loopback address until a signal."""
    schema = strawberry.Schema(query=Query, subscription=Subscription, types=[RatingAdded])
    view = GraphQL[None, None](schema, subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,))
    routes = [
        WebSocketRoute("/graphql", view),
        Route("/publish", publish, methods=["POST"]),
        Route("/subscribers", count),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=port,
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
