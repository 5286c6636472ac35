"""Answers for those who watch the server: is the process alive, and can it do its work?"""

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from resolvers.database import database, require_migrated
from resolvers.errors import DatabaseBehind

DATABASE_PATIENCE = 5
"""Seconds after which a database that does not answer counts as unreachable."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("peerscore.health")


async def alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})


async def ready(_: Request) -> JSONResponse:
    """200 when the database can be reached and has all migrations, otherwise 503 and the reason."""
    try:
        async with asyncio.timeout(DATABASE_PATIENCE):
            await database().execute_query("SELECT 1")
            await require_migrated()
    except DatabaseBehind as error:
        return _not_ready(str(error))
    except Exception:
        # What a driver says may hold addresses and names: it is for the log only.
        log.warning("database unreachable", exc_info=True)
        return _not_ready("The database cannot be reached.")
    return JSONResponse({"status": "ready"})


def _not_ready(reason: str) -> JSONResponse:
    return JSONResponse({"status": "not ready", "reason": reason}, status_code=503)
