"""The limit to compare with: a socket written by hand that sends ready text, without GraphQL.

Started by benchmarks.feed_fan_out as a process of its own: python -m benchmarks.peers.limit PORT
"""

import sys

import orjson
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

PROTOCOL = "graphql-transport-ws"
NO_CONTENT = 204

subscribers: dict[WebSocket, str] = {}
"""The beginning of each message to a socket, which holds the id of its subscription."""


async def serve_socket(websocket: WebSocket) -> None:
    """Speak as much of graphql-transport-ws as a subscriber needs."""
    await websocket.accept(PROTOCOL)
    try:
        while True:
            message = orjson.loads(await websocket.receive_text())
            if message["type"] == "connection_init":
                await websocket.send_text('{"type":"connection_ack"}')
            elif message["type"] == "subscribe":
                subscribers[websocket] = f'{{"id":"{message["id"]}","type":"next","payload":'
    except WebSocketDisconnect:
        subscribers.pop(websocket, None)


async def publish(request: Request) -> Response:
    """Send each line of the body, the answer for one event, to everybody."""
    answers = (await request.body()).decode().splitlines()
    return Response(status_code=NO_CONTENT, background=BackgroundTask(send, answers))


async def count(_: Request) -> Response:
    """How many have subscribed."""
    return Response(str(len(subscribers)))


async def send(answers: list[str]) -> None:
    for answer in answers:
        for websocket, beginning in list(subscribers.items()):
            await websocket.send_text(f"{beginning}{answer}}}")


async def serve(port: int) -> None:
    """Answer on the loopback address until a signal."""
    routes = [
        WebSocketRoute("/graphql", serve_socket),
        Route("/publish", publish, methods=["POST"]),
        Route("/subscribers", count),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=port,
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
