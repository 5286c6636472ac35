"""A reader who has stopped reading, among fifty who have not, is sent away with a cursor, and holds nobody up."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from models import Rating
from models.feed import REVISED
from resolvers.database import DatabaseUrl, open_database
from resolvers.feed.sequencing import give_positions
from tests.feed_clients import PATIENCE, READER, Reader, begun_socket, reading, subscribe_message
from tests.feed_events import numbered, on_postgres
from tests.feed_server_processes import ServerProcess, server_process
from tests.raters import add_rater, submit
from tests.server_processes import Start, peerscore_processes

FAST_READERS = 50

COMMENT = "Acts within a day. " * 200
"""With the eleven others of its kind some 46 kB of each answer."""

QUERY = f"""subscription($after: String) {{ ratings(after: $after) {{ __typename cursor
  ... on RatingRevised {{ rating {{ id efficacy {" ".join(f"c{number}: comment" for number in range(12))} }} }} }} }}"""

ROUNDS, AT_ONCE = 16, 10
"""Some 7 MB for each reader. That is more than the 4 MB that Linux keeps for a connection at most, and the 1 MB that
the server does; what comes at once is less than that 1 MB, so that those who read are in time."""

MOST_GROWTH = 64 * 1024 * 1024
"""Bytes by which the server may grow while it sends five times as much, in pieces of 20 MB to all readers together."""

SMALL_BUFFER = (socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
"""The system of a reader who does not read takes little for them."""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@dataclass
class Slow:
    """What reached the slow reader once it read: cursors of events, and with what it was sent away."""

    cursors: list[str] = field(default_factory=list)
    ending: tuple[Any, ...] = ()

    def take(self, payload: dict[str, Any]) -> None:
        """An answer."""
        event = payload["data"]["ratings"]
        if event["__typename"] != "Checkpoint":
            self.cursors.append(event["cursor"])


class OnSocket:
    """A socket whose client reads nothing before `read`."""

    def __init__(self) -> None:
        self.slow = Slow()

    @asynccontextmanager
    async def subscribed(self, server: ServerProcess) -> AsyncIterator[None]:
        """Has subscribed meanwhile."""
        opened = socket.create_connection(("127.0.0.1", server.port))
        opened.setsockopt(*SMALL_BUFFER)
        self._socket = await begun_socket(server.port, opened)
        await self._socket.send(subscribe_message(QUERY))
        assert "Checkpoint" in str(await self._socket.recv())
        yield
        self._socket.transport.abort()

    async def read(self) -> None:
        """Read up to the end."""
        with suppress(ConnectionClosed):
            while True:
                self.slow.take(orjson.loads(await self._socket.recv())["payload"])
        before, _, cursor = (self._socket.close_reason or "").partition(": ")
        self.slow.ending = (self._socket.close_code, before, cursor)


class OnStream:
    """The same with server-sent events."""

    def __init__(self) -> None:
        self.slow = Slow()

    @asynccontextmanager
    async def subscribed(self, server: ServerProcess) -> AsyncIterator[None]:
        """Has subscribed meanwhile."""
        transport = httpx2.AsyncHTTPTransport(socket_options=[SMALL_BUFFER])
        async with (
            httpx2.AsyncClient(transport=transport, timeout=PATIENCE) as http,
            http.stream(
                "POST", server.address, json={"query": QUERY}, headers={**READER, "Accept": "text/event-stream"}
            ) as response,
        ):
            self._lines = response.aiter_lines()
            async for line in self._lines:
                if "Checkpoint" in line:
                    break
            yield

    async def read(self) -> None:
        """Read up to the end."""
        async for line in self._lines:
            if not line.startswith("data: "):
                continue
            payload = orjson.loads(line.removeprefix("data: "))
            if "errors" in payload:
                (error,) = payload["errors"]
                extensions = error["extensions"]
                self.slow.ending = (extensions["code"], extensions["cursor"])
            else:
                self.slow.take(payload)


@on_postgres
@pytest.mark.parametrize(
    ("kind", "ending"), [(OnSocket, (4413, "after")), (OnStream, ("SLOW_READER",))], ids=["socket", "stream"]
)
async def test_it_resumes_without_gap_or_repeat_and_the_others_notice_nothing(
    start: Start, catalogue_url: str, kind: type[OnSocket] | type[OnStream], ending: tuple[object, ...]
) -> None:
    slow_reader = kind()
    async with (
        open_database(DatabaseUrl.parse(catalogue_url)),
        server_process(start, catalogue_url) as server,
    ):
        await submit(await add_rater("ann"), comment=COMMENT)
        await give_positions()
        rated = await Rating.get()
        about = {"kind": REVISED, "drug_id": rated.drug_id, "indication_id": rated.indication_id}
        fast_readers = [Reader([server], query=QUERY) for _ in range(FAST_READERS)]
        async with reading(fast_readers), slow_reader.subscribed(server):
            await asyncio.gather(*(reader.connected() for reader in fast_readers))
            memory = []

            async def read_when_sent_away() -> None:
                await server.logged("a subscriber is told to come back later")
                await slow_reader.read()

            catching_up = asyncio.create_task(read_when_sent_away())
            for number in range(1, ROUNDS + 1):
                await numbered(*[rated.id] * AT_ONCE, **about)
                await asyncio.gather(*(reader.count(number * AT_ONCE) for reader in fast_readers))
                memory.append(server.memory())
            await catching_up
        slow = slow_reader.slow
        resumed = Reader([server], after=slow.ending[-1], query=QUERY)
        async with reading([resumed]):
            await resumed.count(ROUNDS * AT_ONCE - len(slow.cursors))

    cursors = [[event.cursor for event in reader.told] for reader in fast_readers]
    assert len(set(cursors[0])) == ROUNDS * AT_ONCE
    assert all(found == cursors[0] for found in cursors)
    assert [reader.closings for reader in fast_readers] == [[]] * FAST_READERS
    assert slow.ending == (*ending, slow.cursors[-1])
    assert 0 < len(slow.cursors) < ROUNDS * AT_ONCE
    assert slow.cursors + [event.cursor for event in resumed.told] == cursors[0]
    assert max(memory) - memory[0] < MOST_GROWTH
