"""An OpenID Connect issuer on this machine: a real HTTP server with keys that tests change."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(65_537, bits)


def public_jwk(key: PrivateKey, kid: str | None, **more: object) -> dict[str, Any]:
    """The public part of a key as issuers publish it."""
    if isinstance(key, rsa.RSAPrivateKey):
        jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**jwk, **({} if kid is None else {"kid": kid}), **more}


class Issuer:
    """What the server answers; tests may change it, and read which paths were asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: list[Any] = []
        self.discovery: Any = {"issuer": address, "jwks_uri": f"{address}/keys"}
        self.status = 200
        self.asked: list[str] = []

    def answer(self, path: str) -> bytes | None:
        """The body for a path; None where there is nothing."""
        self.asked.append(path)
        found = {"/keys": {"keys": self.keys}, "/.well-known/openid-configuration": self.discovery}.get(path)
        if isinstance(found, bytes) or found is None:
            return found
        return json.dumps(found).encode()

    def token(self, key: PrivateKey | str | bytes, algorithm: str, kid: str | None = "first", **claims: object) -> str:
        """A token signed with a key; a claim that is given as None is left out."""
        payload = {"iss": self.address, "aud": "peerscore", "sub": "alice", "exp": 4_000_000_000, **claims}
        headers = {} if kid is None else {"kid": kid}
        return jwt.encode({k: v for k, v in payload.items() if v is not None}, key, algorithm, headers)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that listens on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = issuer.answer(self.path)
            self.send_response(issuer.status if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
