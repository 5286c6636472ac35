"""The public keys of an issuer: fetched, kept for some minutes, and fetched again when an unknown one appears."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from graph.signing_in.fetching import KeysUnavailable
from graph.signing_in.refusals import SignInUnavailable

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

ALGORITHMS: Mapping[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""By which algorithms a key of a type and curve may sign (RFC 7518, section 3.1, and RFC 8037). None is symmetric: a
public key must never be taken for a secret."""

LEAST_RSA_BITS = 2048
"""RFC 7518, section 3.3."""

KEPT_FOR = timedelta(minutes=5)
"""After this time the keys are fetched again, so that one that the issuer has removed is refused."""

ASKED_EVERY = timedelta(seconds=10)
"""An issuer is asked no more often than this, whatever clients send and however often it fails."""

log = structlog.get_logger("peerscore.signing_in")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key.

    Attributes:
        name: the issuer's name of it (`kid`), if it has one.
        algorithms: by which it may have signed.
        key: as the library takes it.
    """

    name: str | None
    algorithms: tuple[str, ...]
    key: PublicKey


class IssuerKeys:
    """The keys of one issuer.

    Args:
        fetch: gets the key set (RFC 7517, section 5); it may take its time, and runs in a thread.
    """

    def __init__(self, fetch: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        self._fetch = fetch
        self._keys: tuple[SigningKey, ...] | None = None
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def signing(self, name: str | None, algorithm: str, now: datetime) -> SigningKey | None:
        """The key that a token names; None if the issuer has none that could have signed it.

        Args:
            name: the token's `kid`. Without one the issuer must have a single key for the algorithm.
            algorithm: the token's `alg`.
            now: the time.

        Raises:
            SignInUnavailable: no keys could ever be had.
        """
        if self._fetched_at is None or now - self._fetched_at >= KEPT_FOR:
            await self._ask(now)
        found = self._find(name, algorithm)
        if found is None:
            await self._ask(now)
            found = self._find(name, algorithm)
        if self._keys is None:
            raise SignInUnavailable
        return found

    def _find(self, name: str | None, algorithm: str) -> SigningKey | None:
        fitting = [
            key for key in self._keys or () if algorithm in key.algorithms and (name is None or key.name == name)
        ]
        return fitting[0] if len(fitting) == 1 else None

    async def _ask(self, now: datetime) -> None:
        """Fetch the keys, unless that was tried a moment ago; whoever comes meanwhile waits for the same answer."""
        if self._asking is None:
            if self._asked_at is not None and now - self._asked_at < ASKED_EVERY:
                return
            self._asked_at = now
            self._asking = asyncio.create_task(self._refresh(now))
        # Shielded, because a client that leaves must not take the answer away from the others.
        await asyncio.shield(self._asking)

    async def _refresh(self, now: datetime) -> None:
        try:
            self._keys = usable_keys(await asyncio.to_thread(self._fetch))
            self._fetched_at = now
        except KeysUnavailable as error:
            log.error("the issuer's keys cannot be had", reason=str(error), kept=self._keys is not None)  # noqa: TRY400 - foreseen, so no traceback
        finally:
            self._asking = None


def usable_keys(described: Sequence[Mapping[str, Any]]) -> tuple[SigningKey, ...]:
    """Those keys of a set by which tokens can be checked; others, such as those for encryption, are left out."""
    keys = (_signing_key(jwk) for jwk in described)
    return tuple(key for key in keys if key is not None)


def _signing_key(jwk: Mapping[str, Any]) -> SigningKey | None:
    name, kind, curve, operations = jwk.get("kid"), jwk.get("kty"), jwk.get("crv"), jwk.get("key_ops", ["verify"])
    if not (isinstance(kind, str) and isinstance(curve, str | None) and isinstance(operations, list)):
        return None
    algorithms = ALGORITHMS.get((kind, curve), ())
    if "alg" in jwk:
        algorithms = tuple(algorithm for algorithm in algorithms if algorithm == jwk["alg"])
    if not algorithms or jwk.get("use", "sig") != "sig" or "verify" not in operations:
        return None
    try:
        key = PyJWK(dict(jwk), algorithms[0]).key
    except PyJWTError:
        return None
    if not isinstance(key, PublicKey) or (isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS):
        return None
    return SigningKey(name if isinstance(name, str) else None, algorithms, key)
