"""Tracebacks in the log: what happened where, without what anybody wrote."""

import asyncio
import contextlib
import gc
import logging
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Literal

import asyncpg
import pytest
import structlog
from graphql import GraphQLError, GraphQLInt
from pydantic import BaseModel
from tortoise.context import TortoiseContext

from graph.logs import configure_logging
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.sql import Parameters
from tests.logged import restored_logs

COMMENT = "Mr Miller of Basle"
"""What nobody may read; nowhere else in this file, because a traceback shows lines of code."""


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    with restored_logs():
        yield


class OurFailure(PeerscoreError):
    """Was foreseen."""


class Answer(BaseModel):
    """Has to be a number."""

    level: int


class Level(Enum):
    """The only one."""

    ONE = 1


def raised(error: Exception) -> Callable[[], object]:
    """A function that raises it."""

    def fail() -> None:
        raise error

    return fail


def logged(
    fail: Callable[[], object], capsys: pytest.CaptureFixture[str], log_format: Literal["console", "json"]
) -> str:
    """What is written of its failure."""
    configure_logging("debug", log_format)
    try:
        fail()
    except Exception:  # noqa: BLE001 - of whatever kind
        structlog.get_logger("peerscore.test").exception("failed")
    return capsys.readouterr().err


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize(
    ("fail", "name"),
    [
        (raised(asyncpg.CheckViolationError(COMMENT)), "asyncpg.exceptions.CheckViolationError"),
        (raised(asyncpg.DataError(COMMENT)), "asyncpg.exceptions.DataError"),
        (raised(sqlite3.IntegrityError(COMMENT)), "sqlite3.IntegrityError"),
        (raised(GraphQLError(COMMENT)), "graphql.error.graphql_error.GraphQLError"),
        (lambda: GraphQLInt.parse_value(COMMENT), "graphql.error.graphql_error.GraphQLError"),
        (lambda: Answer(level=COMMENT), "pydantic_core._pydantic_core.ValidationError"),
        (lambda: Level(COMMENT), "ValueError"),
        (lambda: int(COMMENT), "ValueError"),
        (lambda: {}[COMMENT], "KeyError"),
        (raised(Exception(COMMENT)), "Exception"),
    ],
)
def test_no_message_that_may_repeat_something_is_written(
    fail: Callable[[], object], name: str, log_format: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    written = logged(fail, capsys, log_format)
    assert f"{name}: (message not logged)" in written
    assert "Traceback (most recent call last):" in written
    assert "in logged" in written
    assert COMMENT not in written


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OurFailure("There is no such drug."), "tests.unit.test_tracebacks.OurFailure: There is no such drug."),
        (RuntimeError("no loop"), "RuntimeError: no loop"),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError: [Errno 111] refused"),
    ],
)
def test_our_own_messages_and_those_about_the_machine_are_written(
    error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert logged(raised(error), capsys, "console").splitlines()[-1] == line


def test_what_led_to_a_failure_is_told_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    def caused() -> None:
        try:
            {}[COMMENT]
        except KeyError as error:
            raise OurFailure("No.") from error

    def while_handling() -> None:
        with contextlib.suppress(ZeroDivisionError):
            caused()

    def all_of_them() -> None:
        try:
            int(COMMENT)
        except ValueError:
            while_handling()

    written = logged(all_of_them, capsys, "console")
    assert COMMENT not in written
    lines = [line for line in written.splitlines() if line and not line.startswith((" ", "Traceback"))][1:]
    assert lines == [
        "ValueError: (message not logged)",
        "During handling of the above exception, another exception occurred:",
        "KeyError: (message not logged)",
        "The above exception was the direct cause of the following exception:",
        "tests.unit.test_tracebacks.OurFailure: No.",
    ]


def test_hidden_causes_stay_hidden_and_circles_end(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        first, second = OurFailure("First."), OurFailure("Second.")
        first.__context__, second.__context__ = second, first
        raise first

    def hide() -> None:
        try:
            fail()
        except OurFailure:
            raise OurFailure("Third.") from None

    assert logged(fail, capsys, "console").count("Traceback") == 2
    written = logged(hide, capsys, "console")
    assert written.count("Traceback") == 1
    assert "Third." in written


def test_each_part_of_a_group_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    group = ExceptionGroup("unhandled", [OurFailure("First."), ExceptionGroup("inner", [KeyError(COMMENT)])])
    written = logged(raised(group), capsys, "console")
    assert COMMENT not in written
    assert written.count("One of the exceptions of the above group:") == 3
    assert "OurFailure: First." in written
    assert "KeyError: (message not logged)" in written


async def test_a_database_that_refuses_a_row_does_not_bring_it_into_the_log(
    migrated: TortoiseContext,  # noqa: ARG001 - opens the database
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("debug", "json")
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (1, COMMENT, 9, datetime(2026, 7, 1, tzinfo=UTC))))
    try:
        await database().execute_query(
            f"INSERT INTO held_comment (rating_id, comment, state, held_at) VALUES ({values})", parameters.values
        )
    except Exception:
        logging.getLogger("some.library").exception("failed")

    written = capsys.readouterr().err
    assert "tortoise.exceptions.IntegrityError: (message not logged)" in written
    assert COMMENT not in written


async def test_a_task_that_nobody_waits_for_does_not_bring_its_failure_into_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("debug", "json")

    async def fail() -> None:
        raise KeyError(COMMENT)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()

    written = capsys.readouterr().err
    assert '"event":"Task exception was never retrieved"' in written.replace('": "', '":"')
    assert "KeyError: (message not logged)" in written
    assert COMMENT not in written
