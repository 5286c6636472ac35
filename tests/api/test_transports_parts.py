"""Apollo's multipart protocol for subscriptions over HTTP, with a real server."""

from collections.abc import AsyncIterator

import orjson
import pytest

from graph.signing_in.sockets import SOCKETS, close_everything, close_sockets_of
from graph.transports.multipart import MultipartParts
from resolvers.viewers import Status
from tests.api.streams import PARTS, release, streaming
from tests.api.test_sockets import Server, serving
from tests.people import register
from tests.signing import bearer


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with serving(catalogue_url) as server:
        yield server


@pytest.mark.parametrize(
    "accept",
    [
        PARTS["Accept"],
        "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json",
        'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
    ],
)
async def test_a_subscription_is_answered_part_by_part(server: Server, accept: str) -> None:
    async with streaming(server, {"Accept": accept}) as stream:
        checkpoint = await stream.part()
        await release("colchicine")
        released = await stream.part()

    assert stream.status == 200
    assert stream.headers["content-type"] == 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
    assert checkpoint["payload"]["data"]["ratings"]["__typename"] == "Checkpoint"
    assert released["payload"]["data"]["ratings"]["drug"] == {"slug": "colchicine"}


async def test_a_query_is_answered_with_json(server: Server) -> None:
    async with streaming(server, PARTS, '{ drug(id: "colchicine") { name } }') as stream:
        body = orjson.loads(await stream.response.aread())

    assert stream.headers["content-type"] == "application/json"
    assert body == {"data": {"drug": {"name": "colchicine"}}}


async def test_what_is_wrong_with_a_subscription_is_in_a_payload_and_the_response_ends(server: Server) -> None:
    async with streaming(server, PARTS, 'subscription { ratings(after: "x") { cursor } }') as stream:
        part = await stream.part()
        after = await stream.part()

    assert [error["extensions"]["code"] for error in part["payload"]["errors"]] == ["INVALID_CURSOR"]
    assert after is None


async def test_a_stream_on_which_nothing_happens_is_kept_alive(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultipartParts, "heartbeat_every", 0.01)
    async with streaming(server, PARTS) as stream:
        # On a busy machine there are signs of life before the first answer.
        while (first := await stream.part()) == {}:
            pass
        following = [await stream.part(), await stream.part()]

    assert list(first["payload"]) == ["data"]
    assert following == [{}, {}]


async def test_a_suspension_ends_the_stream_with_a_part_that_says_why(server: Server) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with streaming(server, PARTS | bearer("alice")) as stream:
        await stream.part()
        await close_sockets_of(account_ids=[account_id])
        last = await stream.part()
        after = await stream.part()

    assert last["payload"] is None
    assert [error["extensions"]["code"] for error in last["errors"]] == ["SUSPENDED"]
    assert after is None


async def test_a_server_that_stops_says_so(server: Server) -> None:
    async with streaming(server, PARTS) as stream:
        await stream.part()
        await close_everything()
        last = await stream.part()

    assert last["payload"] is None
    assert [error["extensions"]["code"] for error in last["errors"]] == ["SERVICE_RESTART"]
    assert len(SOCKETS) == len(server.hub) == 0
