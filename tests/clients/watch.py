"""Runs the Python client of docs/subscriptions.md and prints what reaches it, as watch.js does for the others."""

import asyncio
import json
import sys
from contextlib import aclosing
from importlib import import_module
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - this is how it tells


async def main(folder: str, _client: str, url: str, token: str, operation: str) -> None:
    sys.path.insert(0, folder)
    request: dict[str, Any] = json.loads(operation)
    query, variables = request["query"], request["variables"]
    address = url.replace("http", "ws", 1)
    if not query.startswith("subscription"):
        transport = WebsocketsTransport(url=address, init_payload={"Authorization": f"Bearer {token}"})
        async with Client(transport=transport) as session:
            say(answer=await session.execute(GraphQLRequest(query, variable_values=variables)))
        return
    try:
        async with aclosing(import_module("feed").events(address, lambda: token, query, variables)) as events:
            async for event in events:
                say(event=event)
    except TransportQueryError as error:
        say(refused=[one["extensions"] for one in error.errors or ()])


asyncio.run(main(*sys.argv[1:]))
