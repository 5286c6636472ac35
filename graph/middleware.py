"""What happens to every HTTP request before and after the API has its turn, as plain ASGI."""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.errors import INTERNAL_ERROR, INTERNAL_MESSAGE
from resolvers.viewers import Viewer

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A request id from outside that may stand in our logs."""

INTERNAL_FAILURE = 1011
"""The code of a WebSocket that is closed for a failure on the server's side (RFC 6455, section 7.4.1)."""

access_log: structlog.stdlib.BoundLogger = structlog.get_logger("peerscore.access")
error_log: structlog.stdlib.BoundLogger = structlog.get_logger("peerscore.error")


def error_response(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer in GraphQL's form for a request that does not reach GraphQL."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, status, headers)


def note_viewer(viewer: Viewer) -> None:
    """Let the log lines of this request say which integrator's key it came with.

    People are not noted: with the time of a rating beside it, their number would tell who wrote which.
    """
    if viewer.key_id is not None:
        structlog.contextvars.bind_contextvars(viewer=viewer.writer)


class RequestLog:
    """Gives each request and each socket an id, which the answer and all log lines carry, and writes one line for it.

    Neither headers nor what is sent on a socket is written.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        inbound = Headers(scope=scope).get("x-request-id", "")
        request_id = inbound if REQUEST_ID.fullmatch(inbound) else uuid4().hex
        outcome: dict[str, int | None] = {"status" if scope["type"] == "http" else "code": None}

        async def receive_and_note() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                outcome["code"] = outcome["code"] or message.get("code")
            return message

        async def send_with_id(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            if message["type"] == "http.response.start":
                outcome["status"] = message["status"]
            elif message["type"] == "websocket.close":
                outcome["code"] = message.get("code")
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive_and_note, send_with_id)
            finally:
                access_log.info(
                    "request" if scope["type"] == "http" else "socket",
                    **({"method": scope["method"]} if scope["type"] == "http" else {}),
                    # As it came, percent-encoded, so that no line break of a client's reaches the log.
                    path=scope["raw_path"].decode("ascii", "backslashreplace"),
                    **outcome,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
                structlog.contextvars.unbind_contextvars("viewer")


class UnexpectedErrors:
    """Answers an exception that nobody foresaw without showing it, and writes it to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            if scope["type"] == "websocket":
                error_log.exception("unexpected error")
                # It may be closed already, which servers complain about.
                with suppress(Exception):
                    await send({"type": "websocket.close", "code": INTERNAL_FAILURE, "reason": INTERNAL_ERROR})
                return
            if started or scope["type"] != "http":
                raise
            error_log.exception("unexpected error")
            await error_response(500, INTERNAL_ERROR, INTERNAL_MESSAGE)(scope, receive, send)


class BodyLimit:
    """Refuses a request whose body is larger than `max_bytes`, announced or not.

    The body is collected here before the application sees the request: GraphQL needs it whole anyway, and a
    refusal can then never meet an answer that has begun.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        size = int(announced) if announced.isdecimal() else 0
        body = bytearray()
        more = size <= self.max_bytes
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            size = len(body)
            more = message.get("more_body", False) and size <= self.max_bytes
        if size > self.max_bytes:
            response = error_response(
                413,
                "REQUEST_TOO_LARGE",
                f"The request body is larger than {self.max_bytes:,} bytes.",
                {"Connection": "close"},
            )
            await response(scope, receive, send)
            return
        await self.app(scope, _replay(bytes(body), receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand over the collected body once, and then whatever comes from the client."""
    pending = True

    async def receive_collected() -> Message:
        nonlocal pending
        if pending:
            pending = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receive_collected
