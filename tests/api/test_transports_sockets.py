"""Subscriptions on a WebSocket, with a real server: with frames that are written at once, and without."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection

from graph.feed.outlets import SLOW_READER, Ending
from graph.signing_in import sockets
from graph.signing_in.sockets import SOCKETS, close_sockets_of
from graph.transports.queued import QueuedOutlet
from graph.transports.socket_outlets import SocketOutlet
from resolvers.viewers import Status
from tests.api.streams import SUBSCRIPTION, release
from tests.api.test_sockets import Server, acknowledged, closed, received, serving
from tests.people import register
from tests.signing import bearer


@pytest.fixture(params=["frames", "queue"])
async def server(
    request: pytest.FixtureRequest, catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Server]:
    if request.param == "queue":
        # As under `uvicorn graph.app:create_app`, or any other server.
        monkeypatch.setattr("graph.server.SocketProtocol", WebSocketsSansIOProtocol)
    async with serving(catalogue_url) as server:
        yield server


async def subscribe(opened: ClientConnection, key: str, query: str = SUBSCRIPTION) -> None:
    await opened.send(orjson.dumps({"id": key, "type": "subscribe", "payload": {"query": query}}).decode())


async def answer(opened: ClientConnection) -> tuple[str, Any]:
    """The operation's id and the data of the next message, which is an answer."""
    message = await received(opened)
    assert message["type"] == "next"
    assert "errors" not in message["payload"]
    return message["id"], message["payload"]["data"]["ratings"]


async def test_subscriptions_of_one_socket_are_answered_side_by_side(server: Server) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        for key in ('a "b" \\ é', "2"):
            await subscribe(opened, key)
            told, checkpoint = await answer(opened)
            assert (told, checkpoint["__typename"]) == (key, "Checkpoint")
        await release("colchicine")
        answers = dict([await answer(opened), await answer(opened)])

    assert answers.keys() == {'a "b" \\ é', "2"}
    assert [released["drug"] for released in answers.values()] == [{"slug": "colchicine"}] * 2


async def test_a_client_that_completes_one_gets_no_more_of_it_and_may_use_its_id_again(server: Server) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
        await opened.send('{"id": "1", "type": "complete"}')
        await opened.send('{"type": "ping"}')
        assert await received(opened) == {"type": "pong"}
        assert len(server.hub) == 0
        await subscribe(opened, "1")
        _, first = await answer(opened)
        await release("allopurinol")
        _, second = await answer(opened)

    assert first["__typename"] == "Checkpoint"
    assert second["drug"] == {"slug": "allopurinol"}


async def test_an_id_in_use_closes_the_socket(server: Server) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
        await subscribe(opened, "1")

        assert await closed(opened) == (4409, "Subscriber for 1 already exists")


async def test_a_subscription_that_is_refused_gets_an_error_and_no_more(server: Server) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1", 'subscription { ratings(after: "x") { cursor } }')
        message = await received(opened)
        await opened.send('{"type": "ping"}')

        assert await received(opened) == {"type": "pong"}
    assert (message["id"], message["type"]) == ("1", "error")
    assert [error["extensions"]["code"] for error in message["payload"]] == ["INVALID_CURSOR"]


async def test_a_socket_carries_a_hundred_operations_at_a_time(server: Server) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        for number in range(101):
            await subscribe(opened, str(number))
        messages = [await received(opened) for _ in range(101)]
        refused = [message for message in messages if message["type"] == "error"]

        assert len(server.hub) == 100
    assert [message["id"] for message in refused] == ["100"]
    assert [error["extensions"]["code"] for error in refused[0]["payload"]] == ["TOO_MANY_OPERATIONS"]


async def test_a_suspension_ends_subscriptions(server: Server) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
        await close_sockets_of(account_ids=[account_id])
        await release("colchicine")

        assert await closed(opened) == (4403, "SUSPENDED")
    await SOCKETS.emptied()
    assert len(server.hub) == 0


async def test_a_reader_that_cannot_keep_up_is_told_where_to_resume(server: Server) -> None:
    cursor = "GdJ_2XGGxvtUgUlm0kqL-iuHC-2VM8bU"
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
        (kept,) = SOCKETS
        kept.close(Ending(SLOW_READER, "SLOW_READER", cursor))

        assert await closed(opened) == (4413, f"after: {cursor}")


async def test_a_client_that_does_not_read_on_is_dropped_with_what_it_has_not_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CLOSE_PATIENCE", 0)
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
        opened.transport.pause_reading()
        (kept,) = SOCKETS
        kept.close(Ending(SLOW_READER, "SLOW_READER"))
        await SOCKETS.emptied()
        opened.transport.resume_reading()

    assert len(server.hub) == 0


async def test_nothing_is_left_of_subscriptions_that_have_ended(server: Server) -> None:
    before = asyncio.all_tasks()
    async with server.socket() as opened:
        await acknowledged(opened)
        for number in range(50):
            await subscribe(opened, str(number))
            await answer(opened)
            await opened.send(orjson.dumps({"id": str(number), "type": "complete"}).decode())
    async with server.socket() as opened:
        await acknowledged(opened)
        await subscribe(opened, "1")
        await answer(opened)
    await SOCKETS.emptied()
    gc.collect()

    assert len(server.hub) == 0
    assert not [left for left in gc.get_objects() if type(left) in (SocketOutlet, QueuedOutlet)]
    # Tasks of connections that uvicorn is about to forget end by themselves.
    await asyncio.gather(*(asyncio.all_tasks() - before), return_exceptions=True)
