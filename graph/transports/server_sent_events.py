"""Answers as server-sent events: GraphQL over SSE, in its mode of one operation for each connection.

The protocol is https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, the format the HTML standard's.
"""

import orjson

from graph.feed.outlets import Ending
from graph.transports.endings import FINAL, error_of


class ServerSentEvents:
    """One event for each answer. Its id is the cursor, so that an EventSource that connects again sends it along."""

    content_type = "text/event-stream; charset=utf-8"
    opening = b":\n\n"
    """A comment, for what stands between and holds back a response until it has a body."""
    heartbeat = b":\n\n"
    heartbeat_every = 15.0

    def next(self, body: bytes, cursor: str | None) -> bytes:
        """One answer."""
        # JSON text as orjson writes it has no line breaks, which would need a field each.
        if cursor is None:
            return b"event: next\ndata: %b\n\n" % body
        return b"event: next\nid: %b\ndata: %b\n\n" % (cursor.encode(), body)

    def complete(self) -> bytes:
        """The operation has come to its end. Browsers pass on no event without data."""
        return b"event: complete\ndata:\n\n"

    def broken_off(self, ending: Ending) -> bytes:
        """The server does not go on: an answer that says why."""
        last = self.next(orjson.dumps({"errors": [error_of(ending)]}), ending.cursor)
        # Without `complete` a browser's EventSource connects again by itself.
        return last + self.complete() if ending.code in FINAL else last
