"""Keys for single purposes, derived from one secret."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived_key(secret: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF with SHA-256 and without a salt (RFC 5869): what one key gives away says nothing about another one.

    Args:
        secret: of the installation, 32 random bytes.
        purpose: what the key is for; no two purposes have the same.
        length: of the key, in bytes.
    """
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret)
