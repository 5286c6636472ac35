"""From what somebody has sent to who they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import structlog

from graph.clock import Clock
from graph.settings import Settings
from graph.signing_in.credentials import Credentials
from graph.signing_in.refusals import InvalidApiKey, SignInRefused, SignInUnavailable, Unauthenticated
from graph.signing_in.tokens import Tokens
from resolvers.identity.accounts import SignedIn, accounts_of
from resolvers.identity.api_keys import NOTED_EVERY, note_use, usable_key
from resolvers.identity.key import IdentityKey, open_identity_key
from resolvers.lookups import LookUps
from resolvers.unavailable import is_unavailable
from resolvers.versions import Versions
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer

HASHES = 2_000
"""Subjects whose hashes need not be worked out again, half a megabyte."""

log = structlog.get_logger("peerscore.signing_in")


@dataclass(frozen=True, slots=True)
class Admission:
    """Who somebody is.

    Attributes:
        viewer: who.
        ends_at: from when on they have to say so anew; None if never.
        versions: what the statement that found them said of the database; None if there was none.
    """

    viewer: Viewer
    ends_at: datetime | None = None
    versions: Versions | None = None


def person(account: SignedIn, *, moderator: bool) -> Viewer:
    """Somebody who has signed in. A moderator may be a physician as well."""
    role = Role.PHYSICIAN if account.status is Status.VERIFIED else Role.REGISTERED
    if moderator:
        role = Role.MODERATOR
    return Viewer(role, account.account_id, account.physician_id, account.status)


def identity_key_of(settings: Settings) -> IdentityKey | None:
    """By which key people are recognised who sign in; None if nobody can.

    Raises:
        InvalidIdentityKey: what the settings or the file hold is no key.
        IdentityKeyFileUnusable: the file can neither be read nor made.
    """
    if not (settings.issuer or settings.token_secret):
        return None
    return open_identity_key(settings.identity_key.get_secret_value(), Path(settings.identity_key_file))


class Viewers:
    """Tells who asks.

    Attributes:
        identity_key: by which people are recognised; None on a server that accepts no tokens.
    """

    def __init__(self, settings: Settings, now: Clock) -> None:
        self.now = now
        self.public_read = settings.public_read
        self.moderator_role = settings.moderator_role
        self.tokens = Tokens(settings)
        self.identity_key = identity_key_of(settings)
        self._subject_hash = lru_cache(HASHES)(self._hash_of_subject)
        self._noted: dict[int, datetime] = {}
        # Nothing is remembered: whoever is suspended is so with the next request. But those who ask while others are
        # looked up share a statement, as when thousands of sockets come back at the same moment after a restart.
        self._accounts = LookUps(self._read_accounts)

    async def admitted(self, credentials: Credentials | None) -> Admission:
        """Who somebody is at this moment, by one statement.

        Raises:
            SignInRefused: they have sent what this server does not accept, or nothing where it must be something.
        """
        if credentials is None:
            if not self.public_read:
                raise Unauthenticated
            return Admission(ANONYMOUS)
        try:
            return await (self._integrator(credentials) if credentials.is_key else self._person(credentials))
        except SignInRefused:
            raise
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("nobody can sign in, because the database cannot be reached")
            raise SignInUnavailable from error

    async def _integrator(self, credentials: Credentials) -> Admission:
        found = await usable_key(credentials.text)
        if found is None:
            raise InvalidApiKey
        key, versions = found
        await self._note_use(key.key_id)
        return Admission(Viewer(Role.INTEGRATOR, key_id=key.key_id, scopes=key.scopes), versions=versions)

    async def _person(self, credentials: Credentials) -> Admission:
        now = self.now()
        claims = await self.tokens.claims(credentials.text, now)
        account, versions = await self._accounts.look_up(self._subject_hash(claims.subject))
        return Admission(person(account, moderator=self.moderator_role in claims.roles), claims.refused_from, versions)

    def _hash_of_subject(self, subject: str) -> str:
        assert self.identity_key is not None  # noqa: S101 - there is one where tokens are accepted
        return self.identity_key.subject_hash(self.tokens.issuer, subject)

    async def _read_accounts(self, subject_hashes: Sequence[str]) -> list[tuple[SignedIn, Versions]]:
        accounts, versions = await accounts_of(subject_hashes, self.now())
        return [(account, versions) for account in accounts]

    async def _note_use(self, key_id: int) -> None:
        now = self.now()
        noted = self._noted.get(key_id)
        if noted is not None and now - noted < NOTED_EVERY:
            return
        self._noted[key_id] = now
        try:
            await note_use(key_id, now)
        except Exception:
            log.warning("the use of a key could not be noted", key=key_id, exc_info=True)
