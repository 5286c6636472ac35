"""The HTTP application: the GraphQL API, health, and what surrounds every request."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route, WebSocketRoute

from graph import health
from graph.clock import Clock, utc_now
from graph.logs import configure_logging
from graph.middleware import BodyLimit, RequestLog, UnexpectedErrors, error_response
from graph.opening import open_migrated
from graph.schema import build_schema
from graph.settings import Settings, load_settings
from graph.signing_in.sockets import looked_after
from graph.view import PeerscoreView
from resolvers.identity.key import check_identity_key

API_PATH = "/graphql"

COLLECTING = (10_000, 10, 100)
"""When garbage is collected: after so many new objects, and each generation after so many collections of the one
before. With Python's own numbers ten thousand sockets that connect cause dozens of full collections, of up to a second
each."""

LEVELS_WITH_REQUESTS = ("debug", "info")
"""Log levels at which each request has its line."""

ERROR_CODES = {HTTPStatus.NOT_FOUND: "NOT_FOUND", HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED"}


def create_app(settings: Settings | None = None, now: Clock = utc_now) -> Starlette:
    """The application. Without settings it reads them itself and sets up the logs, as a server's factory.

    Args:
        settings: the checked settings.
        now: the clock by which trends know which months are the last ones, and tokens expire.

    Raises:
        InvalidSettings: the settings that it reads itself cannot be used, or those for signing in do not fit together.
        InvalidIdentityKey: what the settings or the file hold is no identity key.
        IdentityKeyFileUnusable: that file can neither be read nor made.
    """
    if settings is None:
        settings = load_settings().settings
        configure_logging(settings.log_level, settings.log_format)
    database_url = settings.database_url
    schema = build_schema(settings.executor, settings.document_cache, debug=settings.debug)
    view = PeerscoreView(schema, settings, now)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with open_migrated(database_url, everywhere=True):
            if view.viewers.identity_key is not None:
                await check_identity_key(view.viewers.identity_key)
            await view.prepare()
            async with view.hub.running(), looked_after(now):
                with seldom_collected():
                    yield

    return Starlette(
        routes=[
            # First, because routes are tried one after the other.
            Route(API_PATH, view),
            Route("/", to_api),
            WebSocketRoute(API_PATH, view),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
        ],
        middleware=_middleware(settings),
        exception_handlers={HTTPException: refuse},
        lifespan=lifespan,
    )


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Meanwhile collections of garbage leave out what is there already, and become seldom."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTING)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        # Whoever runs several servers in one process, one after the other, gets the memory of the first back.
        gc.unfreeze()


async def to_api(_: Request) -> RedirectResponse:
    return RedirectResponse(API_PATH)


async def refuse(request: Request, error: Exception) -> JSONResponse:
    """An unknown path or method, in the form of a GraphQL error."""
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls this for no other kind
    message = (
        f"There is nothing at this path; the API is at {API_PATH}."
        if error.status_code == HTTPStatus.NOT_FOUND
        else f"{request.method} is not possible here."
    )
    code = ERROR_CODES.get(HTTPStatus(error.status_code), "BAD_REQUEST")
    return error_response(error.status_code, code, message, error.headers)


def _middleware(settings: Settings) -> list[Middleware]:
    """From the outside in: even a failure is logged with its id and can be read by an allowed website."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID"],
    )
    return [
        Middleware(RequestLog, lines=settings.log_level in LEVELS_WITH_REQUESTS),
        *([cors] if settings.cors_origins else []),
        Middleware(UnexpectedErrors),
        Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
    ]
