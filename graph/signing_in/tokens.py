"""Checking tokens (RFC 7519): those of the issuer by its public keys, those for development by the secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import jwt
from jwt.exceptions import PyJWTError
from jwt.types import Options

from graph.settings import InvalidSettings, Settings
from graph.signing_in.claims import Claims, claims_of
from graph.signing_in.development import ALGORITHM, development_issuer
from graph.signing_in.fetching import key_source
from graph.signing_in.keys import IssuerKeys, PublicKey
from graph.signing_in.refusals import InvalidToken

UNREADABLE = "The token cannot be read: it is no signed JSON Web Token."

UNCHECKED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
"""What the library leaves to `claims_of`, whose clock can be set. It checks the signature."""

WRONGLY_SIGNED = "The token is not signed by a key and an algorithm that this server accepts."

REMEMBERED = 10_000
"""Tokens whose signatures need not be checked again, some 15 MB."""


class _Accepted(NamedTuple):
    """What is remembered of a token: its header, the key that it was signed with, and what it says."""

    header: Mapping[str, Any]
    key: str | PublicKey
    claims: Claims


class Tokens:
    """Tells whose a token is.

    Raises:
        InvalidSettings: keys are configured, but not whose.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.jwks and not settings.issuer:
            raise InvalidSettings(["PEERSCORE_JWKS needs PEERSCORE_ISSUER: whose keys they are, as tokens have it."])
        self.issuer = development_issuer(settings)
        self.audience = settings.audience
        self.roles_claim = settings.roles_claim
        self._secret = settings.token_secret.get_secret_value()
        # Only what was accepted once: anybody can send long tokens that are not.
        self._remembered: dict[str, _Accepted] = {}
        self._keys = IssuerKeys(key_source(settings.issuer, settings.jwks)) if settings.issuer else None

    @property
    def accepted(self) -> bool:
        """Whether there is anything by which a token could be checked."""
        return bool(self._secret) or self._keys is not None

    async def claims(self, token: str, now: datetime) -> Claims:
        """What a token says, after everything about it has been checked.

        Raises:
            InvalidToken: it is none that this server accepts.
            TokenExpired: it is too old.
            SignInUnavailable: the issuer's keys cannot be had.
        """
        if not self.accepted:
            raise InvalidToken("This server accepts no tokens: it knows no issuer and no token secret.")
        known = self._remembered.get(token)
        header = _header(token) if known is None else known.header
        key, algorithms = await self._key_for(header, now)
        if known is not None and known.key is key:
            claims = known.claims
        else:
            claims = self._verified(token, header, key, algorithms)
        claims.check_time(now)
        return claims

    def _verified(
        self, token: str, header: Mapping[str, Any], key: str | PublicKey, algorithms: tuple[str, ...]
    ) -> Claims:
        """What a token says whose signature is right.

        A client that stays asks again and again with the same token. What it says is remembered as long as the same
        key is in use; whether its time has come or is over is asked each time.
        """
        claims = claims_of(_payload(token, key, algorithms), self.issuer, self.audience, self.roles_claim)
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[token] = _Accepted(header, key, claims)
        return claims

    async def _key_for(self, header: Mapping[str, Any], now: datetime) -> tuple[str | PublicKey, tuple[str, ...]]:
        """The key, and by which algorithms that key may sign.

        The header only chooses among what is configured: a secret is used with the one algorithm for secrets, and a
        public key with those of its type.
        """
        algorithm = header.get("alg")
        if algorithm == ALGORITHM and self._secret:
            return self._secret, (ALGORITHM,)
        if self._keys is not None and isinstance(algorithm, str) and algorithm != ALGORITHM:
            found = await self._keys.signing(header.get("kid"), algorithm, now)
            if found is not None:
                return found.key, found.algorithms
        raise InvalidToken(WRONGLY_SIGNED)


def _header(token: str) -> Mapping[str, Any]:
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except PyJWTError:
        raise InvalidToken(UNREADABLE) from None
    return header


def _payload(token: str, key: str | PublicKey, algorithms: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        payload: Mapping[str, Any] = jwt.decode(token, key, algorithms, options=UNCHECKED)
    except jwt.InvalidSignatureError:
        raise InvalidToken(WRONGLY_SIGNED) from None
    except PyJWTError:
        raise InvalidToken(UNREADABLE) from None
    return payload
