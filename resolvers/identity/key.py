"""The identity key: what people are recognised by and what their licence numbers are encrypted with."""

import base64
import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models import Installation
from resolvers.identity.errors import IdentityKeyFileUnusable, IdentityKeyMismatch, InvalidIdentityKey, SealBroken

KEY_BYTES = 32
"""Of the identity key, and of each key that is derived from it."""

NONCE_BYTES = 12
"""What AES-GCM takes (NIST SP 800-38D, section 8.2)."""

LENGTH_BYTES = 4
"""Before each part of what is hashed stands its length, so that no two lists of parts look alike."""

PADDED_TO = 32
"""Sealed texts are filled up to a multiple of so many bytes: a sealed number does not tell how long it is."""

PRIVATE_MODE = 0o600
"""Only the owner may read and write the file of the key."""


class IdentityKey:
    """Hashes people's subjects and licence numbers, and seals the numbers.

    Each use has a key of its own, derived by HKDF-SHA-256 (RFC 5869) from the 32 bytes given, so that what one of
    them gives away is of no use for another.
    """

    def __init__(self, secret: bytes) -> None:
        # These have taken in their keys, which is most of the work for a short text.
        self._subjects = hmac.new(_derived(secret, "subjects"), digestmod=sha256)
        self._numbers = hmac.new(_derived(secret, "licence numbers"), digestmod=sha256)
        self._cipher = AESGCM(_derived(secret, "sealed licence numbers"))
        self._fingerprint = _derived(secret, "fingerprint").hex()

    @classmethod
    def of_bytes(cls, secret: bytes) -> "IdentityKey":
        """From 32 random bytes.

        Raises:
            InvalidIdentityKey: there are more or fewer.
        """
        if len(secret) != KEY_BYTES:
            raise InvalidIdentityKey("What was given")
        return cls(secret)

    def subject_hash(self, issuer: str, subject: str) -> str:
        """By what somebody is recognised who signs in: 64 hexadecimal digits."""
        return _hash(self._subjects, issuer, subject)

    def number_hash(self, country: str, authority: str, number: str) -> str:
        """By what a licence is recognised: 64 hexadecimal digits. The parts are normalised already."""
        return _hash(self._numbers, country, authority, number)

    def seal(self, number: str, context: bytes) -> bytes:
        """Encrypt a number with AES-256-GCM.

        Args:
            number: a text without NUL characters.
            context: where it belongs; only together with the same context can it be opened again.

        Returns:
            The nonce, and what it was encrypted to.
        """
        content = number.encode()
        content += b"\0" * (-len(content) % PADDED_TO)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, context)

    def unseal(self, sealed: bytes, context: bytes) -> str:
        """What was sealed.

        Raises:
            SealBroken: it was changed, belongs elsewhere, or was sealed with another key.
        """
        try:
            content = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise SealBroken from None
        return content.rstrip(b"\0").decode()

    def fingerprint(self) -> str:
        """Tells this key from others without giving anything of it away: 64 hexadecimal digits."""
        return self._fingerprint


def open_identity_key(configured: str, file: Path) -> IdentityKey:
    """The identity key of this installation.

    Args:
        configured: the key in base64, or nothing if the file holds it.
        file: is read, or made with a new random key if there is none. Of several processes that want to make it, one
            does, and the others read that one's.

    Raises:
        InvalidIdentityKey: what is configured, or in the file, is not 32 bytes in base64.
        IdentityKeyFileUnusable: the file can neither be read nor made.
    """
    if configured:
        return _decoded(configured, "The identity key of the settings")
    try:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            _make(file)
            content = file.read_bytes()
    except OSError as error:
        raise IdentityKeyFileUnusable(file, error.strerror or str(error)) from error
    return _decoded(content, str(file))


async def check_identity_key(key: IdentityKey) -> None:
    """See that the open database belongs to this key; the first key that is ever checked is the one.

    Raises:
        IdentityKeyMismatch: it belongs to another.
    """
    fingerprint = key.fingerprint()
    installation = Installation.filter(id=1)
    if not await installation.filter(identity_fingerprint__isnull=False).exists():
        # Of several processes that come here at once one sets it; the others find it set.
        await installation.filter(identity_fingerprint__isnull=True).update(identity_fingerprint=fingerprint)
    if not await installation.filter(identity_fingerprint=fingerprint).exists():
        raise IdentityKeyMismatch


def _derived(secret: bytes, label: str) -> bytes:
    # No salt: the secret is uniformly random already (RFC 5869, section 3.1).
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"peerscore identity: {label}".encode()).derive(secret)


def _hash(keyed: hmac.HMAC, *parts: str) -> str:
    hashing = keyed.copy()
    for part in map(str.encode, parts):
        hashing.update(len(part).to_bytes(LENGTH_BYTES) + part)
    return hashing.hexdigest()


def _decoded(text: str | bytes, place: str) -> IdentityKey:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise InvalidIdentityKey(place) from None
    if len(secret) != KEY_BYTES:
        raise InvalidIdentityKey(place)
    return IdentityKey(secret)


def _make(file: Path) -> None:
    """Write a new key to a file of another name first, so that nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    content = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        # Unlike renaming, this leaves a file alone that another process has made meanwhile.
        with suppress(FileExistsError):
            os.link(unfinished, file)
    finally:
        unfinished.unlink()
