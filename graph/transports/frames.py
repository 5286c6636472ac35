"""Text frames that are written at once, where the server under the application lets it."""

from collections.abc import Mapping
from struct import Struct
from typing import Any, Protocol, cast

FRAMES = "peerscore.frames"
"""The name in an ASGI scope's `extensions` under which a WebSocket's `Frames` are found."""

FINAL_TEXT = 0x81
"""The first byte of a text frame that is a whole message (RFC 6455, section 5.2)."""

SHORT, MEDIUM = 126, 127
"""A length from here on does not fit into the second byte, which then says that 2 or 8 bytes follow (section 5.2)."""

MOST_IN_TWO_BYTES = 0xFFFF

MOST_REASON_BYTES = 123
"""Of a close frame: section 5.5 allows a control frame 125, of which the code takes two."""

_WITH_TWO_BYTES = Struct("!BBH")
_WITH_EIGHT_BYTES = Struct("!BBQ")
_SHORT_HEADERS = tuple(bytes((FINAL_TEXT, length)) for length in range(SHORT))


def text_header(length: int) -> bytes:
    """What stands before a text of `length` bytes that a server sends as one frame: it is not masked."""
    if length < SHORT:
        return _SHORT_HEADERS[length]
    if length <= MOST_IN_TWO_BYTES:
        return _WITH_TWO_BYTES.pack(FINAL_TEXT, SHORT, length)
    return _WITH_EIGHT_BYTES.pack(FINAL_TEXT, MEDIUM, length)


class Frames(Protocol):
    """What is written to one WebSocket, without a coroutine for each message."""

    @property
    def open(self) -> bool:
        """Whether messages can still be written: neither side has closed, and the connection stands."""

    @property
    def unsent(self) -> int:
        """How many bytes wait for the client's side to take them."""

    def write(self, text: bytes) -> None:
        """Send a message of UTF-8 text; nothing happens once the socket is not open."""

    async def drained(self) -> None:
        """Wait until little is unsent, or the connection is gone."""

    def close(self, code: int, reason: str, patience: float) -> None:
        """Close the socket behind what has been written; drop the connection if the client does not answer.

        Args:
            code: tells programs why.
            reason: tells people why; what is too long for a close frame is cut off.
            patience: seconds that the client has to read what was written and to answer.
        """


def frames_of(scope: Mapping[str, Any]) -> Frames | None:
    """The frames of a WebSocket's scope; None where the server does not offer them."""
    return cast("Frames | None", scope.get("extensions", {}).get(FRAMES))
