"""Why somebody is not let in. A request with wrong credentials is refused; nobody becomes anonymous by a mistake."""

from typing import ClassVar

from resolvers.errors import PeerscoreError

CHALLENGE = "Bearer"
"""What to send, in the words of RFC 6750, section 3."""

INVALID_CHALLENGE = 'Bearer error="invalid_token"'
"""Likewise, for somebody who has sent something else."""


class SignInRefused(PeerscoreError):
    """Somebody is not let in. No message repeats a token, a key, or a part of one.

    Attributes:
        code: on which programs can rely.
        status: of the answer over HTTP.
        challenge: the answer's WWW-Authenticate, if it has one.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 401
    challenge: ClassVar[str | None] = INVALID_CHALLENGE


class InvalidToken(SignInRefused):
    """What was sent is no token that this server accepts."""

    code = "INVALID_TOKEN"


class TokenExpired(SignInRefused):
    """The token was good once."""

    code = "TOKEN_EXPIRED"

    def __init__(self) -> None:
        super().__init__("The token has expired; get a new one from where it came from.")


class InvalidApiKey(SignInRefused):
    """The key is unknown or revoked; which of the two is not said."""

    code = "INVALID_API_KEY"

    def __init__(self) -> None:
        super().__init__("The API key is unknown or has been revoked.")


class Unauthenticated(SignInRefused):
    """Nobody has signed in, where only those may read who have."""

    code = "UNAUTHENTICATED"
    challenge = CHALLENGE

    def __init__(self) -> None:
        super().__init__("This server answers only those who sign in: send a token or an API key.")


class SignInUnavailable(SignInRefused):
    """Tokens and keys cannot be checked now: the issuer's public keys, or the database, cannot be had."""

    code = "SIGN_IN_UNAVAILABLE"
    status = 503
    challenge = None

    def __init__(self) -> None:
        super().__init__("It cannot be checked now who you are. Try again later.")
