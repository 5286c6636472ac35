"""Pseudonyms: by what name and id a reader knows a physician. To another reader the same physician is somebody else.

So two readers cannot put together what each has found out about a physician, and what is published under a pseudonym
helps nobody to find the physician's other ratings. Everything is derived from the installation's pseudonym key, and
nothing is stored.
"""

from functools import lru_cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from resolvers.blanks import ANY_READER, blank
from resolvers.database import database
from resolvers.derived_keys import derived_key
from resolvers.errors import PeerscoreError
from resolvers.kept_handles import NONE_KEPT, KeptHandles, MakeHandle
from resolvers.sealed_numbers import SEALED_LENGTH, NotSealedHere, Seal
from resolvers.sql import fetch_rows
from resolvers.viewers import Role, Viewer

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

    from tortoise.backends.base.client import BaseDBAsyncClient

MODERATORS = "moderators"
"""All moderators are one reader, so that they can talk of the same physician."""

HANDLE_BYTES = 5
"""40 bits, eight letters: among 100,000 physicians any two are alike with a probability of 0.5 %."""

HANDLE_KEY_BYTES = 32
"""As long as the digest of HMAC-SHA-256 (RFC 2104, section 3)."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
"""Ten bits in base 32 (RFC 4648): a quarter of a handle."""

TOKEN_LENGTH = SEALED_LENGTH
"""Characters of a token."""


_SECRETS: "WeakKeyDictionary[BaseDBAsyncClient, bytes]" = WeakKeyDictionary()
"""Those that have been read, by the database that they were read from."""


class ForeignToken(PeerscoreError):
    """A token that was not made for this reader, or not by this installation."""

    def __init__(self) -> None:
        super().__init__("This is not the id of a physician.")


class _Handles:
    """Makes handles: HMAC-SHA-256 (RFC 2104) that has taken in its key, and what messages begin with, once for all.

    Args:
        inner: has taken in the key of the inner hash, and the beginning.
        outer: has taken in the key of the outer hash.
    """

    def __init__(self, inner: "HASH", outer: "HASH") -> None:
        self._inner = inner
        self._outer = outer

    @classmethod
    def keyed(cls, key: bytes) -> "_Handles":
        """Those whose messages have no common beginning."""
        block = key.ljust(sha256().block_size, b"\0")
        return cls(sha256(bytes(byte ^ 0x36 for byte in block)), sha256(bytes(byte ^ 0x5C for byte in block)))

    def after(self, beginning: bytes) -> "_Handles":
        """Those whose messages begin like this."""
        inner = self._inner.copy()
        inner.update(beginning)
        return _Handles(inner, self._outer)

    def of(self, physician_id: int) -> str:
        """The handle for a message that ends with a physician's primary key."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(b"%d" % physician_id)
        outer.update(inner.digest())
        bits = int.from_bytes(outer.digest()[:HANDLE_BYTES])
        first_half = f"{_PAIRS[bits >> 30]}{_PAIRS[bits >> 20 & 1023]}"
        return f"Physician {first_half}-{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"


class _Keys(NamedTuple):
    handles: _Handles
    tokens: Seal


def reader_of(viewer: Viewer) -> str | None:
    """As which reader somebody knows physicians; None: as none, because nobody can tell who they are."""
    if viewer.role is Role.MODERATOR:
        return MODERATORS
    if viewer.is_anybody:
        return ANY_READER
    if viewer.physician_id is not None:
        return f"physician:{viewer.physician_id}"
    return None if viewer.account_id is None else f"account:{viewer.account_id}"


def handle_of(physician_id: int, reader: str, secret: bytes) -> str:
    """A name that says nothing, such as `Physician K7QD-2M4X`: the same whenever this reader sees this physician.

    The first 40 bits of HMAC-SHA-256 over the reader and the physician's number, in base 32.

    Args:
        physician_id: the physician's primary key.
        reader: who reads.
        secret: the installation's pseudonym key.
    """
    return _keys(secret).handles.after(f"{reader} ".encode()).of(physician_id)


def token_of(physician_id: int, reader: str, secret: bytes) -> str:
    """The physician's number, encrypted for one reader: always the same text for the same three arguments.

    It is sealed together with the reader, so that nobody else can use it.
    """
    return _keys(secret).tokens.seal(physician_id, reader.encode())


def physician_of(token: str, reader: str, secret: bytes) -> int:
    """The primary key behind a token.

    Raises:
        ForeignToken: `token_of` did not make it for this reader with this key.
    """
    try:
        return _keys(secret).tokens.open(token, reader.encode())
    except NotSealedHere as error:
        raise ForeignToken from error


class Pseudonyms:
    """The names by which one reader knows physicians; blanks for `ANY_READER`.

    Args:
        reader: who reads.
        secret: the installation's pseudonym key.
        kept: where handles are kept that have been made.
    """

    def __init__(self, reader: str, secret: bytes, kept: KeptHandles = NONE_KEPT) -> None:
        self._reader = reader
        self._secret = secret
        self.handle: MakeHandle = (
            partial(blank, "handle")
            if reader == ANY_READER
            else kept.seen_by((reader, secret), _keys(secret).handles.after(f"{reader} ".encode()).of)
        )
        """A physician's name, as `handle_of` makes it."""

    def token(self, physician_id: int) -> str:
        """A physician's number, as `token_of` seals it."""
        if self._reader == ANY_READER:
            return blank("id", physician_id)
        return token_of(physician_id, self._reader, self._secret)


async def pseudonyms_for(reader: str, kept: KeptHandles = NONE_KEPT) -> Pseudonyms:
    """The names by which a reader knows physicians of this installation; blanks for `ANY_READER`."""
    return Pseudonyms(reader, await read_pseudonym_key(), kept)


async def read_pseudonym_key() -> bytes:
    """The secret that this installation's pseudonyms come from. It never changes, so each connection reads it once."""
    connection = database()
    found = _SECRETS.get(connection)
    if found is None:
        [(secret,)] = await fetch_rows("SELECT pseudonym_key FROM installation WHERE id = 1")
        found = _SECRETS[connection] = bytes(secret)
    return found


@lru_cache(maxsize=1)
def _keys(secret: bytes) -> _Keys:
    """The keys for the two purposes; derived once, since a page of ratings needs them hundreds of times."""
    return _Keys(
        _Handles.keyed(derived_key(secret, b"physicians' handles", HANDLE_KEY_BYTES)),
        Seal(secret, b"physicians' ids"),
    )
