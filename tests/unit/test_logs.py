"""Log lines: ours and the libraries' in one form, without statements' values."""

import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog

from graph.logs import configure_logging


@pytest.fixture(autouse=True)
def _restored_logs() -> Iterator[None]:
    names = ("", "aiosqlite", "asyncpg", "tortoise")
    before = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).level) for name in names}
    yield
    for name, (handlers, level) in before.items():
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def test_our_lines_and_those_of_uvicorn_have_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "auto")

    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("peerscore.test").info("ours", number=1)
        logging.getLogger("uvicorn.error").warning("theirs %d", 2)
        structlog.get_logger("peerscore.test").debug("not wanted")

    lines = [orjson.loads(line) for line in capsys.readouterr().err.splitlines()]
    for line in lines:
        assert line.pop("timestamp").endswith("Z")
    assert lines == [
        {"event": "ours", "number": 1, "request_id": "r1", "logger": "peerscore.test", "level": "info"},
        {"event": "theirs 2", "request_id": "r1", "logger": "uvicorn.error", "level": "warning"},
    ]


def test_statements_with_their_values_are_not_written_even_when_debugging(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "console")

    for name in ("aiosqlite", "asyncpg", "tortoise.db_client"):
        logging.getLogger(name).debug("INSERT …: a comment")
    logging.getLogger("peerscore.test").debug("ours")

    written = capsys.readouterr().err
    assert "a comment" not in written
    assert "ours" in written


def test_a_traceback_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "console")
    written_by_physician = "what a physician wrote"

    def fail(comment: str) -> None:
        raise RuntimeError(str(len(comment)))

    try:
        fail(written_by_physician)
    except RuntimeError:
        structlog.get_logger("peerscore.test").exception("failed")

    written = capsys.readouterr().err
    assert "RuntimeError: 22" in written
    assert written.count("what a physician wrote") == 0
