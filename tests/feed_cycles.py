"""Subscriptions that are begun and ended in every way, over and over."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection

from tests.feed_clients import begun_socket, subscribe_message

QUERIES: Sequence[tuple[str, dict[str, Any]]] = (
    ("subscription { ratings { cursor } }", {}),
    (
        'subscription($after: String) { ratings(after: $after, filter: {drugIds: ["colchicine"]}) { cursor } }',
        {"after": ""},
    ),
    ("subscription { followedRatings { cursor } }", {}),
    ('subscription { scoreChanged(drugIds: ["colchicine", "allopurinol"]) { at score { ratingCount } } }', {}),
)
"""From now on, from the beginning, of what is followed, and scores."""

AT_A_TIME = 40
"""Operations on one socket, and sockets."""


async def operations_on_one_socket(port: int, number: int) -> None:
    """Begin and end so many subscriptions on a socket: half of them before they have been answered."""
    opened = await begun_socket(port)
    for start in range(0, number, AT_A_TIME):
        ids = [str(start + place) for place in range(min(AT_A_TIME, number - start))]
        answered, unanswered = set(ids[::2]), ids[1::2]
        for place, one in enumerate(ids):
            query, variables = QUERIES[place // 2 % len(QUERIES)]
            await opened.send(subscribe_message(query, one, **variables))
        for one in unanswered:
            await opened.send(_complete(one))
        waiting = set(answered)
        while waiting:
            waiting.discard(await _answered(opened))
        for one in answered:
            await opened.send(_complete(one))
    # Whatever was sent before has been dealt with then.
    await opened.send('{"type": "ping"}')
    while orjson.loads(await opened.recv())["type"] != "pong":
        pass
    await opened.close()


async def sockets(port: int, number: int) -> None:
    """Open and close so many sockets, each with a subscription: with a goodbye or without, answered or not."""
    for start in range(0, number, AT_A_TIME):
        await asyncio.gather(*(_one_socket(port, start + place) for place in range(min(AT_A_TIME, number - start))))


async def _one_socket(port: int, place: int) -> None:
    query, variables = QUERIES[place // 4 % len(QUERIES)]
    opened = await begun_socket(port)
    await opened.send(subscribe_message(query, **variables))
    if place % 2:
        await _answered(opened)
    if place // 2 % 2:
        await opened.close()
    else:
        opened.transport.abort()
        await opened.wait_closed()


async def _answered(opened: ClientConnection) -> str:
    """The operation that is answered next, with an event and without errors."""
    message = orjson.loads(await opened.recv())
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    found: str = message["id"]
    return found


def _complete(operation_id: str) -> str:
    return orjson.dumps({"id": operation_id, "type": "complete"}).decode()


async def cycles(port: int, on_sockets: int, socket_count: int, opened: int) -> None:
    """Subscriptions on a few sockets at the same time, so many on each, and then sockets with one each."""
    await asyncio.gather(*(operations_on_one_socket(port, on_sockets) for _ in range(socket_count)))
    await sockets(port, opened)
