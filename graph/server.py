"""Running the application under uvicorn on a socket of our own."""

import errno
import os
import platform
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from graph.app import API_PATH, create_app
from graph.settings import Settings
from resolvers.errors import PeerscoreError

BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's own default."""

FIRST_QUERY = '{ drug(id: \\"colchicine\\") { name brandNames score { ratingCount } } }'
"""What a newcomer is shown to try, as it stands in a JSON string."""


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
        http="httptools" if fast else "h11",
        ws="websockets-sansio",
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
    """Says when it is ready to answer."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()
