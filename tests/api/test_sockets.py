"""GraphQL on a WebSocket, with a real server and client: who may open one, and who loses it again."""

import asyncio
import io
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from starlette.routing import WebSocketRoute
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from graph.app import create_app
from graph.logs import configure_logging
from graph.server import AnnouncingServer, server_config
from graph.settings import Settings
from graph.signing_in import sockets
from graph.signing_in.sockets import SOCKETS, close_sockets_of
from graph.view import PeerscoreView
from resolvers.database import database
from resolvers.identity.api_keys import CATALOGUE, SCORES, create_key, revoke_key
from resolvers.viewers import Status
from tests.people import NOW, account_id_of, register, set_status
from tests.signing import SIGNING, bearer, token
from tests.statements import recorded_statements
from tests.who import WHO, WHO_SCHEMA

PROTOCOL = Subprotocol("graphql-transport-ws")

PATIENCE = 30
"""Seconds after which a socket that says nothing fails the test."""


class StoppedClock:
    """A time that only tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Server:
    """A server of this process."""

    def __init__(self, port: int, clock: StoppedClock, view: PeerscoreView) -> None:
        self.port = port
        self.clock = clock
        self.hub = view.hub
        self.stop: Callable[[], Any] = lambda: None

    @asynccontextmanager
    async def socket(
        self, parameters: object = None, headers: dict[str, str] | None = None, query: str = ""
    ) -> AsyncIterator[ClientConnection]:
        """A socket whose client has sent its first message."""
        address = f"ws://127.0.0.1:{self.port}/graphql{query}"
        async with (
            asyncio.timeout(PATIENCE),
            connect(address, subprotocols=[PROTOCOL], additional_headers=headers, proxy=None) as opened,
        ):
            first = {"type": "connection_init"} | ({} if parameters is None else {"payload": parameters})
            await opened.send(orjson.dumps(first).decode())
            yield opened


@asynccontextmanager
async def serving(url: str, monkeypatch: pytest.MonkeyPatch | None = None, **more: object) -> AsyncIterator[Server]:
    """A server over a database; given a monkeypatch, its schema tells who asks."""
    if monkeypatch is not None:
        monkeypatch.setattr("graph.app.build_schema", lambda *_, **__: WHO_SCHEMA)
    clock = StoppedClock()
    settings = Settings(**{"database_url": url, **SIGNING, **more})
    ready = asyncio.Event()
    app = create_app(settings, clock)
    (view,) = {route.app for route in app.routes if isinstance(route, WebSocketRoute)}
    assert isinstance(view, PeerscoreView)
    server = AnnouncingServer(server_config(settings, app), ready.set)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set()
        found = Server(listener.getsockname()[1], clock, view)

        async def stop() -> None:
            server.should_exit = True
            await running

        found.stop = stop
        try:
            yield found
        finally:
            await stop()


@pytest.fixture
async def server(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    async with serving(catalogue_url, monkeypatch) as server:
        yield server


async def received(opened: ClientConnection) -> dict[str, Any]:
    text = await opened.recv()
    assert isinstance(text, str)
    message: dict[str, Any] = orjson.loads(text)
    return message


async def acknowledged(opened: ClientConnection) -> ClientConnection:
    assert await received(opened) == {"type": "connection_ack"}
    return opened


async def send_query(opened: ClientConnection, query: str = WHO) -> None:
    await opened.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}).decode())


async def who(opened: ClientConnection) -> dict[str, Any]:
    """Who the server takes the client for, now."""
    await send_query(opened)
    answer = await received(opened)
    assert await received(opened) == {"id": "1", "type": "complete"}
    assert (answer["id"], answer["type"]) == ("1", "next")
    found: dict[str, Any] = answer["payload"]["data"]["who"]
    return found


async def closed(opened: ClientConnection) -> tuple[int, str]:
    """With which code and reason the server closes the socket, whatever it still says before."""
    with suppress(ConnectionClosed):
        async for _ in opened:
            pass
    return opened.close_code or 0, opened.close_reason or ""


async def test_the_api_answers_on_a_socket(catalogue_url: str) -> None:
    async with serving(catalogue_url) as server, server.socket() as opened:
        await acknowledged(opened)
        await send_query(opened, '{ drug(id: "colchicine") { name } }')

        assert await received(opened) == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"drug": {"name": "colchicine"}}},
        }
        assert await received(opened) == {"id": "1", "type": "complete"}


NESTED = "{ a: treatments { edges { node { drug " * 4 + "{ name }" + " } } } }" * 4


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ a } " + "n" * 500}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ unheardOf }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": f'{{ drug(id: "colchicine") {NESTED} }}'}, "TOO_DEEP"),
        ({"query": "query($a: ID!) { drug(id: $a) { name } }"}, "BAD_USER_INPUT"),
        ({"query": "query A { meta { version } }", "operationName": "B"}, "BAD_REQUEST"),
        ({"query": ""}, "BAD_REQUEST"),
    ],
)
async def test_an_operation_that_cannot_be_carried_out_gets_its_code_and_the_socket_stays(
    catalogue_url: str, payload: dict[str, str], code: str
) -> None:
    async with serving(catalogue_url) as server, server.socket() as opened:
        await acknowledged(opened)
        await opened.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}).decode())
        (error,) = errors_of(await received(opened))
        await opened.send('{"type": "ping"}')
        while (message := await received(opened))["type"] != "pong":
            assert message == {"id": "1", "type": "complete"}

    assert error["extensions"]["code"] == code


def errors_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    return found


async def test_a_failure_in_a_field_is_masked_on_a_socket_and_logged_once(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("password hunter2")

    async with serving(catalogue_url) as server, server.socket() as opened:
        await acknowledged(opened)
        monkeypatch.setattr(type(database()), "read", broken)
        with capture_logs() as lines:
            await send_query(opened, '{ drug(id: "colchicine") { name } }')
            message = await received(opened)
        monkeypatch.undo()

    assert "hunter2" not in str(message)
    assert [error["extensions"]["code"] for error in errors_of(message)] == ["INTERNAL_ERROR"]
    # What follows the feed meets the same database.
    events = [line["event"] for line in lines if line["event"] != "the feed could not be followed"]
    assert events == ["unexpected error in a field"]


async def test_who_sends_nothing_is_anonymous(server: Server) -> None:
    async with server.socket() as opened, server.socket({"other": 1}) as other:
        assert (await who(await acknowledged(opened)))["role"] == "ANONYMOUS"
        assert (await who(await acknowledged(other)))["role"] == "ANONYMOUS"


async def test_nobody_is_let_in_without_credentials_where_reading_is_not_public(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(catalogue_url, monkeypatch, public_read=False) as server, server.socket() as opened:
        assert await closed(opened) == (4403, "UNAUTHENTICATED")


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_a_token_comes_in_the_connection_parameters(server: Server, name: str) -> None:
    async with server.socket({name: bearer("alice")["Authorization"]}) as opened:
        found = await who(await acknowledged(opened))

    assert (found["role"], found["account"]) == ("REGISTERED", await account_id_of("alice"))


async def test_a_token_comes_in_the_header_of_the_first_request_and_may_be_repeated(server: Server) -> None:
    async with (
        server.socket(headers=bearer("alice")) as by_header,
        server.socket(bearer("alice"), bearer("alice")) as by_both,
    ):
        for opened in (by_header, by_both):
            assert (await who(await acknowledged(opened)))["account"] == await account_id_of("alice")


async def test_two_different_tokens_are_refused(server: Server) -> None:
    async with server.socket(bearer("alice"), bearer("bob")) as opened:
        assert await closed(opened) == (4403, "INVALID_TOKEN")


@pytest.mark.parametrize("value", ["Bearer x.y.z", "Basic eDp5", "", None, 7, ["Bearer x"]])
async def test_what_is_no_token_closes_the_socket(server: Server, value: object) -> None:
    async with server.socket({"Authorization": value}) as opened:
        assert await closed(opened) == (4403, "INVALID_TOKEN")


async def test_an_expired_token_and_an_unknown_key_have_codes_of_their_own(server: Server) -> None:
    late = bearer("alice", expires_at=NOW - timedelta(minutes=1))
    unknown = {"Authorization": f"Bearer peerscore_{'0' * 16}_{'0' * 64}"}
    async with server.socket(late) as with_token, server.socket(unknown) as with_key:
        assert await closed(with_token) == (4401, "TOKEN_EXPIRED")
        assert await closed(with_key) == (4403, "INVALID_API_KEY")


async def test_a_socket_may_be_tried_again_when_tokens_cannot_be_checked(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A token of the issuer, whose keys are in a file that is not there.
    issuer = {"token_secret": "", "issuer": "https://issuer.example", "jwks": str(tmp_path / "missing.json")}
    sent = {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA"}
    async with serving(catalogue_url, monkeypatch, **issuer) as server, server.socket(sent) as opened:
        assert await closed(opened) == (1013, "SIGN_IN_UNAVAILABLE")


async def test_each_operation_asks_anew_who_the_viewer_is(server: Server) -> None:
    account_id = await register("alice", Status.PENDING)
    async with server.socket(bearer("alice")) as opened:
        before = await who(await acknowledged(opened))
        await set_status(account_id, Status.VERIFIED)
        after = await who(opened)

    assert (before["role"], before["status"]) == ("REGISTERED", "PENDING")
    assert (after["role"], after["status"]) == ("PHYSICIAN", "VERIFIED")


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.REJECTED])
async def test_an_operation_after_a_suspension_closes_the_socket_instead_of_an_answer(
    server: Server, status: Status
) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        await set_status(account_id, status)
        await send_query(opened)

        assert await closed(opened) == (4403, "SUSPENDED" if status is Status.SUSPENDED else "NOT_VERIFIED")


async def test_a_suspension_in_this_process_closes_the_person_s_sockets_and_no_others(server: Server) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with (
        server.socket(bearer("alice")) as first,
        server.socket(bearer("alice")) as second,
        server.socket(bearer("bob")) as other,
    ):
        for opened in (first, second, other):
            await acknowledged(opened)
        await close_sockets_of(account_ids=[account_id])

        assert await closed(first) == await closed(second) == (4403, "SUSPENDED")
        assert (await who(other))["role"] == "REGISTERED"


async def test_a_suspension_elsewhere_closes_an_idle_socket_at_the_next_look(server: Server) -> None:
    account_id = await register("alice", Status.VERIFIED)
    async with server.socket(bearer("alice")) as opened, server.socket(bearer("bob")) as other:
        await acknowledged(opened)
        await acknowledged(other)
        await SOCKETS.look(NOW)
        await set_status(account_id, Status.SUSPENDED)
        await SOCKETS.look(NOW)

        assert await closed(opened) == (4403, "SUSPENDED")
        assert (await who(other))["role"] == "REGISTERED"


async def test_the_look_comes_by_itself(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOK_EVERY", 0.01)
    account_id = await register("alice", Status.VERIFIED)
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        await set_status(account_id, Status.SUSPENDED)

        assert await closed(opened) == (4403, "SUSPENDED")


async def test_who_is_suspended_already_may_open_a_socket_and_keeps_it(server: Server) -> None:
    await register("alice", Status.SUSPENDED)
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        await SOCKETS.look(NOW)
        found = await who(opened)

    assert (found["role"], found["status"]) == ("REGISTERED", "SUSPENDED")


async def test_a_moderator_stays_one(server: Server) -> None:
    await register("mary", Status.PENDING)
    async with server.socket(bearer("mary", moderator=True)) as opened:
        await acknowledged(opened)
        await SOCKETS.look(NOW)
        found = await who(opened)

    assert (found["role"], found["status"]) == ("MODERATOR", "PENDING")


async def test_an_erased_account_loses_its_socket(server: Server) -> None:
    account_id = await account_id_of("alice")
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        await database().execute_query(f"DELETE FROM account WHERE id = {account_id}")
        await SOCKETS.look(NOW)

        assert await closed(opened) == (4403, "ACCOUNT_GONE")


async def test_a_revoked_key_loses_its_sockets(server: Server) -> None:
    key, other = [await create_key(name, (CATALOGUE, SCORES), NOW) for name in ("one", "two")]
    async with (
        server.socket({"Authorization": f"Bearer {key.text}"}) as idle,
        server.socket({"Authorization": f"Bearer {key.text}"}) as busy,
        server.socket({"Authorization": f"Bearer {other.text}"}) as others,
    ):
        found = [await who(await acknowledged(opened)) for opened in (idle, busy, others)]
        await revoke_key(key.public_part, NOW)
        await send_query(busy)
        assert await closed(busy) == (4403, "INVALID_API_KEY")
        await SOCKETS.look(NOW)
        assert await closed(idle) == (4403, "INVALID_API_KEY")
        assert (await who(others))["role"] == "INTEGRATOR"

    assert found[0] == found[1]
    assert (found[0]["role"], found[0]["scopes"]) == ("INTEGRATOR", ["catalogue", "scores"])


async def test_a_socket_ends_with_its_token(server: Server) -> None:
    short = bearer("alice", expires_at=NOW + timedelta(minutes=5))
    async with server.socket(short) as idle, server.socket(short) as busy:
        await acknowledged(idle)
        await acknowledged(busy)
        await SOCKETS.look(NOW + timedelta(minutes=5, seconds=29))
        assert (await who(busy))["role"] == "REGISTERED"
        server.clock.now = NOW + timedelta(minutes=5, seconds=30)
        await send_query(busy)
        assert await closed(busy) == (4401, "TOKEN_EXPIRED")
        await SOCKETS.look(server.clock.now)
        assert await closed(idle) == (4401, "TOKEN_EXPIRED")


async def test_looking_takes_one_statement_for_all_and_none_for_nobody(server: Server) -> None:
    key = await create_key("one", (CATALOGUE,), NOW)
    sent = [bearer("alice"), bearer("bob"), {"Authorization": f"Bearer {key.text}"}]
    async with server.socket() as anonymous:
        await acknowledged(anonymous)
        with recorded_statements() as for_nobody:
            await SOCKETS.look(NOW)
        async with server.socket(sent[0]) as one, server.socket(sent[1]) as two, server.socket(sent[2]) as three:
            for opened in (one, two, three):
                await acknowledged(opened)
            with recorded_statements() as for_all:
                await SOCKETS.look(NOW)

    assert (len(for_nobody), len(for_all)) == (0, 1)


async def test_nothing_is_left_of_a_server_that_stops(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = asyncio.all_tasks()
    async with (
        serving(catalogue_url, monkeypatch) as server,
        server.socket(bearer("alice")) as one,
        server.socket() as two,
    ):
        await acknowledged(one)
        await acknowledged(two)
        assert len(SOCKETS) == 2
        await server.stop()
        assert await closed(one) == await closed(two) == (1012, "SERVICE_RESTART")

    assert len(SOCKETS) == 0
    assert asyncio.all_tasks() == before


async def test_a_socket_that_its_client_closes_is_forgotten(server: Server) -> None:
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        assert len(SOCKETS) == 1
    await SOCKETS.emptied()

    assert len(SOCKETS) == 0


async def test_a_client_that_does_not_listen_is_dropped(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "CLOSE_PATIENCE", 0)
    account_id = await register("alice", Status.VERIFIED)
    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        opened.transport.pause_reading()
        await close_sockets_of(account_ids=[account_id])
        await SOCKETS.emptied()
        opened.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await opened.recv()


async def test_a_failure_that_nobody_foresaw_closes_the_socket_without_showing_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("password hunter2")

    async with server.socket(bearer("alice")) as opened:
        await acknowledged(opened)
        monkeypatch.setattr("graph.signing_in.viewers.accounts_of", broken)
        await send_query(opened)
        async with server.socket(bearer("bob")) as other:
            assert await closed(opened) == await closed(other) == (1011, "INTERNAL_ERROR")


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        "7",
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 7, "payload": {"query": "{ who { role } }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ who { role } }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ who { role } }", "operationName": 7}}',
        '{"type": "complete", "id": ["1"]}',
        '{"type": "unheard of"}',
    ],
)
async def test_what_is_no_message_of_the_protocol_closes_the_socket(server: Server, message: str) -> None:
    async with server.socket() as opened:
        await acknowledged(opened)
        await opened.send(message)
        code, _ = await closed(opened)

    assert code == 4400


async def test_asking_before_saying_who_asks_closes_the_socket(server: Server) -> None:
    address = f"ws://127.0.0.1:{server.port}/graphql"
    async with asyncio.timeout(PATIENCE), connect(address, subprotocols=[PROTOCOL], proxy=None) as opened:
        await send_query(opened)

        assert await closed(opened) == (4401, "Unauthorized")


async def test_the_older_protocol_is_not_spoken(server: Server) -> None:
    address = f"ws://127.0.0.1:{server.port}/graphql"
    older = [Subprotocol("graphql-ws")]
    with pytest.raises(Exception, match="subprotocol") as caught:
        async with asyncio.timeout(PATIENCE), connect(address, subprotocols=older, proxy=None) as opened:
            raise RuntimeError(f"subprotocol {opened.subprotocol}: {await closed(opened)}")

    assert "graphql-ws" not in str(caught.value)


async def test_a_website_that_is_not_in_the_setting_opens_no_socket(server: Server) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with server.socket(headers={"Origin": "https://elsewhere.example"}):
            pass

    assert caught.value.response.status_code == 403


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """What the logs hold at their most talkative."""
    names = ("", "aiosqlite", "asyncpg", "tortoise", "uvicorn.error", "websockets.client")
    before = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).level) for name in names}
    errors = io.StringIO()
    monkeypatch.setattr(sys, "stderr", errors)
    configure_logging("debug", "json")
    # The client of this test is no part of the server.
    logging.getLogger("websockets.client").setLevel(logging.INFO)
    yield errors.getvalue
    for name, (handlers, level) in before.items():
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


async def test_no_log_line_holds_what_a_socket_sent(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    by_parameters, by_header, by_query = (token(name) for name in ("alice", "bob", "carol"))
    async with serving(catalogue_url, monkeypatch) as server:
        key = await create_key("one", (CATALOGUE,), NOW)
        async with server.socket({"Authorization": f"Bearer {by_parameters}"}) as opened:
            await who(await acknowledged(opened))
        headers = {"Authorization": f"Bearer {by_header}", "X-Request-ID": "r1"}
        async with server.socket(headers=headers) as opened:
            await who(await acknowledged(opened))
        async with server.socket({"Authorization": f"Bearer {key.text}"}, query=f"?token={by_query}") as opened:
            await who(await acknowledged(opened))
    log = written()

    lines = [line for line in map(orjson.loads, log.splitlines()) if line["event"] == "socket"]
    assert [line["path"] for line in lines] == ["/graphql"] * 3
    assert [line["code"] for line in lines] == [1000] * 3
    assert [line.get("viewer") for line in lines] == [None, None, lines[2]["viewer"]]
    assert lines[2]["viewer"].startswith("key:")
    assert lines[1]["request_id"] == "r1"
    for secret in (by_parameters, by_header, by_query, key.text):
        # Not even the signature or the secret alone.
        assert secret not in log
        assert secret[-20:] not in log
    assert "alice" not in log
