"""Keys of integrators: programs that read for an organisation rather than for a person.

A key is `peerscore_`, a public part by which it is found and named, `_`, and a secret of which only the hash is kept.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from models import ApiKey
from resolvers.audit import COMMAND, write_audit
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_standing
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, as_time, fetch_rows
from resolvers.versions import VERSIONS, Versions

CATALOGUE, SCORES, FEED = "catalogue", "scores", "feed"
"""What a key can be good for: drugs and indications; scores, rankings and comparisons; the feed of new ratings."""

SCOPES = (CATALOGUE, SCORES, FEED)

KEY_PREFIX = "peerscore_"
"""Begins every key, so that it is recognised in a header, and by programs that look for secrets in files."""

PUBLIC_BYTES = 8
"""Of the part by which a key is found: enough that no two keys ever have the same."""

SECRET_BYTES = 32
"""Of the part that nobody can guess."""

KEY = re.compile(rf"{KEY_PREFIX}([0-9a-f]{{{2 * PUBLIC_BYTES}}})_([0-9a-f]{{{2 * SECRET_BYTES}}})", re.ASCII)

LONGEST_NAME = 100
"""Characters, as the table has it."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a key was used last."""


class InvalidKeyName(PeerscoreError):
    """No name for a key."""

    def __init__(self) -> None:
        super().__init__(f"A key needs a name of 1 to {LONGEST_NAME} printable characters, such as whose it is.")


class UnknownKey(PeerscoreError):
    """There is no such key that could be revoked."""

    def __init__(self, named: str) -> None:
        self.named = named
        super().__init__(f"No key that is in use has the name or the public part {named!r}.")


class AmbiguousKeyName(PeerscoreError):
    """Several keys have this name."""

    def __init__(self, name: str, public_parts: Sequence[str]) -> None:
        self.name = name
        self.public_parts = tuple(public_parts)
        super().__init__(
            f"{len(public_parts)} keys are named {name!r}: revoke one by its public part, {', '.join(public_parts)}."
        )


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that has just been made; `text` is the whole of it, which nobody can show again."""

    public_part: str
    text: str

    def __repr__(self) -> str:
        return f"NewKey({self.public_part})"


@dataclass(frozen=True, slots=True)
class UsableKey:
    """A key that is known and not revoked."""

    key_id: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What may be told of a key."""

    key_id: int
    name: str
    public_part: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


async def create_key(name: str, scopes: Iterable[str], now: datetime) -> NewKey:
    """Make a key, and an entry in the audit log.

    Raises:
        InvalidKeyName: the name is empty, too long, or not printable.
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidKeyName
    public_part, secret = secrets.token_hex(PUBLIC_BYTES), secrets.token_hex(SECRET_BYTES)
    granted = [scope for scope in SCOPES if scope in set(scopes)]
    async with in_transaction():
        key = await ApiKey.create(
            name=name,
            public_part=public_part,
            secret_hash=_hash(secret),
            scopes=" ".join(granted),
            created_at=now,
        )
        await write_audit(COMMAND, "KEY_CREATED", f"key:{key.id}", {"scopes": granted}, now)
    return NewKey(public_part, f"{KEY_PREFIX}{public_part}_{secret}")


async def usable_key(text: str) -> tuple[UsableKey, Versions] | None:
    """The key that somebody has sent, and the versions of the same moment. One statement.

    None if the key is unknown, revoked, or none at all.
    """
    match = KEY.fullmatch(text)
    if match is None:
        return None
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT api_key.id, secret_hash, scopes, {VERSIONS} FROM api_key JOIN installation ON installation.id = 1"
        f" WHERE public_part = {parameters.bind(match[1])} AND revoked_at IS NULL",
        parameters,
    )
    if not rows or not hmac.compare_digest(rows[0][1], _hash(match[2])):
        return None
    key_id, _, scopes, *versions = rows[0]
    return UsableKey(key_id, frozenset(scopes.split())), Versions._make(versions)


async def note_use(key_id: int, now: datetime) -> None:
    """Write down when a key was used, unless that was written within the last minute."""
    parameters = Parameters()
    at, before = parameters.bind(now), parameters.bind(now - NOTED_EVERY)
    await database().execute_query(
        f"UPDATE api_key SET last_used_at = {at} WHERE id = {parameters.bind(key_id)}"
        f" AND (last_used_at IS NULL OR last_used_at <= {before})",
        parameters.values,
    )


async def all_keys() -> list[KeyRecord]:
    """Every key that was ever made, the oldest first."""
    rows = await fetch_rows(
        "SELECT id, name, public_part, scopes, created_at, last_used_at, revoked_at FROM api_key ORDER BY id"
    )
    return [_record(row) for row in rows]


async def revoke_key(named: str, now: datetime) -> KeyRecord:
    """Revoke a key for good, with an entry in the audit log.

    Args:
        named: its public part, or its name if no other key in use has that.
        now: when.

    Raises:
        UnknownKey: there is none, or it has been revoked already.
        AmbiguousKeyName: several have this name.
    """
    async with in_transaction() as connection:
        await begin_writing(connection)
        in_use = [key for key in await all_keys() if key.revoked_at is None]
        found = [key for key in in_use if key.public_part == named] or [key for key in in_use if key.name == named]
        if len(found) > 1:
            raise AmbiguousKeyName(named, [key.public_part for key in found])
        # The condition decides between two who revoke it at the same time.
        if not found or not await ApiKey.filter(id=found[0].key_id, revoked_at=None).update(revoked_at=now):
            raise UnknownKey(named)
        await note_standing(now, key_id=found[0].key_id)
        await write_audit(COMMAND, "KEY_REVOKED", f"key:{found[0].key_id}", {}, now)
    wake_followers()
    return found[0]


def _hash(secret: str) -> str:
    # Not slow to compute, as for passwords: nobody can try all secrets of 256 random bits.
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(row: Sequence[Any]) -> KeyRecord:
    key_id, name, public_part, scopes, created_at, last_used_at, revoked_at = row
    return KeyRecord(
        key_id,
        name,
        public_part,
        tuple(scopes.split()),
        as_time(created_at),
        None if last_used_at is None else as_time(last_used_at),
        None if revoked_at is None else as_time(revoked_at),
    )
