"""Running the application under uvicorn on a socket of our own."""

import asyncio
import errno
import os
import platform
import socket
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn
from starlette.applications import Starlette

from graph.app import API_PATH, create_app
from graph.settings import Settings
from graph.signing_in.sockets import close_everything
from graph.transports.protocol import SocketProtocol
from resolvers.errors import PeerscoreError

BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's own default."""

ENDING_PATIENCE = 0.5
"""Seconds for sockets and streams to end before the stop goes on; also the pause between two looks for new ones."""

STUCK_AFTER = 1.0
"""Seconds in which a client whose connection is being closed has to read something of what is left."""

FIRST_QUERY = '{ drug(id: \\"colchicine\\") { name brandNames score { ratingCount } } }'
"""What a newcomer is shown to try, as it stands in a JSON string."""


log = structlog.get_logger("peerscore.server")


class CannotListen(PeerscoreError):
    """The address and port cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        CannotListen: another program has the port, or the address is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # elsewhere it would let two servers share the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotListen(_reason(host, port, error)) from error
    return listener


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program: "
            "stop that one, or choose another port with --port or PEERSCORE_PORT."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} needs rights that this process has not: choose one above 1023 with --port or PEERSCORE_PORT."
        )
    return (
        f"{host} is not an address that this machine can listen on ({error.strerror}): "
        "choose another with --host or PEERSCORE_HOST."
    )


def server_config(settings: Settings, app: Starlette) -> uvicorn.Config:
    """How uvicorn serves the application."""
    fast = platform.python_implementation() == "CPython" and platform.system() != "Windows"
    return uvicorn.Config(
        app,
        loop="uvloop" if fast else "asyncio",
        http="graph.transports.http_protocol:HttpProtocol" if fast else "h11",
        ws=SocketProtocol,
        # Frames are written past it, and it costs more than it saves on messages of a few hundred bytes.
        ws_per_message_deflate=False,
        ws_max_size=settings.max_body_bytes,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_grace,
    )


def run_server(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; running requests get `shutdown_grace` seconds to end.

    `announce` is called once the server is ready to answer.
    """
    server = AnnouncingServer(server_config(settings, create_app(settings)), announce)
    # When it has stopped, uvicorn raises the signal once more for whoever else wants to know.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def welcome(host: str, port: int, physician: str | None = None, moderator: str | None = None) -> str:
    """What to open and what to try, for a person who has just started the server.

    Args:
        host: on which it listens.
        port: likewise.
        physician: a token of a demonstration's physician.
        moderator: a token of a demonstration's moderator.
    """
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    url = f"http://{f'[{name}]' if ':' in name else name}:{port}{API_PATH}"
    greeting = (
        f"Peerscore is ready. Open {url} in a browser, or try:\n\n"
        f"  curl {url} -H 'Content-Type: application/json' \\\n"
        f'    -d \'{{"query": "{FIRST_QUERY}"}}\'\n'
    )
    if physician is None or moderator is None:
        return greeting
    return (
        f"{greeting}\nSingle ratings are for physicians and moderators. With one of these headers you are one, for a "
        "day or until this server stops:\n\n"
        f"  Verified physician\n  Authorization: Bearer {physician}\n\n"
        f"  Moderator\n  Authorization: Bearer {moderator}\n"
    )


class AnnouncingServer(uvicorn.Server):
    """Says when it is ready to answer, and is not kept from stopping by clients who only listen."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, end what would go on for ever, and let running requests end."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        ended = asyncio.Event()
        tasks = [asyncio.create_task(_end_subscriptions(ended)), asyncio.create_task(self._drop_stuck())]
        # uvicorn closes sockets too, but tells their clients no reason.
        await ended.wait()
        await super().shutdown(sockets)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drop_stuck(self) -> None:
        """Drop connections that are being closed and whose clients read nothing any more, until cancelled."""
        before: dict[object, int] = {}
        while True:
            await asyncio.sleep(STUCK_AFTER)
            unsent: dict[object, int] = {}
            for connection in list(self.server_state.connections):
                transport = connection.transport
                if transport.is_closing():
                    unsent[connection] = transport.get_write_buffer_size()
                    if before.get(connection) == unsent[connection]:
                        transport.abort()
            before = unsent


async def _end_subscriptions(ended: asyncio.Event) -> None:
    """End sockets and streams, and those that begin while the server stops, until cancelled.

    Args:
        ended: set when those that were there have ended, or have been told to and do not react.
    """
    while True:
        try:
            async with asyncio.timeout(ENDING_PATIENCE):
                await close_everything()
        except TimeoutError:
            log.debug("some clients do not react to the end of their subscriptions")
        except Exception:
            # uvicorn closes what is left; the stop goes on.
            log.exception("subscriptions could not be ended")
        ended.set()
        await asyncio.sleep(ENDING_PATIENCE)
