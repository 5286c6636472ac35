"""How a client is told that the server does not go on."""

from typing import Any

from graph.errors import INTERNAL_ERROR, INTERNAL_MESSAGE
from graph.feed.outlets import GOING_AWAY, SLOW_READER, Ending

SERVICE_RESTART = "SERVICE_RESTART"
"""The reason when this server stops."""

EXPIRED, FORBIDDEN, TRY_AGAIN_LATER = 4401, 4403, 1013
"""Codes with which sockets are closed: those of graphql-transport-ws, and one of RFC 6455's registry."""

FINAL = (EXPIRED, FORBIDDEN)
"""After these the same request would only be refused; after others it may be sent again, from the cursor on."""

CLOSE_PATIENCE = 2.0
"""Seconds that a client has to take the end of its connection; then it is dropped, so that what is unsent is freed."""

ABORT = "peerscore.abort"
"""The name in the `extensions` of an HTTP request's scope under which there is a function that drops the connection."""

SENTENCES = {
    SLOW_READER: "You read more slowly than events come. Subscribe again with the cursor as `after`.",
    GOING_AWAY: "This server stops. Subscribe again, with the cursor of the last event as `after`.",
    EXPIRED: "The token has expired. Subscribe again with a new one.",
    FORBIDDEN: "You may not read this any more.",
    TRY_AGAIN_LATER: "This cannot be checked now. Try again later.",
}


def error_of(ending: Ending) -> dict[str, Any]:
    """As a GraphQL error, for responses."""
    message = INTERNAL_MESSAGE if ending.reason == INTERNAL_ERROR else SENTENCES[ending.code]
    extensions = {"code": ending.reason} | ({} if ending.cursor is None else {"cursor": ending.cursor})
    return {"message": message, "extensions": extensions}


def close_reason(ending: Ending) -> str:
    """As the reason of a close frame: where to resume, if that is known, or a word for programs."""
    return ending.reason if ending.cursor is None else f"after: {ending.cursor}"
