"""The identity key: what it recognises people by, what it seals, and where it is kept."""

import asyncio
import base64
import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Installation
from resolvers.identity.errors import IdentityKeyFileUnusable, IdentityKeyMismatch, InvalidIdentityKey, SealBroken
from resolvers.identity.key import IdentityKey, check_identity_key, open_identity_key

SECRET = bytes(range(32))
KEY = IdentityKey.of_bytes(SECRET)
OTHER = IdentityKey.of_bytes(bytes(32))

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)


def hkdf(secret: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 without salt, 32 bytes, written down from RFC 5869, sections 2.2 and 2.3."""
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def test_hashes_are_hmacs_with_keys_of_their_own_over_parts_and_their_lengths() -> None:
    subjects = hkdf(SECRET, b"peerscore identity: subjects")
    numbers = hkdf(SECRET, b"peerscore identity: licence numbers")

    of_subject = hmac.new(subjects, b"\0\0\0\x05https\0\0\0\x03ann", hashlib.sha256).hexdigest()
    of_number = hmac.new(numbers, b"\0\0\0\x02DE\0\0\0\x02\xc3\xa4\0\0\0\x0212", hashlib.sha256).hexdigest()

    assert KEY.subject_hash("https", "ann") == of_subject
    assert KEY.number_hash("DE", "ä", "12") == of_number
    assert KEY.fingerprint() == hkdf(SECRET, b"peerscore identity: fingerprint").hex()


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_two_people_have_two_hashes(issuer: str, subject: str, other_issuer: str, other_subject: str) -> None:
    same = (issuer, subject) == (other_issuer, other_subject)

    assert (KEY.subject_hash(issuer, subject) == KEY.subject_hash(other_issuer, other_subject)) is same
    assert KEY.subject_hash(issuer, subject) != OTHER.subject_hash(issuer, subject)


@given(TEXTS)
def test_what_is_sealed_can_be_opened_in_its_place_only(number: str) -> None:
    sealed = KEY.seal(number, b"physician 1")

    assert KEY.unseal(sealed, b"physician 1") == number
    for key, content, context in (
        (KEY, sealed, b"physician 2"),
        (OTHER, sealed, b"physician 1"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"physician 1"),
        (KEY, sealed[:5], b"physician 1"),
        (KEY, b"", b"physician 1"),
    ):
        with pytest.raises(SealBroken):
            key.unseal(content, context)


def test_a_seal_tells_neither_the_number_nor_its_length_nor_that_two_are_equal() -> None:
    short, long, again = (KEY.seal(number, b"here") for number in ("123", "12345678901234567890", "123"))

    assert len(short) == len(long)
    assert short != again
    assert b"123" not in short


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_a_key_has_32_bytes(secret: bytes) -> None:
    with pytest.raises(InvalidIdentityKey):
        IdentityKey.of_bytes(secret)


def test_a_configured_key_is_taken_and_no_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "identity.key"

    opened = open_identity_key(base64.b64encode(SECRET).decode(), file)

    assert opened.fingerprint() == KEY.fingerprint()
    assert not file.exists()


def test_a_file_is_made_for_its_owner_alone_and_read_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "identity.key"

    first = open_identity_key("", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(base64.b64decode(file.read_bytes())) == 32
    assert open_identity_key("", file).fingerprint() == first.fingerprint()
    assert [found.name for found in file.parent.iterdir()] == ["identity.key"]


def test_processes_that_make_the_file_at_the_same_time_have_one_key(tmp_path: Path) -> None:
    for attempt in range(20):
        file = tmp_path / str(attempt) / "identity.key"
        with ThreadPoolExecutor(8) as threads:
            keys = list(threads.map(lambda _, file=file: open_identity_key("", file), range(8)))

        assert len({key.fingerprint() for key in keys}) == 1
        assert len(list(file.parent.iterdir())) == 1


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(bytes(31)).decode(), "ä" * 44])
def test_a_file_that_holds_no_key_is_named_and_left_alone(content: str, tmp_path: Path) -> None:
    file = tmp_path / "identity.key"
    file.write_text(content, "utf-8")

    with pytest.raises(InvalidIdentityKey) as raised:
        open_identity_key("", file)

    assert str(file) in str(raised.value)
    assert content == "" or content not in str(raised.value)
    assert file.read_text("utf-8") == content


def test_a_configured_text_that_is_no_key_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(InvalidIdentityKey) as raised:
        open_identity_key("c2VjcmV0", tmp_path / "identity.key")

    assert "c2VjcmV0" not in str(raised.value)


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(IdentityKeyFileUnusable) as raised:
        open_identity_key("", tmp_path)
    assert str(tmp_path) in str(raised.value)

    (tmp_path / "file").touch()
    with pytest.raises(IdentityKeyFileUnusable):
        open_identity_key("", tmp_path / "file" / "identity.key")


@pytest.mark.usefixtures("migrated")
async def test_a_database_belongs_to_the_key_that_came_first() -> None:
    await check_identity_key(KEY)
    await check_identity_key(KEY)

    with pytest.raises(IdentityKeyMismatch):
        await check_identity_key(OTHER)
    assert (await Installation.get(id=1)).identity_fingerprint == KEY.fingerprint()


@pytest.mark.usefixtures("migrated")
async def test_of_keys_that_come_at_the_same_time_one_is_taken() -> None:
    keys = [IdentityKey.of_bytes(bytes([number] * 32)) for number in range(8)]

    outcomes = await asyncio.gather(*(check_identity_key(key) for key in keys), return_exceptions=True)

    taken = (await Installation.get(id=1)).identity_fingerprint
    assert [outcome is None for outcome in outcomes] == [key.fingerprint() == taken for key in keys]
    assert outcomes.count(None) == 1
