"""One WebSocket that speaks graphql-transport-ws, from its first message to its last."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.utils.aio import aclosing

from graph.context import Context
from graph.errors import INTERNAL_ERROR, InputError
from graph.feed.hub import Attachment, Subscriber
from graph.feed.outlets import Ending, Outlet
from graph.feed.sources import Source
from graph.middleware import INTERNAL_FAILURE
from graph.signing_in.sockets import DROPPED, SOCKETS, OpenConnection, close_websocket, end_websocket
from graph.transports.frames import frames_of
from graph.transports.queued import QueuedOutlet
from graph.transports.socket_outlets import SocketMessages, SocketOutlet

if TYPE_CHECKING:
    from graph.view import PeerscoreView

INIT_OVERDUE = 4408
"""graphql-transport-ws: the client has not said in time who it is."""

ALREADY_RUNNING, UNAUTHORIZED = 4409, 4401
"""graphql-transport-ws: an id that is in use; an operation before the connection has been acknowledged."""

MOST_OPERATIONS = 100
"""At a time on one socket."""


class SocketAdapter(ASGIWebSocketAdapter):
    """Sends JSON as text, as the protocol has it, and nothing once the socket has been closed."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message.

        Raises:
            WebSocketDisconnected: the client has left.
        """
        frames = frames_of(self.ws.scope)
        if frames is not None:
            await frames.drained()
            frames.write(cast("bytes", self.view.encode_json(message)))
            return
        if self.ws.application_state is not WebSocketState.CONNECTED:
            return
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, unless it is closed."""
        await close_websocket(self.ws, code, reason)


class SocketOperation(Operation[Context, None]):
    """An operation, or a subscription that is served by the hub: then it has no task, and keeps no document."""

    __slots__ = ("attachment",)

    def __init__(self, handler: "SocketHandler", message: SubscribeMessage) -> None:
        payload = message["payload"]
        super().__init__(
            handler, message["id"], payload["query"], payload.get("variables"), payload.get("operationName")
        )
        self.attachment: Attachment | None = None


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Checks who asks before each operation, and leaves subscriptions to the feed to its hub."""

    view: "PeerscoreView"
    _init_timer: asyncio.TimerHandle | None = None
    _task: "asyncio.Task[Any]"

    async def handle(self) -> None:
        """Serve the socket until one side closes it."""
        socket = self._socket()
        self._task = cast("asyncio.Task[Any]", asyncio.current_task())
        try:
            await super().handle()
        except asyncio.CancelledError as cancelled:
            if cancelled.args != (DROPPED,):
                raise
        finally:
            SOCKETS.forget(socket)

    def on_request_accepted(self) -> None:
        """The socket is open, and its client has some time to say who it is."""
        patience = self.connection_init_wait_timeout.total_seconds()
        self._init_timer = asyncio.get_running_loop().call_later(patience, self._give_up)

    def _give_up(self) -> None:
        self.connection_timed_out = True
        end_websocket(self._socket(), self._task, Ending(INIT_OVERDUE, "Connection initialisation timeout"))

    async def shutdown(self) -> None:
        """Leave nothing behind."""
        self._stop_init_timer()
        await super().shutdown()

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """The client says who it is."""
        self._stop_init_timer()
        await super().handle_connection_init(message)

    def _stop_init_timer(self) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()
            self._init_timer = None

    async def handle_message(self, message: Message) -> None:
        """Answer one message; what is not one of the protocol's closes the socket."""
        if _well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation."""
        operation = SocketOperation(self, message)
        if not self.connection_acknowledged:
            await self.websocket.close(UNAUTHORIZED, "Unauthorized")
        elif operation.id in self.operations:
            await self.websocket.close(ALREADY_RUNNING, f"Subscriber for {operation.id} already exists")
        elif len(self.operations) >= MOST_OPERATIONS:
            # Not sent through the operation, which is not known by its id and must not become so.
            error = InputError("TOO_MANY_OPERATIONS", f"A socket carries {MOST_OPERATIONS} operations at a time.")
            await self.send_message({"id": operation.id, "type": "error", "payload": [error.formatted]})
        else:
            self.operations[operation.id] = operation
            operation.task = asyncio.create_task(self.run_operation(operation))
            operation.task.add_done_callback(self._task_done)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Answer one operation, if whoever asks may still ask."""
        assert isinstance(operation, SocketOperation)  # noqa: S101 - `handle_subscribe` makes no other
        opened = SOCKETS.of(self._socket())
        if opened is None:
            return
        try:
            if await opened.renew():
                await self._carry_out(operation, opened)
        except Exception as error:  # noqa: BLE001 - it is logged, and the client told
            await self.handle_task_exception(error)
            await self.websocket.close(INTERNAL_FAILURE, INTERNAL_ERROR)

    async def _carry_out(self, operation: SocketOperation, opened: OpenConnection) -> None:
        asked = operation.query, operation.operation_name, operation.variables
        source = await self.view.beginnings.known(*asked, opened.viewer)
        if source is None:
            viewer = opened.viewer
            source = await self._begin(operation, opened)
            if source is None:
                await operation.send_operation_message({"id": operation.id, "type": "complete"})
                return
            self.view.beginnings.remember(*asked, viewer, source)
        if not opened.closed:
            self._attach(operation, source, opened)

    async def _begin(self, operation: SocketOperation, opened: OpenConnection) -> Source | None:
        """Answer an operation; or find out what a subscription is about that the hub has to serve."""
        context = opened.running[operation] = self.view.operation_context(opened.viewer, self._socket())
        try:
            results = await self.schema.stream(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                root_value=self.root_value,
                operation_name=operation.operation_name,
            )
            async with aclosing(results):
                async for result in results:
                    await _send(operation, result)
        finally:
            del opened.running[operation]
        return None if operation.completed else context.source

    def _attach(self, operation: SocketOperation, source: Source, opened: OpenConnection) -> None:
        subscriber = Subscriber(
            operation.query,
            operation.variables,
            operation.operation_name,
            opened.viewer,
            source,
            self._outlet(operation, opened),
        )
        attachment = self.view.hub.attach(subscriber)
        if operation.completed:
            attachment.detach()
            return
        operation.attachment = attachment
        # What the socket is idle with does not include what it has asked.
        operation.query, operation.variables, operation.task = "", None, None

    def _outlet(self, operation: SocketOperation, opened: OpenConnection) -> Outlet:
        socket = self._socket()
        forget = partial(self._forget, operation)
        frames = frames_of(socket.scope)
        if frames is not None:
            return SocketOutlet(operation.id, frames, forget, opened.close)

        async def write(text: bytes) -> None:
            if text and socket.application_state is WebSocketState.CONNECTED:
                await socket.send_text(text.decode())

        def finish(ending: Ending | None) -> None:
            if ending is None:
                forget()
            else:
                opened.close(ending)

        return QueuedOutlet(SocketMessages(operation.id), write, finish)

    def _forget(self, operation: SocketOperation) -> str:
        """A subscription has come to its end; its id."""
        operation.completed = True
        if self.operations.get(operation.id) is operation:
            del self.operations[operation.id]
        if operation.attachment is not None:
            operation.attachment.detach()
        return operation.id

    async def cleanup_operation(self, operation_id: str) -> None:
        """The client wants to hear no more of an operation, or has left."""
        operation = self.operations.pop(operation_id, None)
        if operation is None:
            return
        assert isinstance(operation, SocketOperation)  # noqa: S101 - `handle_subscribe` makes no other
        if operation.attachment is not None:
            operation.attachment.detach()
        if operation.task is not None:
            operation.task.cancel()

    def _socket(self) -> WebSocket:
        socket = self.context.response
        assert isinstance(socket, WebSocket)  # noqa: S101 - the view makes no other context here
        return socket


async def _send(operation: SocketOperation, result: Any) -> None:  # noqa: ANN401 - Strawberry yields several types
    if isinstance(result, PreExecutionError):
        await operation.send_initial_errors(result.errors or [])
    else:
        assert isinstance(result, ExecutionResult)  # noqa: S101 - incremental delivery is not enabled
        await operation.send_next(result)


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
