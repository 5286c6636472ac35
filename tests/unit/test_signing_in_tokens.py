"""Which tokens are accepted, and which are refused: the attacks that are known, and every claim that can be wrong."""

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from graph.settings import InvalidSettings, Settings
from graph.signing_in.claims import Claims, claims_of, roles_in
from graph.signing_in.development import development_token
from graph.signing_in.refusals import InvalidToken, SignInRefused, SignInUnavailable, TokenExpired
from graph.signing_in.tokens import Tokens
from tests.issuers import Issuer, PrivateKey, public_jwk, rsa_key, running_issuer
from tests.signing import SIGNING, TOKEN_SECRET, token

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def first() -> rsa.RSAPrivateKey:
    return rsa_key()


@pytest.fixture(scope="module")
def second() -> rsa.RSAPrivateKey:
    return rsa_key()


@pytest.fixture
def issuer(first: rsa.RSAPrivateKey) -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.keys = [public_jwk(first, "first", use="sig", alg="RS256")]
        yield issuer


def tokens_of(issuer: Issuer, **more: str) -> Tokens:
    settings: dict[str, Any] = {"issuer": issuer.address, **more}
    return Tokens(Settings(**settings))


async def refusal(tokens: Tokens, text: str, now: datetime = NOW) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        await tokens.claims(text, now)
    # A refusal never repeats what was sent, nor a part of it.
    assert not any(len(part) > 1 and part in str(caught.value) for part in text.split("."))
    return caught.value


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(header: object, payload: object, signature: bytes = b"") -> str:
    parts = [json.dumps(part).encode() for part in (header, payload)]
    return ".".join(map(base64url, [*parts, signature]))


async def test_a_token_of_the_issuer_is_accepted(issuer: Issuer, first: rsa.RSAPrivateKey) -> None:
    sent = issuer.token(first, "RS256", exp=int(NOW.timestamp()) + 60, roles=["moderator", "editor"])

    claims = await tokens_of(issuer).claims(sent, NOW)

    assert claims == Claims("alice", frozenset({"moderator", "editor"}), NOW + timedelta(seconds=90), None)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        *((rsa_key(), algorithm) for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (ec.generate_private_key(ec.SECP384R1()), "ES384"),
        (ec.generate_private_key(ec.SECP521R1()), "ES512"),
        (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_every_asymmetric_algorithm_in_use_is_accepted(issuer: Issuer, key: PrivateKey, algorithm: str) -> None:
    issuer.keys = [public_jwk(key, "first")]

    assert (await tokens_of(issuer).claims(issuer.token(key, algorithm), NOW)).subject == "alice"


async def test_a_token_signed_by_somebody_else_is_refused(issuer: Issuer, second: rsa.RSAPrivateKey) -> None:
    assert (await refusal(tokens_of(issuer), issuer.token(second, "RS256"))).code == "INVALID_TOKEN"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, 5, ["RS256"], "HS256", "RS257"])
async def test_a_token_without_a_signature_is_refused_whatever_it_calls_that(issuer: Issuer, algorithm: object) -> None:
    payload = {"iss": issuer.address, "aud": "peerscore", "sub": "alice", "exp": 4_000_000_000}
    for tokens in (tokens_of(issuer), Tokens(Settings(**SIGNING)), tokens_of(issuer, token_secret=TOKEN_SECRET)):
        refused = await refusal(tokens, unsigned({"alg": algorithm, "kid": "first"}, payload))
        assert refused.code == "INVALID_TOKEN"


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("secret", ["", TOKEN_SECRET])
async def test_a_public_key_is_never_taken_for_a_secret(
    issuer: Issuer, first: rsa.RSAPrivateKey, form: PublicFormat, encoding: Encoding, secret: str
) -> None:
    """The attack of RFC 8725, section 2.1: HS256 with the issuer's public key, which everybody has, as the secret."""
    public = first.public_key().public_bytes(encoding, form)
    signed = unsigned(
        {"alg": "HS256", "kid": "first"}, {"iss": issuer.address, "aud": "peerscore", "sub": "a", "exp": 4_000_000_000}
    ).removesuffix(".")
    signature = hmac.new(public, signed.encode(), hashlib.sha256).digest()

    refused = await refusal(tokens_of(issuer, token_secret=secret), f"{signed}.{base64url(signature)}")

    assert refused.code == "INVALID_TOKEN"


async def test_a_key_in_the_token_itself_counts_for_nothing(issuer: Issuer, second: rsa.RSAPrivateKey) -> None:
    own = {"jwk": public_jwk(second, "first"), "jku": "http://127.0.0.1:9/keys", "kid": "first"}
    sent = jwt.encode(
        {"iss": issuer.address, "aud": "peerscore", "sub": "a", "exp": 4_000_000_000}, second, "RS256", own
    )

    assert (await refusal(tokens_of(issuer), sent)).code == "INVALID_TOKEN"
    assert set(issuer.asked) == {"/.well-known/openid-configuration", "/keys"}


async def test_an_algorithm_other_than_the_key_s_own_is_refused(issuer: Issuer, first: rsa.RSAPrivateKey) -> None:
    assert (await refusal(tokens_of(issuer), issuer.token(first, "PS256"))).code == "INVALID_TOKEN"


async def test_a_signature_of_another_curve_is_refused(issuer: Issuer) -> None:
    issuer.keys = [public_jwk(ec.generate_private_key(ec.SECP256R1()), "first")]
    forged = issuer.token(ec.generate_private_key(ec.SECP384R1()), "ES384")

    assert (await refusal(tokens_of(issuer), forged)).code == "INVALID_TOKEN"


async def test_an_ecdsa_signature_of_zeros_is_refused(issuer: Issuer) -> None:
    """CVE-2022-21449: r = s = 0 verified anything in some Java versions."""
    issuer.keys = [public_jwk(ec.generate_private_key(ec.SECP256R1()), "first")]
    payload = {"iss": issuer.address, "aud": "peerscore", "sub": "a", "exp": 4_000_000_000}

    refused = await refusal(tokens_of(issuer), unsigned({"alg": "ES256", "kid": "first"}, payload, bytes(64)))

    assert refused.code == "INVALID_TOKEN"


async def test_an_extension_that_must_be_understood_and_is_not_refuses_the_token(
    issuer: Issuer, first: rsa.RSAPrivateKey
) -> None:
    payload = {"iss": issuer.address, "aud": "peerscore", "sub": "a", "exp": 4_000_000_000}
    sent = jwt.encode(payload, first, "RS256", {"kid": "first", "crit": ["unheard-of"], "unheard-of": True})

    assert (await refusal(tokens_of(issuer), sent)).code == "INVALID_TOKEN"


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_token_with_one_changed_character_is_refused(issuer: Issuer, first: rsa.RSAPrivateKey, at: int) -> None:
    parts = issuer.token(first, "RS256").split(".")
    middle = len(parts[at]) // 2
    parts[at] = parts[at][:middle] + ("A" if parts[at][middle] != "A" else "B") + parts[at][middle + 1 :]

    assert (await refusal(tokens_of(issuer), ".".join(parts))).code == "INVALID_TOKEN"


@pytest.mark.parametrize("garbage", ["x", "a.b", "a.b.c", "....", "a.b.c.d.e", "e30.e30.e30", "W10.W10.W10", "=.=.="])
async def test_garbage_is_refused(issuer: Issuer, garbage: str) -> None:
    assert (await refusal(tokens_of(issuer), garbage)).code == "INVALID_TOKEN"


async def test_the_example_of_rfc_7515_is_for_others_however_well_it_is_signed() -> None:
    """RFC 7515, appendix A.1, with its key, which is published: the token is right but for issuer and audience."""
    sent = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    secret = base64.urlsafe_b64decode(key + "==")

    # The signature is right: the library accepts the example under its key.
    assert jwt.decode(sent, secret, ["HS256"], options={"verify_exp": False})["iss"] == "joe"
    refused = await refusal(Tokens(Settings(**SIGNING)), sent)
    assert (refused.code, str(refused)) == (
        "INVALID_TOKEN",
        "The token is not signed by a key and an algorithm that this server accepts.",
    )


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"iss": "https://elsewhere.example"}, "The token is from another issuer than this server accepts."),
        ({"iss": None}, "The token is from another issuer than this server accepts."),
        ({"aud": "another"}, "The token is for another audience than this server."),
        ({"aud": ["one", "two"]}, "The token is for another audience than this server."),
        ({"aud": None}, "The token is for another audience than this server."),
        ({"sub": None}, "The token does not say whose it is (`sub`)."),
        ({"sub": ""}, "The token does not say whose it is (`sub`)."),
        ({"exp": None}, "The token does not say a time in `exp`."),
        ({"nbf": int(NOW.timestamp()) + 31}, "The token is not valid yet."),
    ],
)
async def test_a_claim_that_is_wrong_or_missing_refuses_the_token(
    issuer: Issuer, first: rsa.RSAPrivateKey, claims: dict[str, Any], message: str
) -> None:
    refused = await refusal(tokens_of(issuer), issuer.token(first, "RS256", **claims))

    assert (refused.code, str(refused)) == ("INVALID_TOKEN", message)


@pytest.mark.parametrize("exp", ["4000000000", True, math.inf, math.nan, -1, [4_000_000_000]])
def test_a_time_that_is_none_refuses_the_token(exp: object) -> None:
    with pytest.raises(InvalidToken, match="a time in `exp`"):
        claims_of({"iss": "i", "aud": "a", "sub": "s", "exp": exp}, "i", "a", "roles")


@pytest.mark.parametrize("subject", [7, ["s"], {"s": 1}, "\ud800"])
def test_a_subject_that_is_no_text_refuses_the_token(subject: object) -> None:
    with pytest.raises(InvalidToken, match="whose it is"):
        claims_of({"iss": "i", "aud": "a", "sub": subject, "exp": 4_000_000_000}, "i", "a", "roles")


def test_a_time_beyond_the_calendar_is_the_far_future() -> None:
    claims = claims_of({"iss": "i", "aud": ["b", "a"], "sub": "s", "exp": 1e300}, "i", "a", "roles")

    assert claims.refused_from.year == 9000


async def test_clocks_may_differ_by_thirty_seconds(issuer: Issuer, first: rsa.RSAPrivateKey) -> None:
    tokens = tokens_of(issuer)
    just_over = issuer.token(first, "RS256", exp=int(NOW.timestamp()) - 29)
    too_late = issuer.token(first, "RS256", exp=int(NOW.timestamp()) - 30)
    not_quite_begun = issuer.token(first, "RS256", nbf=int(NOW.timestamp()) + 30)

    assert (await tokens.claims(just_over, NOW)).subject == "alice"
    assert (await tokens.claims(not_quite_begun, NOW)).subject == "alice"
    assert isinstance(await refusal(tokens, too_late), TokenExpired)


async def test_an_expired_token_with_a_wrong_signature_is_not_said_to_have_been_good(
    issuer: Issuer, second: rsa.RSAPrivateKey
) -> None:
    assert (await refusal(tokens_of(issuer), issuer.token(second, "RS256", exp=1))).code == "INVALID_TOKEN"


async def test_tokens_for_development_are_accepted_with_the_secret_and_only_then(issuer: Issuer) -> None:
    sent = token("alice", moderator=True)

    assert (await Tokens(Settings(**SIGNING)).claims(sent, NOW)).roles == {"moderator"}
    other = Settings(token_secret=TOKEN_SECRET.upper())
    assert (await refusal(Tokens(other), sent)).code == "INVALID_TOKEN"
    assert (await refusal(tokens_of(issuer), sent)).code == "INVALID_TOKEN"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
async def test_a_secret_is_used_with_its_one_algorithm(algorithm: str) -> None:
    payload = {"iss": "peerscore", "aud": "peerscore", "sub": "a", "exp": 4_000_000_000}
    sent = jwt.encode(payload, TOKEN_SECRET.ljust(64), algorithm)

    settings = Settings(token_secret=TOKEN_SECRET.ljust(64))
    assert (await refusal(Tokens(settings), sent)).code == "INVALID_TOKEN"


async def test_with_an_issuer_and_a_secret_tokens_for_development_are_the_issuer_s(
    issuer: Issuer, first: rsa.RSAPrivateKey
) -> None:
    settings = Settings(issuer=issuer.address, token_secret=TOKEN_SECRET)
    tokens = Tokens(settings)
    sent = development_token(settings, "alice", NOW + timedelta(hours=1))

    assert (await tokens.claims(sent, NOW)).subject == "alice"
    assert (await tokens.claims(issuer.token(first, "RS256"), NOW)).subject == "alice"
    assert (await refusal(tokens, token("alice"))).code == "INVALID_TOKEN"


async def test_without_an_issuer_and_a_secret_no_token_is_accepted() -> None:
    refused = await refusal(Tokens(Settings()), token("alice"))

    assert str(refused) == "This server accepts no tokens: it knows no issuer and no token secret."


def test_keys_without_an_issuer_are_a_mistake_in_the_settings() -> None:
    with pytest.raises(InvalidSettings, match="PEERSCORE_JWKS needs PEERSCORE_ISSUER"):
        Tokens(Settings(jwks="keys.json"))


async def test_without_any_keys_it_is_said_that_tokens_cannot_be_checked(
    issuer: Issuer, first: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    tokens = Tokens(Settings(issuer=issuer.address, jwks=str(tmp_path / "missing.json")))

    refused = await refusal(tokens, issuer.token(first, "RS256"))

    assert isinstance(refused, SignInUnavailable)
    assert (refused.status, refused.code) == (503, "SIGN_IN_UNAVAILABLE")


@pytest.mark.parametrize(
    ("claim", "payload", "roles"),
    [
        ("roles", {"roles": ["moderator"]}, {"moderator"}),
        ("roles", {"roles": "editor moderator"}, {"editor", "moderator"}),
        ("realm_access.roles", {"realm_access": {"roles": ["moderator"]}}, {"moderator"}),
        ("resource_access.peerscore.roles", {"resource_access": {"peerscore": {"roles": ["a"]}}}, {"a"}),
        ("https://peerscore.example/roles", {"https://peerscore.example/roles": ["moderator"]}, {"moderator"}),
        ("roles", {}, set()),
        ("roles", {"roles": {"moderator": True}}, set()),
        ("roles", {"roles": [7, "a", None]}, {"a"}),
        ("a.b.c", {"a": {"b": "moderator"}}, set()),
        ("a.b", {"a": ["b"]}, set()),
    ],
)
def test_roles_are_found_where_the_settings_say(claim: str, payload: dict[str, Any], roles: set[str]) -> None:
    assert roles_in(payload, claim) == roles


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["roles", "a", "b"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "roles"]), JSON))
def test_whatever_a_token_says_it_is_accepted_or_refused(payload: dict[str, Any]) -> None:
    try:
        claims = claims_of({"iss": "i", "aud": "a", **payload}, "i", "a", "roles")
        claims.check_time(NOW)
    except (InvalidToken, TokenExpired):
        return
    assert claims.subject == payload["sub"]
    assert claims.refused_from > NOW
