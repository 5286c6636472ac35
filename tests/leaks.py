"""Watching the logs of a whole run of tests for what must be in none: what people wrote, sent or are.

What must not be there is collected from what the tests themselves send to the API, so that a new test is watched
without being told to.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any

import orjson
import pytest
import strawberry
import structlog

from graph.logs import configure_logging
from graph.signing_in.credentials import Credentials
from graph.signing_in.viewers import Admission, Viewers
from tests.gout import GOUT
from tests.logged import restored_logs
from tests.signing import IDENTITY_KEY, TOKEN_SECRET

FIELDS = ("comment", "note", "number")
"""Inputs of the API that nobody but their sender and moderators may read: comments, notes, numbers of licences."""

IN_DOCUMENTS = re.compile(rf'\b(?:{"|".join(FIELDS)}):\s*"((?:[^"\\]|\\.)+)"')

SHORTEST = 6
"""Characters; anything shorter stands in some line by chance."""

SHOWN = 500
"""Characters of a line that holds what it must not hold."""

TOKENS = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+|\bpeerscore_[0-9a-f]{16}_[0-9a-f]{8}")
"""What looks like a token or an integrator's key, whoever made it."""

CLIENTS = ("httpx2", "httpcore2", "websockets.client")
"""Loggers of the clients that tests ask with, which are no part of the server."""


class LogWatch:
    """Lines of the log, each with the test that wrote it, and what may be in none of them."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.secrets: set[str] = {TOKEN_SECRET, IDENTITY_KEY, *(rating.comment for rating in GOUT if rating.comment)}

    def note_line(self, line: str) -> None:
        """Keep a line as it is written."""
        self.lines.append((os.environ.get("PYTEST_CURRENT_TEST", "between tests"), line))

    def note_secret(self, text: str) -> None:
        """Keep something that must not be logged."""
        if len(text.strip()) >= SHORTEST:
            self.secrets.add(text.strip())

    def note_operation(self, query: str | None, variables: Mapping[str, Any] | None) -> None:
        """Keep what an operation sends that must not be logged."""
        for text in IN_DOCUMENTS.findall(query or ""):
            self.note_secret(text)
        for text in _texts(variables or {}, is_secret=False):
            self.note_secret(text)

    def leaks(self) -> list[str]:
        """Each line that holds something that it must not hold, with the test that wrote it."""
        shown = [(test, _shown(line)) for test, line in self.lines]
        everything = "\n".join(text for _, text in shown)
        found = {secret for secret in self.secrets if secret in everything} | set(TOKENS.findall(everything))
        return [f"{test}: {text[:SHOWN]}" for test, text in shown if any(secret in text for secret in found)]


@contextmanager
def watched_logs() -> Iterator[LogWatch]:
    """Collect every line that is written in the form of the server's logs, and what operations send.

    A line counts wherever it goes: to this process's standard error or to what a test has put in its place.
    """
    watch = LogWatch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog.stdlib.ProcessorFormatter, "format", _noting_lines(watch))
        patch.setattr(strawberry.Schema, "execute", _noting_operations(watch, strawberry.Schema.execute))
        patch.setattr(strawberry.Schema, "stream", _noting_operations(watch, strawberry.Schema.stream))
        patch.setattr(Viewers, "admitted", _noting_credentials(watch))
        yield watch


@contextmanager
def most_talkative_logs() -> Iterator[None]:
    """Logs as a server has them at the level debug, written nowhere."""
    with restored_logs():
        configure_logging("debug", "json")
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(StringIO())
        yield


def _noting_lines(watch: LogWatch) -> Callable[..., str]:
    write = structlog.stdlib.ProcessorFormatter.format

    def noted(formatter: structlog.stdlib.ProcessorFormatter, record: logging.LogRecord) -> str:
        line = write(formatter, record)
        if not record.name.startswith(CLIENTS):
            watch.note_line(line)
        return line

    return noted


def _noting_operations(watch: LogWatch, run: Callable[..., Any]) -> Callable[..., Any]:
    def noted(
        schema: strawberry.Schema,
        query: str | None,
        variable_values: Mapping[str, Any] | None = None,
        **others: object,
    ) -> Any:  # noqa: ANN401 - whatever Strawberry answers
        watch.note_operation(query, variable_values)
        return run(schema, query, variable_values, **others)

    return noted


def _noting_credentials(watch: LogWatch) -> Callable[..., Any]:
    admit = Viewers.admitted

    async def noted(viewers: Viewers, credentials: Credentials | None) -> Admission:
        if credentials is not None:
            watch.note_secret(credentials.text)
        return await admit(viewers, credentials)

    return noted


def _texts(value: object, *, is_secret: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part, is_secret=name in FIELDS)
    elif isinstance(value, str) and is_secret:
        yield value


def _shown(line: str) -> str:
    """The line and, since JSON writes some characters differently, its texts as they are."""
    try:
        return "\n".join([line, *_leaves(orjson.loads(line))])
    except orjson.JSONDecodeError:
        return line


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield str(value)
