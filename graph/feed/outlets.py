"""Where the answers to one subscription go: to a socket, or into a response that goes on."""

from dataclasses import dataclass
from typing import Protocol

SLOW_READER = 4413
"""The code with which a socket is closed that cannot keep up; the reason is `after: ` and the last safe cursor."""

GOING_AWAY = 1012
"""Service Restart in the registry of RFC 6455: this server stops, and another one, or this one again, goes on."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a subscription ends that its client did not end.

    Attributes:
        code: with which a socket is closed.
        reason: in a word such as SLOW_READER, for the closing of a socket or an error's `extensions.code`.
        cursor: resuming after this one loses nothing and repeats nothing; None where there is none.
    """

    code: int
    reason: str
    cursor: str | None = None


class Outlet(Protocol):
    """Takes what one subscription is answered with. Nothing here waits, except `drained`."""

    @property
    def unsent(self) -> int:
        """How many bytes have been taken that the client's side has not."""

    def send(self, body: bytes, cursor: str | None) -> None:
        """Take one answer.

        Args:
            body: the execution result as JSON text, such as `{"data": ...}`.
            cursor: of the event in it; a server-sent event carries it as its id.
        """

    async def drained(self) -> None:
        """Wait until little is unsent, or the client is gone."""

    def complete(self) -> None:
        """Tell the client that the subscription has come to its end, after what has been taken."""

    def end(self, ending: Ending) -> None:
        """Break the subscription off, after what has been taken: close the socket, or end the response."""
