"""Hearing from PostgreSQL that events have got their positions, on a connection kept for that."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from resolvers.database import database
from resolvers.feed.sequencing import CHANNEL

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before another connection is tried after one was lost; the pause doubles each time."""

LOOK_EVERY = 30.0
"""Seconds between two looks whether the other end of the connection is still there; a dead network does not tell."""

PATIENCE = 10.0
"""Seconds that the other end has to answer then."""

log = structlog.get_logger("peerscore.feed")


async def listen(heard: Callable[[str], None], begun: Callable[[], None]) -> None:
    """Listen until cancelled, on one connection after the other.

    Args:
        heard: is called with the payload of each notification.
        begun: is called whenever listening has begun; what was told before that has not been heard.
    """
    pause = FIRST_PAUSE

    def begin() -> None:
        nonlocal pause
        pause = FIRST_PAUSE
        begun()

    while True:
        try:
            await _listen_on_one_connection(heard, begin)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next connection may be better
            kind = type(error).__name__
            log.warning("the feed is not heard of, and is polled meanwhile", reason=kind, again_in=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _listen_on_one_connection(heard: Callable[[str], None], begun: Callable[[], None]) -> None:
    """Listen until the connection is lost."""
    lost = asyncio.Event()

    def hear(_connection: object, _process: int, _channel: str, payload: str) -> None:
        heard(payload)

    def lose(_connection: object) -> None:
        lost.set()

    async with database().acquire_connection() as connection:
        connection.add_termination_listener(lose)
        try:
            await connection.add_listener(CHANNEL, hear)
            begun()
            while not lost.is_set():
                await _look_after(connection, lost)
        finally:
            # Not given back to the pool, but ended: that never waits for the other end, and leaves no listener.
            connection.terminate()
    log.warning("the connection on which the feed was heard of is lost")


async def _look_after(connection: Any, lost: asyncio.Event) -> None:  # noqa: ANN401 - of a driver without types
    """Wait a while; then see whether the other end still answers.

    Raises:
        TimeoutError: it does not.
    """
    try:
        async with asyncio.timeout(LOOK_EVERY):
            await lost.wait()
    except TimeoutError:
        await connection.execute("SELECT 1", timeout=PATIENCE)
