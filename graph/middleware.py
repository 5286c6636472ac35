"""What happens to every HTTP request before and after the API has its turn, as plain ASGI."""

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from random import getrandbits

import structlog
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

    Args:
        lines: whether those lines are written; without, they are not even made.
    """

    def __init__(self, app: ASGIApp, *, lines: bool = True) -> None:
        self.app = app
        self.lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope["headers"])
        tokens = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if scope["type"] == "http":
                await self._answer(scope, receive, send, request_id)
            else:
                await self._serve_socket(scope, receive, send, request_id)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status: int | None = None
        header = (b"x-request-id", request_id.encode("ascii"))

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        started = time.perf_counter()
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            if self.lines:
                access_log.info(
                    "request",
                    method=scope["method"],
                    path=_path(scope),
                    status=status,
                    milliseconds=_milliseconds_since(started),
                )
            structlog.contextvars.unbind_contextvars("viewer")

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        code: int | None = None
        header = (b"x-request-id", request_id.encode("ascii"))

        async def receive_and_note() -> Message:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = code or message.get("code")
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal code
            if message["type"] == "websocket.accept":
                message["headers"] = [*message.get("headers", ()), header]
            elif message["type"] == "websocket.close":
                code = message.get("code")
            await send(message)

        started = time.perf_counter()
        try:
            await self.app(scope, receive_and_note, send_with_id)
        finally:
            if self.lines:
                access_log.info("socket", path=_path(scope), code=code, milliseconds=_milliseconds_since(started))
            structlog.contextvars.unbind_contextvars("viewer")


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that came with a request, if it may stand in our logs, or a new one of 32 hexadecimal digits."""
    for name, value in headers:
        if name == b"x-request-id":
            inbound = value.decode("latin-1")
            if REQUEST_ID.fullmatch(inbound):
                return inbound
            break
    # It only has to differ from others.
    return f"{getrandbits(128):032x}"


def _path(scope: Scope) -> str:
    """As it came, percent-encoded, so that no line break of a client's reaches the log."""
    path: bytes = scope["raw_path"]
    return path.decode("ascii", "backslashreplace")


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


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
        size = _announced(scope["headers"])
        parts: list[bytes] = []
        more = size <= self.max_bytes
        if more:
            size = 0
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
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
        await self.app(scope, replay(b"".join(parts), receive), send)


def _announced(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How many bytes a request says that its body has; 0 if it does not."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def replay(body: bytes, receive: Receive) -> Receive:
    """Hand over the collected body once, and then whatever comes from the client."""
    pending = True

    async def receive_collected() -> Message:
        nonlocal pending
        if pending:
            pending = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receive_collected
