"""Logs while tests look at them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from graph.logs import DATA_LOGGERS, UVICORN_LOGGERS

NAMES = ("", "asyncio", *dict.fromkeys((*DATA_LOGGERS, *UVICORN_LOGGERS)))


@contextmanager
def restored_logs() -> Iterator[None]:
    """Afterwards logs are set up as before, whatever `configure_logging` has done."""
    loggers = {name: logging.getLogger(name) for name in NAMES}
    before = {
        name: (logger.handlers[:], logger.filters[:], logger.level, logger.propagate)
        for name, logger in loggers.items()
    }
    try:
        yield
    finally:
        for name, (handlers, filters, level, propagate) in before.items():
            logger = loggers[name]
            logger.handlers[:], logger.filters[:] = handlers, filters
            logger.setLevel(level)
            logger.propagate = propagate
        structlog.reset_defaults()
