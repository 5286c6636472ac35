"""Pseudonyms: the same for the same reader, and nothing to anybody else."""

import base64
import hmac
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from resolvers.pseudonyms import TOKEN_LENGTH, ForeignToken, handle_of, physician_of, reader_of, token_of
from resolvers.references import BIGGEST_ID
from resolvers.viewers import ANONYMOUS, Role, Viewer
from tests.viewers import INTEGRATOR, MODERATOR, UNREGISTERED, pending, suspended, verified

SECRET = bytes(range(32))
OTHER_SECRET = bytes(32)

physicians = st.integers(1, BIGGEST_ID)
readers = st.sampled_from(["physician:1", "physician:12", "account:1", "moderators"])


def derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF with SHA-256 and without a salt, step by step as RFC 5869 has it."""
    extracted = hmac.digest(bytes(32), secret, sha256)
    first = hmac.digest(extracted, purpose + b"\x01", sha256)
    return (first + hmac.digest(extracted, first + purpose + b"\x02", sha256))[:length]


@given(physicians, readers)
def test_a_token_leads_back_for_its_reader(physician: int, reader: str) -> None:
    token = token_of(physician, reader, SECRET)
    assert len(token) == TOKEN_LENGTH
    assert token == token_of(physician, reader, SECRET)
    assert physician_of(token, reader, SECRET) == physician


@given(physicians, readers, readers)
def test_a_token_is_good_for_no_other_reader(physician: int, reader: str, other: str) -> None:
    token = token_of(physician, reader, SECRET)
    if reader != other:
        assert token != token_of(physician, other, SECRET)
        assert handle_of(physician, reader, SECRET) != handle_of(physician, other, SECRET)
        with pytest.raises(ForeignToken):
            physician_of(token, other, SECRET)
    with pytest.raises(ForeignToken):
        physician_of(token, reader, OTHER_SECRET)


@given(physicians, st.integers(0, 23), st.integers(1, 255))
def test_an_altered_token_is_refused(physician: int, place: int, change: int) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(token_of(physician, "moderators", SECRET)))
    sealed[place] ^= change
    with pytest.raises(ForeignToken):
        physician_of(base64.urlsafe_b64encode(sealed).decode(), "moderators", SECRET)


@pytest.mark.parametrize("text", ["", "A", "AAAA", "A" * TOKEN_LENGTH, "A" * 64, "é" * 32, "=" * 32, "*" * 32])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ForeignToken):
        physician_of(text, "moderators", SECRET)


def test_handles_and_tokens_are_what_they_are_said_to_be() -> None:
    """Reckoned from HMAC and AES-SIV alone."""
    digest = hmac.digest(derived(SECRET, b"physicians' handles", 32), b"physician:7 300", sha256)
    letters = base64.b32encode(digest)[:8].decode()
    assert handle_of(300, "physician:7", SECRET) == f"Physician {letters[:4]}-{letters[4:]}"

    cipher = AESSIV(derived(SECRET, b"physicians' ids", 64))
    sealed = cipher.encrypt(b"\0\0\0\0\0\0\x01\x2c", [b"physician:7"])
    assert token_of(300, "physician:7", SECRET) == base64.urlsafe_b64encode(sealed).decode()


def test_handles_of_many_physicians_differ() -> None:
    """Of 10,000 handles of 40 bits any two are alike with a probability of 1 in 22,000; these are not."""
    assert len({handle_of(number, "moderators", SECRET) for number in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("viewer", "reader"),
    [
        (ANONYMOUS, None),
        (INTEGRATOR, None),
        (UNREGISTERED, "account:2"),
        (pending(7), "physician:7"),
        (suspended(7), "physician:7"),
        (verified(7), "physician:7"),
        (MODERATOR, "moderators"),
        (Viewer(Role.MODERATOR, account_id=8, physician_id=7), "moderators"),
    ],
)
def test_who_reads(viewer: Viewer, reader: str | None) -> None:
    assert reader_of(viewer) == reader
