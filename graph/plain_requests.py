"""The common request, read with little work: a POST with one operation as JSON, from a client that takes JSON.

Whatever is different in any way is left to Strawberry, which knows all the rules and says what is wrong.
"""

from collections.abc import Iterable

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLRequestData

JSON = b"application/json"

STREAMS = (b"event-stream", b"multipart")
"""Stand in an Accept header that may ask for answers that go on."""


def is_plain(scope: Scope) -> bool:
    """Whether a request is a POST of JSON whose client does not ask for a stream."""
    if scope["method"] != "POST":
        return False
    kinds = []
    for name, value in scope["headers"]:
        if name == b"content-type":
            kinds.append(value)
        elif name == b"accept":
            accepted = value.lower()
            if any(stream in accepted for stream in STREAMS):
                return False
    return len(kinds) == 1 and (kinds[0] == JSON or kinds[0].startswith(JSON + b";"))


def authorizations(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """The values of the Authorization headers."""
    return [value.decode("latin-1") for name, value in headers if name == b"authorization"]


async def whole_body(receive: Receive) -> bytes:
    """The body of a request.

    Raises:
        ClientDisconnect: the client has left before its end.
    """
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def plain_operation(body: bytes) -> GraphQLRequestData | None:
    """The operation that a body holds; None if it holds anything else, or not in its plain form."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(data, dict):
        return None
    query, variables, extensions = data.get("query"), data.get("variables"), data.get("extensions")
    operation_name = data.get("operationName")
    if (
        isinstance(query, str)
        and query
        and isinstance(variables, dict | None)
        and isinstance(operation_name, str | None)
        and isinstance(extensions, dict | None)
    ):
        return GraphQLRequestData(query, variables, operation_name, extensions)
    return None


async def send_json(send: Send, body: bytes) -> None:
    """Answer with a JSON text."""
    headers = [(b"content-length", b"%d" % len(body)), (b"content-type", JSON)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
