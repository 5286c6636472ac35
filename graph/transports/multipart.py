"""Answers as parts of one response: Apollo's multipart protocol for subscriptions over HTTP.

See https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol.
"""

import orjson

from graph.feed.outlets import Ending
from graph.transports.endings import error_of

BOUNDARY = b"--graphql"


class MultipartParts:
    """One part for each answer. The boundary behind a part is sent with it, or a client would wait for it."""

    content_type = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
    opening = BOUNDARY
    heartbeat_every = 5.0

    def __init__(self) -> None:
        self.heartbeat = _part(b"{}")

    def next(self, body: bytes, cursor: str | None) -> bytes:  # noqa: ARG002 - the cursor is in the answer
        """One answer."""
        return _part(b'{"payload":%b}' % body)

    def complete(self) -> bytes:
        """The last boundary."""
        return b"--\r\n"

    def broken_off(self, ending: Ending) -> bytes:
        """The server does not go on: a part without an answer says why."""
        return _part(orjson.dumps({"payload": None, "errors": [error_of(ending)]})) + self.complete()


def _part(content: bytes) -> bytes:
    return b"\r\nContent-Type: application/json\r\n\r\n%b\r\n%b" % (content, BOUNDARY)
