"""How many SQL statements an operation takes."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx2

from benchmarks.operations import Operation
from benchmarks.reader import moderators_headers, settings_for
from graph.app import API_PATH, create_app
from graph.logs import configure_logging
from resolvers.database import DatabaseUrl, open_database


class OperationFailed(Exception):
    """The API answered an operation with an error."""


class _Recorder(logging.Handler):
    """Tortoise logs every statement that it sends, with its values after it."""

    def __init__(self, statements: list[str]) -> None:
        super().__init__()
        self.statements = statements

    def emit(self, record: logging.LogRecord) -> None:
        assert isinstance(record.args, tuple)  # noqa: S101 - Tortoise logs "%s: %s"
        self.statements.append(str(record.args[0]))


@contextmanager
def recorded() -> Iterator[list[str]]:
    """The texts of the statements that are sent within the block, but for COPY and what begins and ends transactions.

    One that is sent once and run for several rows is there once.
    """
    logger = logging.getLogger("tortoise.db_client")
    statements: list[str] = []
    recorder = _Recorder(statements)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(recorder)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield statements
    finally:
        logger.removeHandler(recorder)
        logger.setLevel(level)
        logger.propagate = propagate


async def statement_counts(url: str, operations: Sequence[Operation]) -> dict[str, int]:
    """The statements of each operation for a moderator, by its name, in a process that has answered it before.

    Raises:
        OperationFailed: an answer holds errors.
    """
    configure_logging("warning", "auto")
    app = create_app(settings_for(url))
    counts: dict[str, int] = {}
    async with (
        open_database(DatabaseUrl.parse(url), everywhere=True),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://in-process", headers=moderators_headers()
        ) as client,
    ):
        for operation in operations:
            # The first search of a process builds the index; what follows is what counts.
            asked = {"query": operation.query, "variables": operation.variables}
            await client.post(API_PATH, json=asked)
            with recorded() as statements:
                answer = (await client.post(API_PATH, json=asked)).json()
            if answer.get("errors"):
                raise OperationFailed(f"{operation.name}: {answer['errors']}")
            counts[operation.name] = len(statements)
    return counts
