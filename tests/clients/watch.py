"""Runs the Python client of docs/subscriptions.md and prints what reaches it, as watch.js does for the others."""

import asyncio
import json
import sys
from contextlib import aclosing
from importlib import import_module
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - this is how it tells


async def main(folder: str, _client: str, url: str, token_file: str, operation: str) -> None:
    token = Path(token_file).read_text
    sys.path.insert(0, folder)
    request: dict[str, Any] = json.loads(operation)
    query, variables = request["query"], request["variables"]
    address = url.replace("http", "ws", 1)
    if not query.startswith("subscription"):
        transport = WebsocketsTransport(url=address, init_payload={"Authorization": f"Bearer {token()}"})
        async with Client(transport=transport) as session:
            say(answer=await session.execute(GraphQLRequest(query, variable_values=variables)))
        return
    try:
        async with aclosing(import_module("feed").events(address, token, query, variables)) as events:
            async for event in events:
                say(event=event)
    except TransportQueryError as error:
        say(refused=[one["extensions"] for one in error.errors or ()])
    except TransportConnectionFailed as error:
        if not isinstance(error.__cause__, ConnectionClosed) or error.__cause__.rcvd is None:
            raise
        say(refused=[{"code": error.__cause__.rcvd.reason}])


asyncio.run(main(*sys.argv[1:]))
