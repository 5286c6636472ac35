"""Our server, which also writes the events of a benchmark, as submitting a rating does, but for the rating.

Started by benchmarks.feed_peers as a process of its own: python -m benchmarks.feed_server PORT DATABASE_URL

What is measured is delivery: from the transaction through the feed's follower, the hub, the execution and the
transport. So an event costs this process an insertion and a commit, but no mutation.
"""

import base64
import logging
import sys
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.transactions import in_transaction

from benchmarks.reader import settings_for
from benchmarks.serving import HOST
from graph.app import create_app
from graph.logs import configure_logging
from graph.server import AnnouncingServer, listen, server_config
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import EventKind, note_event
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, fetch_rows

NO_CONTENT = 204


class Statements(logging.Handler):
    """Counts SQL statements: Tortoise logs each one that it sends, but for what begins and ends transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - one is like the other
        """Another one."""
        self.number += 1


statements = Statements()


async def publish(request: Request) -> Response:
    """Note that the ratings in the lines of the body have been added, in one transaction."""
    ids = [_rating_id(line) for line in (await request.body()).splitlines()]
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT id, drug_id, indication_id FROM rating WHERE {parameters.member_of('id', set(ids), 'bigint')}",
        parameters,
    )
    treatments = {rating_id: (drug_id, indication_id) for rating_id, drug_id, indication_id in rows}
    now = datetime.now(UTC)
    async with in_transaction() as connection:
        await begin_writing(connection)
        for rating_id in ids:
            await note_event(EventKind.ADDED, rating_id, *treatments[rating_id], now)
    wake_followers()
    return Response(status_code=NO_CONTENT)


async def count(_: Request) -> Response:
    """How many statements this process has sent."""
    return Response(str(statements.number))


def _rating_id(answer: bytes) -> int:
    text = orjson.loads(answer)["data"]["ratings"]["rating"]["id"]
    return int(base64.b64decode(text).decode().partition(":")[2])


def serve(port: int, database_url: str) -> None:
    """Serve until a signal."""
    configure_logging("warning", "auto")
    logger = logging.getLogger("tortoise.db_client")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(statements)
    settings = settings_for(database_url)
    app = create_app(settings)
    app.router.routes += [Route("/publish", publish, methods=["POST"]), Route("/statements", count)]
    server = AnnouncingServer(server_config(settings, app), lambda: None)
    with listen(HOST, port) as listener:
        server.run(sockets=[listener])


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
