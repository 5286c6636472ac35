"""One WebSocket that speaks graphql-transport-ws, from its first message to its last."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

from graph.context import Context
from graph.errors import INTERNAL_ERROR
from graph.middleware import INTERNAL_FAILURE
from graph.signing_in.sockets import SOCKETS, close_websocket


class SocketAdapter(ASGIWebSocketAdapter):
    """Sends JSON as text, as the protocol has it, and nothing once the socket has been closed."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message.

        Raises:
            WebSocketDisconnected: the client has left.
        """
        if self.ws.application_state is not WebSocketState.CONNECTED:
            return
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, unless it is closed."""
        await close_websocket(self.ws, code, reason)


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Checks who asks before each operation."""

    async def handle(self) -> None:
        """Serve the socket until one side closes it."""
        socket = self._socket()
        try:
            await super().handle()
        except asyncio.CancelledError:
            opened = SOCKETS.of(socket)
            if opened is None or not opened.dropped:
                raise
        finally:
            SOCKETS.forget(socket)

    async def handle_message(self, message: Message) -> None:
        """Answer one message; what is not one of the protocol's closes the socket."""
        if _well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Answer one operation, if whoever asks may still ask."""
        opened = SOCKETS.of(self._socket())
        try:
            if opened is None or not await opened.renew():
                return
        except Exception as error:  # noqa: BLE001 - it is logged, and the client told
            await self.handle_task_exception(error)
            await self.websocket.close(INTERNAL_FAILURE, INTERNAL_ERROR)
            return
        await super().run_operation(operation)

    def _socket(self) -> WebSocket:
        socket = self.context.response
        assert isinstance(socket, WebSocket)  # noqa: S101 - the view makes no other context here
        return socket


def _well_formed(message: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether the parts that are read have the types that they must have; whether they are there is seen later."""
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    if message.get("type") != "subscribe":
        return True
    payload = message.get("payload")
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
