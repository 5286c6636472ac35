"""Whether something failed only because the database cannot be reached just now."""

import asyncpg
from tortoise.exceptions import DBConnectionError

FAILURES = (
    OSError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    # The server stops, has been stopped or is starting.
    asyncpg.OperatorInterventionError,
    # The driver says so of a connection that has been closed meanwhile.
    asyncpg.exceptions.InterfaceError,
    # The driver is asked for something on a connection on which the server has said that it ends it, but which it has
    # not closed yet.
    asyncpg.exceptions.InternalClientError,
)
"""What drivers raise when there is no connection, or there is none any more."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the error, or what it was raised from, says that there is no connection to the database."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, FAILURES):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
