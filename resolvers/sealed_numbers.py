"""Whole numbers as text that tells nothing about them, and that nobody else can make."""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from resolvers.derived_keys import derived_key
from resolvers.errors import PeerscoreError

KEY_BYTES = 64
"""AES-256-SIV takes two keys of 32 bytes (RFC 5297, section 2.2)."""

PLAIN_BYTES = 8
"""Of a number before it is encrypted; with the 16 bytes that authenticate it, there are 24."""

SEALED_LENGTH = 32
"""Characters of a sealed number: 24 bytes in base 64."""


class NotSealedHere(PeerscoreError):
    """A text that was not made by this seal."""

    def __init__(self) -> None:
        super().__init__("This is not a sealed number of this installation.")


class Seal:
    """Encrypts numbers with AES-SIV (RFC 5297), which is made for encryption without a nonce.

    The same number is always the same text.

    Args:
        secret: of the installation.
        purpose: what the numbers are; no two kinds of numbers have the same.
    """

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        self._cipher = AESSIV(derived_key(secret, purpose, KEY_BYTES))

    def seal(self, number: int, *context: bytes) -> str:
        """A number as text of `SEALED_LENGTH` characters, for URLs as well.

        Args:
            number: from 0 to 2^64 - 1.
            context: what the number is sealed together with, such as for whom.
        """
        plain = number.to_bytes(PLAIN_BYTES, "big")
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, list(context))).decode()

    def open(self, text: str, *context: bytes) -> int:
        """The number in a text.

        Raises:
            NotSealedHere: `seal` did not make it, or with another context or another secret.
        """
        if len(text) != SEALED_LENGTH:
            raise NotSealedHere
        try:
            sealed = base64.b64decode(text, altchars=b"-_", validate=True)
            return int.from_bytes(self._cipher.decrypt(sealed, list(context)), "big")
        except (ValueError, InvalidTag) as error:
            raise NotSealedHere from error
