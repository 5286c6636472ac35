"""uvicorn's protocol for WebSockets, with a way to write a ready message to thousands of sockets in one go.

An ASGI application sends a message by awaiting `send`, which runs through every layer between the application and the
server: for each message to each socket a coroutine for every middleware, a dictionary, a decoded and encoded text and a
frame object. A message to 2,000 subscribers is the same bytes for all of them but for the id of the operation, and no
layer has anything to do with it. So this protocol puts itself into the scope, as ASGI's extensions are meant for, and
the application writes header and text to the transport. Nothing else is changed: uvicorn's protocol still shakes hands,
reads, answers pings and closes. A server's data frame is independent of those before it, as long as nothing compresses
across messages and no message is sent in fragments. uvicorn sends none, and `ws_per_message_deflate` has to be off.

It also keeps less for a socket that is idle: see `graph.transports.waiting`, and the headers of the handshake, which
uvicorn and websockets keep until the socket is closed, besides those in the scope.
"""

import asyncio
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request

from graph.transports.frames import FRAMES, MOST_REASON_BYTES, text_header
from graph.transports.waiting import Gate, MessageQueue

SOCKET_LOG = logging.getLogger("uvicorn.error.sockets")
"""Has warnings and errors only: uvicorn and websockets write three lines about each socket that say less than the one
that `RequestLog` writes, and cost more than the handshake."""

SOCKET_LOG.setLevel(logging.WARNING)

UNANSWERED_PATIENCE = 2.0
"""Seconds until a connection is dropped whose client has answered no ping; closing would wait for unsent bytes."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """Offers `graph.transports.frames.Frames` to the application."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = self.conn.logger = SOCKET_LOG
        self.queue = MessageQueue()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]
        self.writable.set()

    def handle_connect(self, event: Request) -> None:
        """The client wants to open a socket."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][FRAMES] = self  # type: ignore[assignment]

    def start_keepalive(self) -> None:
        """The socket has been accepted."""
        super().start_keepalive()
        self.request.headers.clear()
        self.response.headers.clear()

    def keepalive_timeout(self) -> None:
        """The client has not answered a ping."""
        super().keepalive_timeout()
        self._drop_after(UNANSWERED_PATIENCE)

    @property
    def open(self) -> bool:
        """Whether messages can still be written."""
        return self.handshake_complete and not self.close_sent and not self.transport.is_closing()

    @property
    def unsent(self) -> int:
        """How many bytes wait for the client's side to take them."""
        return self.transport.get_write_buffer_size()

    def write(self, text: bytes) -> None:
        """Send a message of UTF-8 text; nothing happens once the socket is not open."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(text_header(len(text)) + text)

    async def drained(self) -> None:
        """Wait until little is unsent, or the connection is gone."""
        await self.writable.wait()

    def close(self, code: int, reason: str, patience: float) -> None:
        """Close the socket behind what has been written; drop the connection if the client does not answer."""
        if not self.open:
            return
        reason = reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            # The client's answer has to be read.
            self.read_paused = False
            self.transport.resume_reading()
        self._drop_after(patience)

    def _drop_after(self, seconds: float) -> None:
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)
