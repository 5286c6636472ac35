"""Tokens for development, signed with a secret that the server knows instead of with an issuer's key."""

from datetime import datetime

import jwt

from graph.settings import Settings

ALGORITHM = "HS256"
"""The only algorithm with a secret."""

OWN_ISSUER = "peerscore"
"""Who issues development tokens where the settings name no issuer."""


def development_issuer(settings: Settings) -> str:
    """What development tokens have in `iss`: the issuer of the settings, so that people stay the same people."""
    return settings.issuer or OWN_ISSUER


def development_token(settings: Settings, subject: str, expires_at: datetime, *, moderator: bool = False) -> str:
    """A token that a server with the same settings accepts. The settings have a token secret.

    Args:
        settings: with the secret, and what tokens must say.
        subject: whose token it is: any text that is not empty.
        expires_at: until when it is good.
        moderator: whether it makes a moderator.
    """
    payload: dict[str, object] = {
        "iss": development_issuer(settings),
        "aud": settings.audience,
        "sub": subject,
        "exp": int(expires_at.timestamp()),
    }
    if moderator:
        payload[settings.roles_claim] = [settings.moderator_role]
    return jwt.encode(payload, settings.token_secret.get_secret_value(), ALGORITHM)
