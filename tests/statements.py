"""Counting the SQL statements that a piece of work sends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Collector(logging.Handler):
    def __init__(self, statements: list[str]) -> None:
        super().__init__()
        self.statements = statements

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(record.getMessage())


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """The statements sent while the block runs, each with its values."""
    logger = logging.getLogger("tortoise.db_client")
    statements: list[str] = []
    collector, level, propagate = _Collector(statements), logger.level, logger.propagate
    logger.addHandler(collector)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield statements
    finally:
        logger.removeHandler(collector)
        logger.setLevel(level)
        logger.propagate = propagate
