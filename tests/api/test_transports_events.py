"""GraphQL over server-sent events, with a real server: the protocol's mode of one operation for each connection."""

from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest

from graph.signing_in.sockets import SOCKETS, close_everything, close_sockets_of
from graph.transports.server_sent_events import ServerSentEvents
from resolvers.viewers import Status
from tests.api.streams import EVENTS, SUBSCRIPTION, Event, release, streaming
from tests.api.test_sockets import Server, serving
from tests.people import NOW, register
from tests.signing import bearer


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with serving(catalogue_url) as server:
        yield server


async def test_a_subscription_is_answered_event_by_event_with_cursors_as_ids(server: Server) -> None:
    async with streaming(server, EVENTS) as stream:
        first = await stream.named_event()
        await release("colchicine")
        second = await stream.named_event()

    assert first is not None
    assert second is not None
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "no-cache" in stream.headers["cache-control"]
    assert stream.headers["x-accel-buffering"] == "no"
    checkpoint, released = (orjson.loads(event.data)["data"]["ratings"] for event in (first, second))
    assert (first.name, second.name) == ("next", "next")
    assert (first.id, second.id) == (checkpoint["cursor"], released["cursor"])
    assert checkpoint["__typename"] == "Checkpoint"
    assert released["__typename"] == "RatingsReleased"
    assert released["drug"] == {"slug": "colchicine"}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_browser_that_connects_again_goes_on_behind_the_last_event(server: Server, method: str) -> None:
    async with streaming(server, EVENTS, method=method) as stream:
        checkpoint = await stream.named_event()
    await release("colchicine")
    await release("allopurinol")
    assert checkpoint is not None
    assert checkpoint.id is not None
    # What the subscription says of itself does not count then: it would say so at each new connection.
    async with streaming(
        server, EVENTS | {"Last-Event-ID": checkpoint.id}, variables={"after": ""}, method=method
    ) as stream:
        answers = [(await stream.answer())["data"]["ratings"] for _ in range(2)]

    assert [answer["drug"] for answer in answers] == [{"slug": "colchicine"}, {"slug": "allopurinol"}]


async def test_a_last_event_that_is_none_of_this_feed_is_an_error(server: Server) -> None:
    async with streaming(server, EVENTS | {"Last-Event-ID": "7"}) as stream:
        (error,) = (await stream.answer())["errors"]
        complete = await stream.named_event()
        after = await stream.event()

    assert error["extensions"]["code"] == "INVALID_CURSOR"
    assert error["extensions"]["oldestCursor"]
    assert (complete, after) == (Event("complete", ""), None)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_has_one_answer(server: Server, method: str) -> None:
    async with streaming(server, EVENTS, '{ drug(id: "colchicine") { name } }', method=method) as stream:
        answer = await stream.answer()
        complete = await stream.named_event()
        after = await stream.event()

    assert answer == {"data": {"drug": {"name": "colchicine"}}}
    assert (complete, after) == (Event("complete", ""), None)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { unheardOf }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { ratings(after: "x") { cursor } }', "INVALID_CURSOR"),
        ("subscription { followedRatings { cursor } }", "UNAUTHENTICATED"),
    ],
)
async def test_what_is_wrong_with_an_operation_comes_as_an_answer(server: Server, query: str, code: str) -> None:
    async with streaming(server, EVENTS, query) as stream:
        answer = await stream.answer()
        complete = await stream.named_event()

    assert stream.status == 200
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert complete == Event("complete", "")


async def test_a_mutation_is_not_carried_out_with_get(server: Server) -> None:
    mutation = 'mutation { withdrawRating(id: "x") { __typename } }'
    async with streaming(server, EVENTS, mutation, method="GET") as stream:
        (error,) = (await stream.answer())["errors"]

    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert error["message"] == "mutations are not allowed when using GET"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_request_without_an_operation_is_refused(server: Server, method: str) -> None:
    async with streaming(server, EVENTS, "", method=method) as stream:
        body = orjson.loads(await stream.response.aread())

    assert stream.status == 400
    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_somebody_who_is_not_let_in_is_told_so_with_a_status(server: Server) -> None:
    async with streaming(server, EVENTS | {"Authorization": "Bearer x.y.z"}) as stream:
        body = orjson.loads(await stream.response.aread())

    assert stream.status == 401
    assert body["errors"][0]["extensions"]["code"] == "INVALID_TOKEN"


BOTH = {"Accept": "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"}


async def test_a_client_that_takes_json_as_well_gets_a_stream_only_for_a_subscription(server: Server) -> None:
    async with streaming(server, BOTH, '{ drug(id: "colchicine") { name } }') as query:
        body = orjson.loads(await query.response.aread())
    async with streaming(server, BOTH) as subscription:
        answer = await subscription.answer()

    assert query.headers["content-type"] == "application/json"
    assert body == {"data": {"drug": {"name": "colchicine"}}}
    assert answer["data"]["ratings"]["__typename"] == "Checkpoint"


@pytest.mark.parametrize("accept", ["application/json", "*/*", "multipart/mixed"])
async def test_a_subscription_of_a_client_that_takes_no_stream_is_refused(server: Server, accept: str) -> None:
    async with streaming(server, {"Accept": accept}) as stream:
        (error,) = orjson.loads(await stream.response.aread())["errors"]

    assert stream.status == 406
    assert error["extensions"]["code"] == "NOT_ACCEPTABLE"
    for transport in ("graphql-transport-ws", "text/event-stream", "multipart/mixed"):
        assert transport in error["message"]


async def test_a_stream_on_which_nothing_happens_is_kept_alive(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServerSentEvents, "heartbeat_every", 0.01)
    async with streaming(server, EVENTS) as stream:
        await stream.answer()
        following = [await stream.event(), await stream.event()]

    assert following == [Event(None, ""), Event(None, "")]


async def test_a_suspension_ends_the_person_s_streams_for_good(server: Server) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with streaming(server, EVENTS | bearer("alice")) as stream, streaming(server, EVENTS) as other:
        await stream.answer()
        await other.answer()
        await close_sockets_of(account_ids=[account_id])
        last = await stream.answer()
        complete = await stream.named_event()
        after = await stream.event()
        await release("colchicine")
        goes_on = await other.answer()

    assert [error["extensions"]["code"] for error in last["errors"]] == ["SUSPENDED"]
    assert (complete, after) == (Event("complete", ""), None)
    assert goes_on["data"]["ratings"]["drug"] == {"slug": "colchicine"}


async def test_a_stream_ends_with_its_token(server: Server) -> None:
    short = bearer("alice", expires_at=NOW + timedelta(minutes=5))
    async with streaming(server, EVENTS | short) as stream:
        await stream.answer()
        await SOCKETS.look(NOW + timedelta(hours=1))
        last = await stream.answer()

    assert [error["extensions"]["code"] for error in last["errors"]] == ["TOKEN_EXPIRED"]


async def test_a_server_that_stops_ends_streams_so_that_clients_come_back(server: Server) -> None:
    async with streaming(server, EVENTS) as stream:
        await stream.answer()
        await close_everything()
        last = await stream.answer()
        after = await stream.event()

    assert [error["extensions"]["code"] for error in last["errors"]] == ["SERVICE_RESTART"]
    # Without `complete` an EventSource connects again by itself.
    assert after is None


async def test_nothing_is_left_of_a_client_that_leaves(server: Server) -> None:
    async with streaming(server, EVENTS) as stream:
        await stream.answer()
        assert (len(SOCKETS), len(server.hub)) == (1, 1)
    await SOCKETS.emptied()

    assert len(server.hub) == 0


async def test_the_editor_s_page_and_its_queries_are_as_before(server: Server) -> None:
    async with streaming(server, {"Accept": "text/html, text/event-stream"}, "", method="GET") as page:
        text = (await page.response.aread()).decode()
    async with streaming(server, {"Accept": "text/html"}, SUBSCRIPTION) as subscription:
        await subscription.response.aread()

    assert page.headers["content-type"].startswith("text/html")
    assert "</html>" in text
    assert subscription.status == 406
