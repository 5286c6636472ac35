"""uvicorn's protocol for HTTP, with a way to drop a connection whose client reads nothing more.

Ending a response politely waits until the client has taken what was written before, which a client that has stopped
reading never does; meanwhile the connection and what is unsent stay in memory.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graph.transports.endings import ABORT


class HttpProtocol(HttpToolsProtocol):
    """Puts the function that drops the connection into the scope."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: self.transport.abort}  # type: ignore[dict-item]
