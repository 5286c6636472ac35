"""GraphQL over HTTP: JSON in and out, whatever happens."""

from json import JSONDecodeError
from typing import Any

import orjson
import strawberry
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from graph.clock import Clock
from graph.context import Context
from graph.explorer.page import explorer_html
from graph.loaders import Loaders
from graph.settings import Settings
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex

CODES = {400: "BAD_REQUEST", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


class PeerscoreView(GraphQL[Context, None]):
    """The ASGI application behind /graphql."""

    def __init__(self, schema: strawberry.Schema, settings: Settings, now: Clock) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if settings.explorer else None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            allowed_origins=settings.cors_origins,
        )
        self.settings = settings
        self.now = now
        self.catalogue_index = CatalogueIndex()
        self.priors = PriorVersions()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that is not GraphQL gets its error as JSON as well."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            response = _refusal(error.status_code, error.reason)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """What the fields of this request share."""
        return Context(
            settings=self.settings,
            loaders=Loaders(self.priors, self.now, memoise=isinstance(request, Request)),
            catalogue_index=self.catalogue_index,
            request=request,
            response=response,
        )

    async def render_graphql_ide(self, request: Request) -> Response:  # noqa: ARG002 - as Strawberry calls it
        """The query editor, for people who open the address in a browser."""
        return HTMLResponse(explorer_html())

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData | list[GraphQLRequestData]:
        """The operation in a request's body or address.

        Raises:
            HTTPException: there is none, or a part of it has the wrong form.
        """
        try:
            data = await super().parse_http_body(request)
        except AttributeError as error:
            # Strawberry takes any JSON for an object.
            raise HTTPException(400, "The request must be a JSON object") from error
        if isinstance(data, GraphQLRequestData) and not isinstance(data.operation_name, str | None):
            raise HTTPException(400, "`operationName` must be a string or null")
        return data

    def decode_json(self, data: str | bytes) -> object:
        """The value of a JSON text; JSONDecodeError if it is none, as Strawberry expects."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise JSONDecodeError(error.msg, "", 0) from error

    def encode_json(self, data: object) -> bytes:
        """The JSON text of an answer."""
        return orjson.dumps(data)

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """The answer as a response of type application/json."""
        return Response(self.encode_json(response_data), media_type="application/json", headers=sub_response.headers)


def _refusal(status: int, message: str) -> Response:
    body: dict[str, Any] = {"errors": [{"message": message, "extensions": {"code": CODES.get(status, "BAD_REQUEST")}}]}
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
