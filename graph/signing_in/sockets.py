"""Open WebSockets of this process: closed at once when their people lose what they had, and looked after by polling.

Another process may have suspended somebody, or a command revoked a key; a token may run out. So each process asks the
database about everybody who is connected, by one statement every few seconds, and not at all when nobody is.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from graph.clock import Clock
from graph.context import Context
from graph.signing_in.credentials import Credentials
from graph.signing_in.refusals import InvalidApiKey, SignInRefused, SignInUnavailable, TokenExpired
from graph.signing_in.viewers import Admission, Viewers, person
from resolvers.identity.standing import Standing, standing_now
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer

LOOK_EVERY = 3
"""Seconds between two looks at who is connected."""

CLOSE_PATIENCE = 2
"""Seconds that a client has to take the closing of its socket; then the connection is dropped."""

EXPIRED, FORBIDDEN, TRY_AGAIN_LATER = 4401, 4403, 1013
"""Codes with which sockets are closed: those of graphql-transport-ws, and one of RFC 6455's registry."""

MOST_REASON_BYTES = 123
"""RFC 6455, section 5.5: a control frame has 125, of which the code takes two."""

ACCOUNT_GONE, SUSPENDED, NOT_VERIFIED = "ACCOUNT_GONE", "SUSPENDED", "NOT_VERIFIED"
"""Reasons for which a socket is closed, besides the codes of refusals."""

log = structlog.get_logger("peerscore.signing_in")


class OpenSocket:
    """A socket whose client has said who it is.

    Args:
        websocket: the socket. This is called in the task that serves it.
        context: what its operations share.
        viewers: tells who asks.
        credentials: what the client has sent.
        admission: what came of that.
    """

    def __init__(
        self,
        websocket: WebSocket,
        context: Context,
        viewers: Viewers,
        credentials: Credentials | None,
        admission: Admission,
    ) -> None:
        self.websocket = websocket
        self.viewers = viewers
        self.credentials = credentials
        self.admission = admission
        self.closed = False
        self.dropped = False
        self.gone = asyncio.Event()
        self._context = context
        self._task = asyncio.current_task()
        context.loaders.viewer = admission.viewer

    @property
    def viewer(self) -> Viewer:
        """Who it was found to be when that was last looked at."""
        return self.admission.viewer

    async def renew(self) -> bool:
        """Find out who asks now, as before each operation; False if the socket has been closed over it."""
        try:
            admission = await self.viewers.admitted(self.credentials)
        except SignInRefused as refused:
            await self.close(close_code(refused), refused.code)
            return False
        return await self.take(admission.viewer)

    async def take(self, viewer: Viewer) -> bool:
        """Go on as this viewer; False if the socket has been closed, now or before."""
        lost = what_was_lost(self.viewer, viewer)
        if lost is not None:
            await self.close(FORBIDDEN, lost)
        if self.closed:
            return False
        self.admission = Admission(viewer, self.admission.ends_at)
        self._context.loaders.viewer = viewer
        return True

    async def close(self, code: int, reason: str) -> None:
        """Close it; what still runs there sees no more than anybody, and a client that does not listen is dropped."""
        if self.closed:
            return
        self.closed = True
        self._context.loaders.viewer = ANONYMOUS
        try:
            async with asyncio.timeout(CLOSE_PATIENCE):
                await close_websocket(self.websocket, code, reason)
        except TimeoutError:
            self.dropped = True
            if self._task is not None:
                self._task.cancel()


class OpenSockets:
    """The sockets that are open."""

    def __init__(self) -> None:
        self._sockets: dict[WebSocket, OpenSocket] = {}

    def __len__(self) -> int:
        return len(self._sockets)

    def __iter__(self) -> Iterator[OpenSocket]:
        return iter(list(self._sockets.values()))

    def add(self, opened: OpenSocket) -> None:
        """Look after a socket from now on."""
        self._sockets[opened.websocket] = opened

    def of(self, websocket: WebSocket) -> OpenSocket | None:
        """What is known of a socket; None if its client has not said who it is."""
        return self._sockets.get(websocket)

    def forget(self, websocket: WebSocket) -> None:
        """A socket is gone."""
        if opened := self._sockets.pop(websocket, None):
            opened.gone.set()

    async def close_of(self, account_ids: Collection[int], key_ids: Collection[int], reason: str) -> None:
        """Close the sockets of these accounts and keys."""
        await asyncio.gather(
            *(
                opened.close(FORBIDDEN, reason)
                for opened in self
                if opened.viewer.account_id in account_ids or opened.viewer.key_id in key_ids
            )
        )

    async def look(self, now: datetime) -> None:
        """Close the sockets whose tokens have expired, and those whose people or keys have lost what they had."""
        opened = list(self)
        expired = [one for one in opened if one.admission.ends_at is not None and one.admission.ends_at <= now]
        await asyncio.gather(*(one.close(EXPIRED, TokenExpired.code) for one in expired))
        account_ids = _ids(one.viewer.account_id for one in opened if not one.closed)
        key_ids = _ids(one.viewer.key_id for one in opened if not one.closed)
        if account_ids or key_ids:
            standing = await standing_now(account_ids, key_ids)
            await asyncio.gather(*(_apply(standing, one) for one in opened if not one.closed))

    async def watch(self, now: Clock) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look(now())
            except Exception:
                # The next look may succeed; each operation asks the database as well.
                log.exception("open sockets could not be looked after")


SOCKETS = OpenSockets()
"""Those of this process."""


@asynccontextmanager
async def looked_after(now: Clock) -> AsyncIterator[None]:
    """Look after this process's sockets meanwhile."""
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
    """Close the sockets that accounts or keys have open in this process; other processes follow in some seconds.

    To be called after the transaction that took something away from them.
    """
    await SOCKETS.close_of(account_ids, key_ids, reason)


def what_was_lost(before: Viewer, after: Viewer) -> str | None:
    """Why a socket of somebody who was one viewer and is another now must be closed; None if it may stay."""
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


async def close_websocket(websocket: WebSocket, code: int, reason: str) -> None:
    """Close a socket, unless one of both sides has done so."""
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        await websocket.close(code, reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore"))
    except WebSocketDisconnect:
        log.debug("the client had left before its socket was closed")


async def _apply(standing: Standing, opened: OpenSocket) -> None:
    viewer = opened.viewer
    if viewer.key_id is not None and viewer.key_id not in standing.keys:
        await opened.close(FORBIDDEN, InvalidApiKey.code)
    if viewer.account_id is None:
        return
    account = standing.accounts.get(viewer.account_id)
    if account is None:
        await opened.close(FORBIDDEN, ACCOUNT_GONE)
    else:
        await opened.take(person(account, moderator=viewer.role is Role.MODERATOR))


def _ids(found: Iterable[int | None]) -> set[int]:
    return {number for number in found if number is not None}
