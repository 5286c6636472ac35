"""Who asks where reads are measured: a moderator, who sees all scores as they are now, and all ratings."""

import base64
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from graph.settings import PREFIX, Settings
from graph.signing_in.development import development_token

TOKEN_SECRET = "a secret of these benchmarks alone, of more than 32 bytes"  # noqa: S105 - opens nothing else
IDENTITY_KEY = base64.b64encode(bytes(range(32))).decode()
"""Always the same, because a database remembers which one it was used with."""

ENVIRONMENT = {f"{PREFIX}TOKEN_SECRET": TOKEN_SECRET, f"{PREFIX}IDENTITY_KEY": IDENTITY_KEY}
"""With which a server accepts the token."""

TOKEN_LIFE = timedelta(days=1)
"""Longer than any measurement."""


def settings_for(database_url: str) -> Settings:
    """The settings of a server that accepts the token."""
    return Settings(
        database_url=database_url,
        token_secret=SecretStr(TOKEN_SECRET),
        identity_key=SecretStr(IDENTITY_KEY),
    )


def moderators_headers() -> dict[str, str]:
    """The headers with which the moderator asks."""
    expires_at = datetime.now(UTC) + TOKEN_LIFE
    token = development_token(settings_for("sqlite:///none"), "a moderator", expires_at, moderator=True)
    return {"Authorization": f"Bearer {token}"}
