"""What a client has sent to say who it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.signing_in.refusals import InvalidToken
from resolvers.identity.api_keys import KEY_PREFIX

AUTHORIZATION = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE | re.ASCII)
"""A header as RFC 6750, section 2.1, describes it."""

LONGEST_TOKEN = 16_384
"""Characters. Tokens of issuers that list many groups have some thousands."""

PARAMETERS = ("Authorization", "authorization")
"""By which names a client may send the header in connectionParams."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, or a key of an integrator. Neither is ever shown."""

    text: str

    @property
    def is_key(self) -> bool:
        """Whether it looks like an integrator's key; a token never does."""
        return self.text.startswith(KEY_PREFIX)

    def __repr__(self) -> str:
        return "Credentials(***)"


def credentials_of(headers: Sequence[str]) -> Credentials | None:
    """What the Authorization headers of a request say; None if there are none.

    Raises:
        InvalidToken: there are several, or one with something else than a bearer token.
    """
    if not headers:
        return None
    if len(set(headers)) > 1:
        raise InvalidToken("There are several Authorization headers; send one.")
    match = AUTHORIZATION.fullmatch(headers[0].strip())
    if match is None:
        raise InvalidToken('The Authorization header must be "Bearer", a blank, and a token or an API key.')
    if len(match[1]) > LONGEST_TOKEN:
        raise InvalidToken(f"The token is longer than {LONGEST_TOKEN:,} characters.")
    return Credentials(match[1])


def socket_credentials(headers: Sequence[str], parameters: Mapping[str, Any]) -> Credentials | None:
    """What a WebSocket says: the headers of its first request, its connectionParams, or both alike.

    Raises:
        InvalidToken: one of them cannot be used, or they differ.
    """
    sent = [parameters[name] for name in PARAMETERS if name in parameters]
    if not all(isinstance(value, str) for value in sent):
        raise InvalidToken("Authorization in connectionParams must be a text; leave it out if there is no token.")
    found = {credentials_of([value]) for value in sent}
    if headers:
        found.add(credentials_of(headers))
    if len(found) > 1:
        raise InvalidToken("The Authorization of connectionParams and that of the header differ; send one.")
    return next(iter(found), None)
