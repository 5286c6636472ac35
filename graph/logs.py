"""Structured logs on standard error: ours and those of the libraries, in one form.

What clients send is never logged: no query, no variables, no query string, and nothing that an exception repeats.
"""

import logging
import sys
from typing import Literal, TextIO

import structlog
from structlog.typing import ExcInfo

from graph.tracebacks import traceback_without_values

DATA_LOGGERS = ("aiosqlite", "asyncpg", "tortoise", "uvicorn.error")
"""Loggers that write statements with their values at level debug, and with them physicians' comments, or what arrives
on WebSockets, and with it tokens."""

UVICORN_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


def _without_socket_addresses(record: logging.LogRecord) -> bool:
    """Leave out uvicorn's line about a new WebSocket: it repeats the query string, which may hold a token."""
    return "WebSocket %s" not in str(record.msg)


def _first_line_only(record: logging.LogRecord) -> bool:
    """Cut what asyncio adds to its message: a task, and with it the exception's own message."""
    record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


def configure_logging(level: str, log_format: Literal["auto", "console", "json"]) -> None:
    """Set up the logs of the whole process; may be called again.

    Args:
        level: the name of the least serious level that is written.
        log_format: `auto` is console when a person watches standard error, otherwise json.
    """
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(console=console),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in DATA_LOGGERS:
        logging.getLogger(name).setLevel(max(root.level, logging.INFO))
    for name in UVICORN_LOGGERS:
        uvicorn_logger = logging.getLogger(name)
        uvicorn_logger.handlers.clear()
        uvicorn_logger.propagate = True
    # Adding the same filter twice changes nothing.
    logging.getLogger("uvicorn.error").addFilter(_without_socket_addresses)
    logging.getLogger("asyncio").addFilter(_first_line_only)


def _rendering(*, console: bool) -> list[structlog.types.Processor]:
    if console:
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_write_traceback)]
    return [structlog.processors.ExceptionRenderer(traceback_without_values), structlog.processors.JSONRenderer()]


def _write_traceback(file: TextIO, exc_info: ExcInfo) -> None:
    file.write("\n" + traceback_without_values(exc_info))
