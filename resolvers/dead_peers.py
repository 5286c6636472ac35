"""Noticing that the database's machine is gone, when nothing closes the connections to it."""

import socket
from typing import Any

IDLE_SECONDS, PROBE_EVERY_SECONDS, PROBES = 15, 5, 3
"""After so long without a word the other end is asked whether it is there, so often, and so many times. Without that,
a statement that was sent before a machine lost its power, or its address to another one, is waited for without end."""

OPTIONS = {"TCP_KEEPIDLE": IDLE_SECONDS, "TCP_KEEPINTVL": PROBE_EVERY_SECONDS, "TCP_KEEPCNT": PROBES}
"""Systems that lack one of them use their own default."""

UNACKNOWLEDGED_MILLISECONDS = 30_000
"""How long what was sent may stay without a sign that it has arrived (RFC 5482)."""


async def notice_dead_peer(connection: Any) -> None:  # noqa: ANN401 - of a driver without types
    """Let a new connection of asyncpg break by itself once the other end is gone."""
    # asyncpg has no option for it.
    peer = connection._transport.get_extra_info("socket")  # noqa: SLF001
    if peer.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in {**OPTIONS, "TCP_USER_TIMEOUT": UNACKNOWLEDGED_MILLISECONDS}.items():
        if hasattr(socket, name):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
