"""Clients that write over HTTP, repeat what was not answered, and keep a record of what they were told."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from benchmarks.client import BUFFER_BYTES, Connection, RequestFailed
from benchmarks.serving import HOST
from benchmarks.submissions_servers import POLL_SECONDS, Servers, settings_for
from benchmarks.submissions_writes import Levels, Rater, Treatment, Write, in_random_order
from graph.app import API_PATH
from graph.global_ids import global_id
from graph.signing_in.development import development_token
from models.ratings import CRITERIA

SUBMIT = """
    mutation Submit($input: SubmitRatingInput!) { written: submitRating(input: $input) {
        __typename
        ... on SubmitRatingSuccess { created rating { id } }
        ... on CommentHeld { created rating { id } }
        ... on Error { message }
    } }
"""

WITHDRAW = """
    mutation Withdraw($id: ID!, $clientMutationId: String) {
        written: withdrawRating(id: $id, clientMutationId: $clientMutationId) {
            __typename
            ... on Error { message }
        }
    }
"""

EXPECTED = frozenset({"SubmitRatingSuccess", "CommentHeld", "WithdrawRatingSuccess"})
"""What a write is answered with; everything else is an error."""

MOST_ERRORS = 5
"""Of one write; after each it is sent again."""

PATIENCE = 60
"""Seconds after which a request that is not answered means that something hangs."""

TOKENS_FOR = timedelta(days=1)


class WriteFailed(Exception):
    """A write was answered with errors again and again, with something else than it should be, or not at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a client was told last of a rating: its id and what it says, or that it is withdrawn (no levels)."""

    rating_id: str
    levels: Levels | None = None
    comment: str | None = None
    held: bool = False


Record = dict[tuple[int, Treatment], Told]
"""By the physician's number and the treatment."""


@dataclass(slots=True)
class Figures:
    """What was measured.

    Attributes:
        seconds: of each write, from sending it first to its answer, by what it was.
        errors: how often there was which.
        repeated: writes whose server was gone before it answered: the time of the first repetition, by the number of
            the physician and the id that the client gave the write.
        duration: seconds of the whole.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    repeated: dict[tuple[int, str], datetime] = field(default_factory=dict)
    duration: float = 0.0

    @property
    def written(self) -> int:
        """How many writes were answered."""
        return sum(map(len, self.seconds.values()))


class Load:
    """Writes of many physicians, who each write one thing after the other, over several connections."""

    def __init__(self, servers: Servers, raters: Sequence[Rater], writes: int) -> None:
        self.servers = servers
        self.figures = Figures()
        self.record: Record = {}
        # Taken from the end.
        self._order = in_random_order(raters)[:writes]
        self._left = {rater.number: iter(enumerate(rater.writes)) for rater in raters}
        self._locks = {rater.number: asyncio.Lock() for rater in raters}
        settings = settings_for(servers.database_url)
        expires_at = datetime.now(UTC) + TOKENS_FOR
        self._tokens = {
            rater.number: development_token(settings, rater.subject, expires_at).encode() for rater in raters
        }

    async def run(self, connections: int) -> None:
        """Carry everything out."""
        started = time.perf_counter()
        await asyncio.gather(*(self._work(place) for place in range(connections)))
        self.figures.duration = time.perf_counter() - started

    async def run_with_kills(self, connections: int, kills: int, choose: random.Random) -> None:
        """Carry everything out while processes are killed at random moments, and started again."""
        writes = len(self._order)
        # Not in the last moments, so that each one meets writes.
        moments = sorted(choose.sample(range(writes // 50, writes * 49 // 50), kills))
        running = asyncio.create_task(self.run(connections))
        restarts = []
        try:
            for moment in moments:
                await self._until(moment, running, choose)
                if running.done():
                    break
                place = await self.servers.ready_one(choose.randrange(len(self.servers.ports)))
                await self.servers.kill(place)
                restarts.append(asyncio.create_task(self.servers.start(place)))
            await running
        finally:
            running.cancel()
            await asyncio.gather(*restarts)

    async def _until(self, moment: int, running: asyncio.Task[None], choose: random.Random) -> None:
        """Wait until so many writes are answered, and a moment more, in which some are on their way."""
        while self.figures.written < moment and not running.done():  # noqa: ASYNC110 - an event would come at an answer
            await asyncio.sleep(POLL_SECONDS * choose.random())

    async def _work(self, place: int) -> None:
        client = _Client(self.servers, place)
        try:
            while self._order:
                number = self._order.pop()
                async with self._locks[number]:
                    count, write = next(self._left[number])
                    await self._write(client, number, f"write-{count}", write)
        finally:
            client.close()

    async def _write(self, client: "_Client", number: int, mutation_id: str, write: Write) -> None:
        before = self.record.get((number, write.treatment))
        request = _request(self._tokens[number], body_of(write, mutation_id, before))
        started = time.perf_counter()
        answer, repeated_at = await self._answer(client, request)
        seconds = time.perf_counter() - started
        if repeated_at is not None:
            self.figures.repeated[number, mutation_id] = repeated_at
        there = before is not None and before.levels is not None
        if write.levels is None:
            assert before is not None  # noqa: S101 - nobody withdraws what they have not given
            told = Told(before.rating_id)
        else:
            told = Told(answer["rating"]["id"], write.levels, write.comment, held=answer["__typename"] == "CommentHeld")
            if answer["created"] is there or (before is not None and before.rating_id != told.rating_id):
                raise WriteFailed(f"{write} was answered with {answer}, after {before}.")
        kind = "withdrawn" if write.levels is None else "revised" if there else "new"
        self.record[number, write.treatment] = told
        self.figures.seconds[kind].append(seconds)

    async def _answer(self, client: "_Client", request: bytes) -> tuple[Mapping[str, Any], datetime | None]:
        """The answer of a write, and when it was repeated first because a server was gone before it answered."""
        repeated_at = None
        for _ in range(MOST_ERRORS):
            try:
                content, repeated = await client.ask(request)
            except RequestFailed as failure:
                kind, content = str(failure).partition("\r\n")[0], {}
            else:
                repeated_at = repeated_at or repeated
                written = (content.get("data") or {}).get("written")
                if written is not None and written["__typename"] in EXPECTED:
                    return written, repeated_at
                kind = written["__typename"] if written else content["errors"][0]["extensions"]["code"]
            self.figures.errors[kind] += 1
        raise WriteFailed(f"{kind}: {content}")


class _Client:
    """One connection, to another process whenever its own is gone."""

    def __init__(self, servers: Servers, place: int) -> None:
        self.servers = servers
        self.place = place
        self.connection: Connection | None = None

    async def ask(self, request: bytes) -> tuple[Mapping[str, Any], datetime | None]:
        """The content of the answer, and when the request was sent to another process first, if it was.

        Raises:
            RequestFailed: the status is not 200.
            WriteFailed: there is no answer for a long time.
        """
        repeated_at = None
        while True:
            connection = await self._connected()
            try:
                async with asyncio.timeout(PATIENCE):
                    return orjson.loads(await connection.ask(request)), repeated_at
            except TimeoutError:
                raise WriteFailed(f"There was no answer for {PATIENCE} seconds.") from None
            except (OSError, EOFError):
                self.close()
                repeated_at = repeated_at or datetime.now(UTC)

    async def _connected(self) -> Connection:
        while self.connection is None:
            self.place = await self.servers.ready_one(self.place)
            try:
                reader, writer = await asyncio.open_connection(HOST, self.servers.ports[self.place], limit=BUFFER_BYTES)
            except OSError:
                await asyncio.sleep(POLL_SECONDS)
            else:
                self.connection = Connection(reader, writer)
        return self.connection

    def close(self) -> None:
        """Leave the process."""
        if self.connection is not None:
            self.connection.writer.close()
            self.connection = None


def body_of(write: Write, mutation_id: str, before: Told | None) -> bytes:
    """A write as the body of a request, when this was told of the rating before."""
    if write.levels is None:
        assert before is not None  # noqa: S101 - nobody withdraws what they have not given
        return orjson.dumps({"query": WITHDRAW, "variables": {"id": before.rating_id, "clientMutationId": mutation_id}})
    drug_id, indication_id = write.treatment
    given = dict(zip(CRITERIA, write.levels, strict=True)) | {
        "drugId": global_id("Drug", drug_id),
        "indicationId": global_id("Indication", indication_id),
        "comment": write.comment,
        "clientMutationId": mutation_id,
    }
    return orjson.dumps({"query": SUBMIT, "variables": {"input": given}})


def _request(token: bytes, body: bytes) -> bytes:
    head = (
        f"POST {API_PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
