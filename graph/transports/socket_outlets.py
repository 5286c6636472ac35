"""Where the answers to one subscription of a WebSocket go: messages of graphql-transport-ws.

The protocol is https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

from collections.abc import Callable

import orjson

from graph.feed.outlets import Ending
from graph.transports.frames import Frames


def next_before(operation_id: str) -> bytes:
    """What stands before the execution result in a message that carries one; a closing bracket follows it."""
    return b'{"id":%b,"type":"next","payload":' % orjson.dumps(operation_id)


def complete_message(operation_id: str) -> bytes:
    """Tells that an operation has come to its end."""
    return b'{"id":%b,"type":"complete"}' % orjson.dumps(operation_id)


class SocketMessages:
    """Messages for `QueuedOutlet`, on servers without `Frames`.

    Args:
        operation_id: by which the client knows the subscription.
    """

    def __init__(self, operation_id: str) -> None:
        self._operation_id = operation_id
        self._before = next_before(operation_id)

    def next(self, body: bytes, cursor: str | None) -> bytes:  # noqa: ARG002 - the cursor is in the answer
        """One answer."""
        return self._before + body + b"}"

    def complete(self) -> bytes:
        """The subscription has come to its end."""
        return complete_message(self._operation_id)

    def broken_off(self, ending: Ending) -> bytes:  # noqa: ARG002 - the closing of the socket says why
        """Nothing: the socket is closed."""
        return b""


class SocketOutlet:
    """Writes each answer at once.

    Args:
        operation_id: by which the client knows the subscription.
        frames: of the socket.
        forget: called before the client is told that the subscription has come to its end; gives the operation's id.
        close: closes the socket.
    """

    __slots__ = ("_before", "_close", "_forget", "_frames")

    def __init__(
        self, operation_id: str, frames: Frames, forget: Callable[[], str], close: Callable[[Ending], None]
    ) -> None:
        self._before = next_before(operation_id)
        self._frames = frames
        self._forget = forget
        self._close = close

    @property
    def unsent(self) -> int:
        """How many bytes wait for the client's side, of whichever operation."""
        return self._frames.unsent

    def send(self, body: bytes, cursor: str | None) -> None:  # noqa: ARG002 - the cursor is in the answer
        """Send one answer."""
        self._frames.write(self._before + body + b"}")

    async def drained(self) -> None:
        """Wait until little is unsent, or the client is gone."""
        await self._frames.drained()

    def complete(self) -> None:
        """Tell the client that the subscription has come to its end."""
        self._frames.write(complete_message(self._forget()))

    def end(self, ending: Ending) -> None:
        """Close the socket."""
        self._close(ending)
