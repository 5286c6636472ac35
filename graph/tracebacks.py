"""Exceptions as they are written to the log: where they happened and of what kind, but no values.

The message of an exception can hold what somebody sent. PostgreSQL adds the whole row to the failure of a constraint,
asyncpg repeats a value that does not fit its column, pydantic and GraphQL repeat what they could not read, and Python
the key or the text that it could not find or convert.
"""

import traceback
from collections.abc import Iterator

from structlog.typing import ExcInfo

from resolvers.errors import PeerscoreError

OF_PYTHON = (
    AssertionError,
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
)
"""Python's own exceptions whose messages tell of code or of the machine; of their subclasses only Python's own."""

HIDDEN = "(message not logged)"

CAUSE = "\nThe above exception was the direct cause of the following exception:\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n"
"""As Python itself puts it."""


def traceback_without_values(exc_info: ExcInfo) -> str:
    """The traceback of an exception and of those that led to it, in Python's form.

    Only messages of our own failures and those `OF_PYTHON` are written; of the others the class must do.
    """
    return "\n".join(_lines(exc_info[1], set()))


def _lines(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    before, sentence = error.__cause__, CAUSE
    if before is None and not error.__suppress_context__:
        before, sentence = error.__context__, CONTEXT
    if before is not None and id(before) not in told:
        yield from _lines(before, told)
        yield sentence
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield f"{_name(type(error))}: {_message(error)}"
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(part) not in told:
            yield "\nOne of the exceptions of the above group:\n"
            yield from _lines(part, told)


def _name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    is_of_python = isinstance(error, OF_PYTHON) and type(error).__module__ == "builtins"
    return str(error) if isinstance(error, PeerscoreError) or is_of_python else HIDDEN
