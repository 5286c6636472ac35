"""People who sign in to a server under test, with tokens for development."""

import base64
from datetime import UTC, datetime
from typing import Any

from graph.settings import Settings
from graph.signing_in.development import development_token

TOKEN_SECRET = "a secret that only tests know, of more than 32 bytes"  # noqa: S105 - opens nothing
IDENTITY_KEY = base64.b64encode(bytes(range(32))).decode()

SIGNING: dict[str, Any] = {"token_secret": TOKEN_SECRET, "identity_key": IDENTITY_KEY}
"""Settings of a server that accepts the tokens of `bearer`: `Settings(database_url=url, **SIGNING)`."""

ISSUER = "peerscore"
"""Of tokens for development, where the settings name no issuer."""

FAR_FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
"""After every time that a test's clock tells."""


def token(subject: str, *, moderator: bool = False, expires_at: datetime = FAR_FUTURE) -> str:
    """A token of somebody, or of a moderator."""
    return development_token(Settings(**SIGNING), subject, expires_at, moderator=moderator)


def bearer(subject: str, *, moderator: bool = False, expires_at: datetime = FAR_FUTURE) -> dict[str, str]:
    """The headers with which somebody asks."""
    return {"Authorization": f"Bearer {token(subject, moderator=moderator, expires_at=expires_at)}"}
