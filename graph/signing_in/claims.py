"""What a token says about its owner, once its signature is known to be right."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.signing_in.refusals import InvalidToken, TokenExpired

LEEWAY = timedelta(seconds=30)
"""By how much the clock of an issuer may differ from ours."""

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Later times mean this one; the calendar ends with the year 9999."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whose token it is, and from when until when.

    Attributes:
        subject: by what the issuer knows the owner.
        roles: that the issuer gives them.
        refused_from: from when on the token is refused: when it expires, and the leeway.
        refused_before: until when it is refused: when it becomes valid, less the leeway; None if it does not say.
    """

    subject: str
    roles: frozenset[str]
    refused_from: datetime
    refused_before: datetime | None

    def check_time(self, now: datetime) -> None:
        """See that the token is valid at a time.

        Raises:
            InvalidToken: it is not valid yet.
            TokenExpired: it is too old.
        """
        if now >= self.refused_from:
            raise TokenExpired
        if self.refused_before is not None and now < self.refused_before:
            raise InvalidToken("The token is not valid yet.")


def claims_of(payload: Mapping[str, Any], issuer: str, audience: str, roles_claim: str) -> Claims:
    """Check what a token says (RFC 7519, section 4.1), whatever the time.

    Args:
        payload: of the token.
        issuer: what it must have in `iss`.
        audience: what it must have in `aud`.
        roles_claim: where it lists roles; see `roles_in`.

    Raises:
        InvalidToken: it is for others, of others, or lacks a claim.
    """
    if payload.get("iss") != issuer:
        raise InvalidToken("The token is from another issuer than this server accepts.")
    meant_for = payload.get("aud")
    if audience not in (meant_for if isinstance(meant_for, list) else [meant_for]):
        raise InvalidToken("The token is for another audience than this server.")
    subject = payload.get("sub")
    if not isinstance(subject, str) or not subject or not _encodable(subject):
        raise InvalidToken("The token does not say whose it is (`sub`).")
    refused_from = _time(payload, "exp") + LEEWAY
    refused_before = _time(payload, "nbf") - LEEWAY if "nbf" in payload else None
    return Claims(subject, roles_in(payload, roles_claim), refused_from, refused_before)


def roles_in(payload: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The roles that a claim lists, as a list or as a text with blanks between them.

    The claim may be one with dots in its name, as web addresses have, or a path whose parts are separated by dots.
    """
    value: Any = payload
    for name in [claim] if claim in payload else claim.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(role for role in value if isinstance(role, str)) if isinstance(value, list) else frozenset()


def _time(payload: Mapping[str, Any], claim: str) -> datetime:
    seconds = payload.get(claim)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds) or seconds < 0:
        raise InvalidToken(f"The token does not say a time in `{claim}`.")
    return datetime.fromtimestamp(min(seconds, LATEST.timestamp()), UTC)


def _encodable(text: str) -> bool:
    # JSON may hold halves of surrogate pairs, which are no characters.
    return not any("\ud800" <= character <= "\udfff" for character in text)
