"""A response that goes on: the answers to one operation, as they come, framed for the client."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send
from strawberry.http import process_result
from strawberry.schema import BaseSchema
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.utils.aio import aclosing

from graph.context import Context
from graph.errors import INTERNAL_ERROR, InputError
from graph.feed.hub import Hub, Subscriber
from graph.feed.outlets import Ending
from graph.feed.sources import ScoresSource, Source
from graph.feed.starting import starting_position
from graph.middleware import INTERNAL_FAILURE, error_log
from graph.signing_in.sockets import SOCKETS, OpenConnection
from graph.transports.accepting import StreamFraming
from graph.transports.endings import ABORT
from graph.transports.queued import QueuedOutlet

HEADERS = {
    # It must come as it is sent, and may be sent only once.
    "Cache-Control": "no-cache, no-transform",
    # nginx collects what it passes on otherwise.
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as a client sent it.

    Attributes:
        query: the document.
        variables: by their names.
        operation_name: of one of the document's operations.
        allowed: which types of operations its request may carry.
    """

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    allowed: Collection[OperationType]


class StreamedResponse:
    """Carries an operation out and answers until it has come to its end, or one of both sides ends it.

    Args:
        schema: carries it out.
        hub: serves subscriptions to the feed.
        asked: the operation.
        context: what its fields share.
        framing: makes bytes of answers.
        open_connection: makes what is looked after meanwhile, of the function that ends it.
        last_event_id: the cursor after which the client resumes, whatever the operation says; None if it does not.
    """

    def __init__(
        self,
        schema: BaseSchema,
        hub: Hub,
        asked: Asked,
        context: Context,
        framing: StreamFraming,
        open_connection: Callable[[Callable[[Ending], None]], OpenConnection],
        last_event_id: str | None,
    ) -> None:
        self._schema = schema
        self._hub = hub
        self._asked = asked
        self._context = context
        self._framing = framing
        self._open_connection = open_connection
        self._last_event_id = last_event_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        finished: asyncio.Future[Ending | None] = asyncio.get_running_loop().create_future()

        async def write(piece: bytes) -> None:
            await send(_body(piece, more=True))

        def finish(ending: Ending | None) -> None:
            if not finished.done():
                finished.set_result(ending)

        outlet = QueuedOutlet(self._framing, write, finish)
        opened = self._open_connection(outlet.end)
        opened.running[self] = self._context
        SOCKETS.add(self, opened)
        headers = HEADERS | {"Content-Type": self._framing.content_type}
        tasks: list[asyncio.Task[None]] = []
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
                }
            )
            await write(self._framing.opening)
            tasks += [
                asyncio.create_task(self._carry_out(outlet, opened)),
                asyncio.create_task(_until_gone(receive, finish)),
                asyncio.create_task(self._keep_alive(outlet)),
            ]
            await finished
            if outlet.taken:
                await send(_body(b"", more=False))
            elif (abort := scope.get("extensions", {}).get(ABORT)) is not None:
                abort()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            outlet.drop()
            SOCKETS.forget(self)

    async def _carry_out(self, outlet: QueuedOutlet, opened: OpenConnection) -> None:
        try:
            if not await self._execute(outlet):
                outlet.complete()
                return
            source = await self._resumed(self._context.source)
        except InputError as error:
            outlet.send(orjson.dumps({"data": None, "errors": [error.formatted]}), None)
            outlet.complete()
            return
        except Exception:  # noqa: BLE001 - it is logged, and the client told
            error_log.exception("unexpected error")
            outlet.end(Ending(INTERNAL_FAILURE, INTERNAL_ERROR))
            return
        if opened.closed or source is None:
            return
        asked = self._asked
        attachment = self._hub.attach(
            Subscriber(asked.query, asked.variables, asked.operation_name, opened.viewer, source, outlet)
        )
        try:
            await asyncio.Event().wait()
        finally:
            attachment.detach()

    async def _execute(self, outlet: QueuedOutlet) -> bool:
        """Send what the operation is answered with by itself; whether the hub has to go on."""
        asked = self._asked
        results = await self._schema.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=self._context,
            operation_name=asked.operation_name,
            allowed_operation_types=asked.allowed,
        )
        async with aclosing(results):
            async for result in results:
                assert isinstance(result, ExecutionResult | PreExecutionError)  # noqa: S101 - nothing is incremental
                outlet.send(orjson.dumps(process_result(result)), None)
                await outlet.drained()
                if result.errors:
                    self._context.source = None
        return self._context.source is not None

    async def _resumed(self, source: Source | None) -> Source | None:
        """The source, from the client's last event on."""
        if self._last_event_id is None or source is None or isinstance(source, ScoresSource):
            return source
        return replace(source, after=await starting_position(self._last_event_id, self._context.feed_cursors))

    async def _keep_alive(self, outlet: QueuedOutlet) -> None:
        while True:
            await asyncio.sleep(self._framing.heartbeat_every)
            outlet.put_if_idle(self._framing.heartbeat)


async def _until_gone(receive: Receive, finish: Callable[[Ending | None], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    finish(None)


def _body(piece: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}
