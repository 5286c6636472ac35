"""Cursors of the feed lead back to their positions, tell nothing about them, and nothing else passes for one."""

import base64
import hmac
from hashlib import sha256
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from graph.feed.cursors import FeedCursors, ForeignCursor
from resolvers.pseudonyms import token_of

SECRET = bytes(range(32))
CURSORS = FeedCursors(SECRET)
OTHERS = FeedCursors(bytes(32))

positions = st.integers(0, 2**63 - 1)


@given(positions)
def test_a_cursor_leads_back_to_its_position(position: int) -> None:
    cursor = CURSORS.of(position)
    assert len(cursor) == 32
    assert CURSORS.position(cursor) == position


@given(positions)
def test_every_process_makes_the_same_cursors(position: int) -> None:
    assert FeedCursors(bytes(range(32))).of(position) == CURSORS.of(position)


@given(positions)
def test_a_cursor_of_another_installation_is_refused(position: int) -> None:
    with pytest.raises(ForeignCursor):
        CURSORS.position(OTHERS.of(position))


@given(positions, st.integers(0, 23), st.integers(1, 255))
def test_an_altered_cursor_is_refused(position: int, place: int, change: int) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(CURSORS.of(position)))
    sealed[place] ^= change
    with pytest.raises(ForeignCursor):
        CURSORS.position(base64.urlsafe_b64encode(sealed).decode())


@given(st.text())
@pytest.mark.parametrize("length", [None, 32])
def test_any_other_text_is_refused(length: int | None, text: str) -> None:
    with pytest.raises(ForeignCursor):
        CURSORS.position(text if length is None else text[:length].ljust(length, "A"))


@given(st.integers(1, 2**31 - 1))
def test_the_id_of_a_physician_is_no_cursor(physician: int) -> None:
    """Both are numbers under the same secret."""
    with pytest.raises(ForeignCursor):
        CURSORS.position(token_of(physician, "moderators", SECRET))


def test_a_cursor_is_what_it_is_said_to_be() -> None:
    """Reckoned from AES-SIV alone, and from HKDF with SHA-256 step by step as RFC 5869 has it."""
    extracted = hmac.digest(bytes(32), SECRET, sha256)
    first = hmac.digest(extracted, b"positions of the feed\x01", sha256)
    second = hmac.digest(extracted, first + b"positions of the feed\x02", sha256)
    sealed = AESSIV(first + second).encrypt(b"\0\0\0\0\0\0\x01\x2c", [])
    assert CURSORS.of(300) == base64.urlsafe_b64encode(sealed).decode()


def test_cursors_do_not_tell_how_many_events_lie_between() -> None:
    """Neighbours have as little in common as any two texts in base 64: one character in 64, by chance."""
    cursors = [CURSORS.of(position) for position in range(1_001)]
    same = sum(one == other for first, second in pairwise(cursors) for one, other in zip(first, second, strict=True))
    # 32,000 comparisons: 500 expected, with a standard deviation of 22.
    assert 390 < same < 610
    assert len(set(cursors)) == 1_001
