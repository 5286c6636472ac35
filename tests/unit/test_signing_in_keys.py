"""Where an issuer's keys come from, how long they are kept, and what happens when they cannot be had."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from structlog.testing import capture_logs

from graph.signing_in import fetching
from graph.signing_in.fetching import KeysUnavailable, key_source
from graph.signing_in.keys import IssuerKeys, usable_keys
from graph.signing_in.refusals import SignInUnavailable
from tests.issuers import Issuer, public_jwk, rsa_key, running_issuer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIVE_MINUTES, TEN_SECONDS = timedelta(minutes=5), timedelta(seconds=10)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa_key()


@pytest.fixture
def issuer(key: rsa.RSAPrivateKey) -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.keys = [public_jwk(key, "first")]
        yield issuer


def keys_of(issuer: Issuer) -> IssuerKeys:
    return IssuerKeys(key_source(issuer.address, f"{issuer.address}/keys"))


async def test_keys_are_asked_for_once_and_kept(issuer: Issuer) -> None:
    keys = keys_of(issuer)

    for seconds in (0, 1, 60, 299):
        assert await keys.signing("first", "RS256", NOW + timedelta(seconds=seconds)) is not None

    assert issuer.asked == ["/keys"]


async def test_a_key_that_the_issuer_has_added_is_found_at_once(issuer: Issuer, key: rsa.RSAPrivateKey) -> None:
    keys = keys_of(issuer)
    await keys.signing("first", "RS256", NOW)
    issuer.keys.append(public_jwk(key, "second"))

    assert await keys.signing("second", "RS256", NOW + TEN_SECONDS) is not None
    assert issuer.asked == ["/keys"] * 2


async def test_a_key_that_the_issuer_has_removed_is_refused_after_five_minutes(
    issuer: Issuer, key: rsa.RSAPrivateKey
) -> None:
    keys = keys_of(issuer)
    await keys.signing("first", "RS256", NOW)
    issuer.keys = [public_jwk(key, "second")]

    assert await keys.signing("first", "RS256", NOW + FIVE_MINUTES - timedelta(seconds=1)) is not None
    assert await keys.signing("first", "RS256", NOW + FIVE_MINUTES) is None


async def test_unknown_names_do_not_make_the_server_ask_more_often_than_every_ten_seconds(issuer: Issuer) -> None:
    keys = keys_of(issuer)
    for second in range(21):
        assert await keys.signing(f"unknown {second}", "RS256", NOW + timedelta(seconds=second)) is None

    assert issuer.asked == ["/keys"] * 3


async def test_the_issuer_is_asked_once_for_all_who_wait() -> None:
    begun, go_on, calls = threading.Event(), threading.Event(), []

    def fetch() -> list[dict[str, Any]]:
        calls.append(1)
        begun.set()
        go_on.wait()
        return []

    keys = IssuerKeys(fetch)
    waiting = [asyncio.create_task(keys.signing("first", "RS256", NOW)) for _ in range(20)]
    # The loop goes on while a thread waits for the issuer.
    await asyncio.to_thread(begun.wait)
    waiting[0].cancel()
    go_on.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [None] * 19
    assert calls == [1]


async def test_keys_are_kept_when_the_issuer_fails_and_that_is_logged(issuer: Issuer) -> None:
    keys = keys_of(issuer)
    await keys.signing("first", "RS256", NOW)
    issuer.status = 500

    with capture_logs() as lines:
        later = [NOW + FIVE_MINUTES + timedelta(seconds=seconds) for seconds in (0, 1, 9, 10)]
        found = [await keys.signing("first", "RS256", at) for at in later]

    assert None not in found
    assert [(line["event"], line["log_level"], line["kept"]) for line in lines] == [
        ("the issuer's keys cannot be had", "error", True)
    ] * 2
    assert issuer.asked == ["/keys"] * 3


async def test_without_keys_it_is_tried_again_after_ten_seconds(issuer: Issuer) -> None:
    keys = keys_of(issuer)
    issuer.status = 500
    with pytest.raises(SignInUnavailable):
        await keys.signing("first", "RS256", NOW)
    issuer.status = 200

    with pytest.raises(SignInUnavailable):
        await keys.signing("first", "RS256", NOW + timedelta(seconds=9))
    assert await keys.signing("first", "RS256", NOW + TEN_SECONDS) is not None


async def test_a_token_that_names_no_key_needs_an_issuer_with_a_single_one(
    issuer: Issuer, key: rsa.RSAPrivateKey
) -> None:
    elliptic = public_jwk(ec.generate_private_key(ec.SECP256R1()), "other")
    issuer.keys = [public_jwk(key, None), elliptic]
    assert await keys_of(issuer).signing(None, "RS256", NOW) is not None
    assert await keys_of(issuer).signing(None, "ES256", NOW) is not None

    issuer.keys = [public_jwk(key, "first"), public_jwk(key, "second")]
    assert await keys_of(issuer).signing(None, "RS256", NOW) is None


def test_keys_by_which_no_token_can_be_checked_are_left_out(key: rsa.RSAPrivateKey) -> None:
    good = public_jwk(key, "good")
    weak = public_jwk(rsa_key(1024), "weak")
    others: list[dict[str, Any]] = [
        {},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        {**good, "use": "enc"},
        {**good, "key_ops": ["encrypt"]},
        {**good, "alg": "RSA-OAEP"},
        {**good, "alg": "HS256"},
        {**good, "alg": "none"},
        {**good, "n": "not a number"},
        {**good, "kty": ["RSA"]},
        {**good, "crv": 7},
        {**good, "key_ops": "verify"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        weak,
    ]

    assert [found.name for found in usable_keys([*others, good])] == ["good"]


def test_a_private_key_that_was_published_by_mistake_is_not_used() -> None:
    from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415 - only here

    assert usable_keys([{**RSAAlgorithm.to_jwk(rsa_key(), as_dict=True), "kid": "private"}]) == ()


def test_the_key_of_rfc_7517_is_read() -> None:
    """RFC 7517, appendix A.1, its elliptic key; "use" is "enc" there, which is for encryption."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "use": "enc",
        "kid": "1",
    }

    assert usable_keys([jwk]) == ()
    (found,) = usable_keys([{**jwk, "use": "sig"}])
    assert (found.name, found.algorithms) == ("1", ("ES256",))


def test_keys_come_from_a_file(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [public_jwk(key, "first"), "no key"]}))

    assert [jwk["kid"] for jwk in key_source("https://issuer.example", str(file))()] == ["first"]


def test_keys_come_from_where_the_issuer_s_own_document_says(issuer: Issuer) -> None:
    assert [jwk["kid"] for jwk in key_source(issuer.address, "")()] == ["first"]
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_an_issuer_whose_address_ends_in_a_slash_is_found(issuer: Issuer) -> None:
    issuer.discovery = {**issuer.discovery, "issuer": f"{issuer.address}/"}

    assert [jwk["kid"] for jwk in key_source(f"{issuer.address}/", "")()] == ["first"]


@pytest.mark.parametrize(
    ("discovery", "reason"),
    [
        ({"issuer": "https://elsewhere.example", "jwks_uri": "http://127.0.0.1/keys"}, "describes another issuer"),
        ({"jwks_uri": "http://127.0.0.1/keys"}, "describes another issuer"),
        ({"issuer": None}, "names no address of keys"),
        ({"issuer": None, "jwks_uri": "file:///etc/passwd"}, "names no address of keys"),
        ({"issuer": None, "jwks_uri": 7}, "names no address of keys"),
        ([], "is no JSON object"),
        (b"<html>", "is no JSON"),
        (None, "cannot be read: HTTP Error 404"),
    ],
)
def test_a_document_that_is_wrong_gives_no_keys(issuer: Issuer, discovery: Any, reason: str) -> None:  # noqa: ANN401 - any JSON
    if isinstance(discovery, dict) and discovery.get("issuer", "") is None:
        discovery = {**discovery, "issuer": issuer.address}
    issuer.discovery = discovery

    with pytest.raises(KeysUnavailable, match=reason):
        key_source(issuer.address, "")()


def test_an_issuer_that_is_no_web_address_needs_its_keys_named() -> None:
    with pytest.raises(KeysUnavailable, match="is no address that begins with https:// or http://"):
        key_source("our-issuer", "")()


def test_an_answer_without_an_end_is_given_up(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100)

    with pytest.raises(KeysUnavailable, match="sends too much, or too slowly"):
        key_source(issuer.address, f"{issuer.address}/keys")()


def test_an_issuer_that_does_not_answer_gives_no_keys() -> None:
    with running_issuer() as gone:
        address = f"{gone.address}/keys"

    with pytest.raises(KeysUnavailable, match="cannot be read"):
        key_source(gone.address, address)()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": 7}'])
def test_a_file_that_holds_no_keys_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)

    with pytest.raises(KeysUnavailable, match=r"keys\.json"):
        key_source("https://issuer.example", str(file))()
