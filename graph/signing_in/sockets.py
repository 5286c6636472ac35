"""Open connections of this process: closed at once when their people lose what they had, and looked after by polling.

Another process may have suspended somebody, or a command revoked a key; a token may run out. The feed tells of it, and
besides each process asks the database about everybody who is connected, by one statement every few seconds, and not at
all when nobody is.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from graph.clock import Clock
from graph.feed.outlets import GOING_AWAY, Ending
from graph.signing_in.credentials import Credentials
from graph.signing_in.refusals import InvalidApiKey, SignInRefused, SignInUnavailable, TokenExpired
from graph.signing_in.viewers import Admission, Viewers, person
from graph.transports.endings import CLOSE_PATIENCE, EXPIRED, FORBIDDEN, SERVICE_RESTART, TRY_AGAIN_LATER, close_reason
from graph.transports.frames import MOST_REASON_BYTES, frames_of
from resolvers.identity.standing import Standing, standing_now
from resolvers.unavailable import is_unavailable
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer

if TYPE_CHECKING:
    from graph.context import Context

LOOK_EVERY = 3
"""Seconds between two looks at who is connected."""

LOOKED_AT_ONCE = 1_000
"""Connections whose people and keys are looked at each time: some 4 ms."""

ACCOUNT_GONE, SUSPENDED, NOT_VERIFIED = "ACCOUNT_GONE", "SUSPENDED", "NOT_VERIFIED"
"""Reasons for which a connection is closed, besides the codes of refusals."""

DROPPED = "the client does not listen"
"""With which message the task of a socket is cancelled to drop it."""

_CLOSING: set[asyncio.Task[None]] = set()
"""Keeps what is closing sockets; an event loop alone does not."""

log = structlog.get_logger("peerscore.signing_in")


class OpenConnection:
    """A socket, or a response that goes on, whose client has said who it is.

    Args:
        viewers: tells who asks.
        credentials: what the client has sent.
        admission: what came of that.
        end: closes the socket, or ends the response, behind what has been sent; drops a client that does not listen.
    """

    __slots__ = ("_end", "admission", "closed", "credentials", "running", "viewers")

    def __init__(
        self,
        viewers: Viewers,
        credentials: Credentials | None,
        admission: Admission,
        end: Callable[[Ending], None],
    ) -> None:
        self.viewers = viewers
        self.credentials = credentials
        self.admission = admission
        self.closed = False
        self.running: dict[object, Context] = {}
        """What the fields of each operation share that is being carried out; not those of running subscriptions."""
        self._end = end

    @property
    def viewer(self) -> Viewer:
        """Who it was found to be when that was last looked at."""
        return self.admission.viewer

    async def renew(self) -> bool:
        """Find out who asks now, as before each operation; False if the connection has been closed over it."""
        if self.credentials is None:
            return not self.closed
        try:
            admission = await self.viewers.admitted(self.credentials)
        except SignInRefused as refused:
            self.close(Ending(close_code(refused), refused.code))
            return False
        return self.take(admission.viewer)

    def take(self, viewer: Viewer) -> bool:
        """Go on as this viewer; False if the connection has been closed, now or before."""
        lost = what_was_lost(self.viewer, viewer)
        if lost is not None:
            self.close(Ending(FORBIDDEN, lost))
        if self.closed:
            return False
        if viewer != self.viewer:
            self.admission = Admission(viewer, self.admission.ends_at)
            self._show_as(viewer)
        return True

    def close(self, ending: Ending) -> None:
        """Close it; what still runs there sees no more than anybody."""
        if self.closed:
            return
        self.closed = True
        self._show_as(ANONYMOUS)
        self._end(ending)

    def _show_as(self, viewer: Viewer) -> None:
        for context in self.running.values():
            context.loaders.viewer = viewer


class OpenConnections:
    """The connections that are open."""

    def __init__(self) -> None:
        self._connections: dict[object, OpenConnection] = {}
        self._emptied: asyncio.Event | None = None
        self._looked_at = 0

    def __len__(self) -> int:
        return len(self._connections)

    def __iter__(self) -> Iterator[OpenConnection]:
        return iter(list(self._connections.values()))

    def add(self, key: object, opened: OpenConnection) -> None:
        """Look after a connection from now on, until `forget` is called with the same key."""
        self._connections[key] = opened

    def of(self, key: object) -> OpenConnection | None:
        """What is known of a connection; None if its client has not said who it is."""
        return self._connections.get(key)

    def forget(self, key: object) -> None:
        """A connection is gone."""
        self._connections.pop(key, None)
        if self._emptied is not None and not self._connections:
            self._emptied.set()
            self._emptied = None

    async def emptied(self) -> None:
        """Wait until there are none."""
        while self._connections:
            waiting = self._emptied = self._emptied or asyncio.Event()
            await waiting.wait()

    def close_of(self, account_ids: Collection[int], key_ids: Collection[int], reason: str) -> None:
        """Close the connections of these accounts and keys."""
        for opened in self._of(account_ids, key_ids):
            opened.close(Ending(FORBIDDEN, reason))

    def close_all(self, ending: Ending) -> None:
        """Close every connection."""
        for opened in self:
            opened.close(ending)

    async def look(self, now: datetime) -> None:
        """Close the connections whose tokens have expired, and those whose people or keys have lost what they had.

        Of thousands it looks at a part each time, since that takes time in which nothing is delivered. What people or
        keys have lost is told by the feed as well, at once.
        """
        opened = list(self)
        _end_expired(opened, now)
        if self._looked_at >= len(opened):
            self._looked_at = 0
        part = opened[self._looked_at : self._looked_at + LOOKED_AT_ONCE]
        self._looked_at += LOOKED_AT_ONCE
        await _look_after(part)

    async def look_at(self, account_ids: Collection[int], key_ids: Collection[int], now: datetime) -> None:
        """The same, but look only at the connections of these accounts and keys, and at all of them."""
        opened = self._of(account_ids, key_ids)
        _end_expired(opened, now)
        await _look_after(opened)

    async def watch(self, now: Clock) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look(now())
            except Exception as error:
                # The next look may succeed; each operation asks the database as well.
                if is_unavailable(error):
                    log.warning("open connections are not looked after, because the database cannot be reached")
                else:
                    log.exception("open connections could not be looked after")

    def _of(self, account_ids: Collection[int], key_ids: Collection[int]) -> list[OpenConnection]:
        return [
            opened
            for opened in self._connections.values()
            if opened.viewer.account_id in account_ids or opened.viewer.key_id in key_ids
        ]


SOCKETS = OpenConnections()
"""Those of this process: sockets, and responses that go on."""


@asynccontextmanager
async def looked_after(now: Clock) -> AsyncIterator[None]:
    """Look after this process's connections meanwhile."""
    watching = asyncio.create_task(SOCKETS.watch(now))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def close_sockets_of(
    *, account_ids: Collection[int] = (), key_ids: Collection[int] = (), reason: str = SUSPENDED
) -> None:
    """Close what accounts or keys have open in this process; other processes follow when they hear of it.

    To be called after the transaction that took something away from them.
    """
    SOCKETS.close_of(account_ids, key_ids, reason)


async def close_everything(reason: str = SERVICE_RESTART) -> None:
    """Close every socket with 1012 and end every response that goes on, because this server stops.

    Clients resume elsewhere. Returns when all are gone; those that do not listen are dropped after `CLOSE_PATIENCE`.
    """
    SOCKETS.close_all(Ending(GOING_AWAY, reason))
    await SOCKETS.emptied()


def what_was_lost(before: Viewer, after: Viewer) -> str | None:
    """Why a connection of somebody who was one viewer and is another now must be closed; None if it may stay."""
    if after.account_id != before.account_id:
        return ACCOUNT_GONE
    if after.status is Status.SUSPENDED and before.status is not Status.SUSPENDED:
        return SUSPENDED
    return NOT_VERIFIED if before.status is Status.VERIFIED and after.status is not Status.VERIFIED else None


def close_code(refused: SignInRefused) -> int:
    """With which code a socket is closed, or never opened, when its client is refused."""
    if isinstance(refused, TokenExpired):
        return EXPIRED
    return TRY_AGAIN_LATER if isinstance(refused, SignInUnavailable) else FORBIDDEN


def end_websocket(websocket: WebSocket, task: "asyncio.Task[Any]", ending: Ending) -> None:
    """Close a socket behind what has been sent.

    Args:
        websocket: the socket.
        task: serves it, and is cancelled if the client does not listen and the server offers no other way to drop it.
        ending: why.
    """
    frames = frames_of(websocket.scope)
    if frames is not None:
        frames.close(ending.code, close_reason(ending), CLOSE_PATIENCE)
        return
    closing = asyncio.create_task(_close_or_drop(websocket, task, ending))
    _CLOSING.add(closing)
    closing.add_done_callback(_CLOSING.discard)


async def close_websocket(websocket: WebSocket, code: int, reason: str) -> None:
    """Close a socket, unless one of both sides has done so."""
    frames = frames_of(websocket.scope)
    if frames is not None:
        frames.close(code, reason, CLOSE_PATIENCE)
        return
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        await websocket.close(code, reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore"))
    except WebSocketDisconnect:
        log.debug("the client had left before its socket was closed")


async def _close_or_drop(websocket: WebSocket, task: "asyncio.Task[Any]", ending: Ending) -> None:
    try:
        async with asyncio.timeout(CLOSE_PATIENCE):
            await close_websocket(websocket, ending.code, close_reason(ending))
    except TimeoutError:
        task.cancel(DROPPED)


def _end_expired(looked_at: Iterable[OpenConnection], now: datetime) -> None:
    for one in looked_at:
        if one.admission.ends_at is not None and one.admission.ends_at <= now:
            one.close(Ending(EXPIRED, TokenExpired.code))


async def _look_after(looked_at: Sequence[OpenConnection]) -> None:
    account_ids = _ids(one.viewer.account_id for one in looked_at if not one.closed)
    key_ids = _ids(one.viewer.key_id for one in looked_at if not one.closed)
    if account_ids or key_ids:
        standing = await standing_now(account_ids, key_ids)
        for one in looked_at:
            if not one.closed:
                _apply(standing, one)


def _apply(standing: Standing, opened: OpenConnection) -> None:
    viewer = opened.viewer
    if viewer.key_id is not None and viewer.key_id not in standing.keys:
        opened.close(Ending(FORBIDDEN, InvalidApiKey.code))
    if viewer.account_id is None:
        return
    account = standing.accounts.get(viewer.account_id)
    if account is None:
        opened.close(Ending(FORBIDDEN, ACCOUNT_GONE))
    else:
        opened.take(person(account, moderator=viewer.role is Role.MODERATOR))


def _ids(found: Iterable[int | None]) -> set[int]:
    return {number for number in found if number is not None}
