"""Clients as processes of their own, and what they say reaches them."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.clients.examples import CLIENTS

PATIENCE = 60
"""Seconds after which a client that says nothing fails the test."""

JAVASCRIPT = (
    "graphql-ws",
    "graphql-ws that retries",
    "graphql-sse",
    "urql",
    "apollo-websocket",
    "apollo-multipart",
    "event-source",
)
"""What watch.js can run."""

PYTHON = ("gql",)
"""What watch.py can run."""

ALL = JAVASCRIPT + PYTHON

BY_LIBRARY = ("graphql-ws", "graphql-sse", "apollo-multipart", *PYTHON)
"""Those that each connect again in a way of their own, but for EventSource, which does so with the old token."""


@dataclass(frozen=True, slots=True)
class Reader:
    """With which program somebody subscribes, and where.

    Attributes:
        client: the program.
        folder: with the files of the document, and one named `token` that says who it is.
        address: of the API.
    """

    client: str
    folder: Path
    address: str

    @asynccontextmanager
    async def sends(self, query: str, variables: Mapping[str, Any] | None = None) -> AsyncIterator["Program"]:
        """Run the program with an operation, until the block ends."""
        operation = orjson.dumps({"query": query, "variables": variables or {}}).decode()
        interpreter, file = ("node", "watch.js") if self.client in JAVASCRIPT else (sys.executable, "watch.py")
        arguments = (self.folder, self.client, self.address, self.folder / "token", operation)
        complaints = self.folder / "complaints.txt"
        with complaints.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                interpreter, CLIENTS / file, *arguments, stdout=PIPE, stderr=errors
            )
        try:
            yield Program(process, complaints)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


class Program:
    """A client that runs.

    Args:
        process: prints a JSON text for each thing that reaches it.
        complaints: where its standard error goes.
    """

    def __init__(self, process: Process, complaints: Path) -> None:
        self._process = process
        self._complaints = complaints

    async def line(self) -> dict[str, Any]:
        """The next thing that it says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            text = await self._process.stdout.readline()
        assert text, self._complaints.read_text(encoding="utf-8")
        said: dict[str, Any] = orjson.loads(text)
        return said

    async def event(self) -> dict[str, Any]:
        """The next event, of whatever type."""
        said = await self.line()
        assert list(said) == ["event"], said
        event: dict[str, Any] = said["event"]
        return event

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The next events that are no checkpoints."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            event = await self.event()
            if event["__typename"] != "Checkpoint":
                found.append(event)
        return found

    async def ready(self) -> str:
        """Wait for the checkpoint with which each subscription begins; its cursor."""
        event = await self.event()
        assert event["__typename"] == "Checkpoint"
        cursor: str = event["cursor"]
        return cursor
