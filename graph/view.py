"""GraphQL over HTTP: JSON in and out, whatever happens."""

from datetime import timedelta
from json import JSONDecodeError

import orjson
import strawberry
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UNSET, UnsetType

from graph.clock import Clock
from graph.context import Context
from graph.explorer.page import explorer_html
from graph.loaders import Loaders
from graph.middleware import error_response, note_viewer
from graph.settings import Settings
from graph.signing_in.credentials import credentials_of, socket_credentials
from graph.signing_in.handler import SocketAdapter, SocketHandler
from graph.signing_in.refusals import SignInRefused
from graph.signing_in.sockets import SOCKETS, OpenSocket, close_code, close_websocket
from graph.signing_in.viewers import Admission, Viewers
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex
from resolvers.viewers import ANONYMOUS

AUTHORIZATION_HEADER = "Authorization"

INIT_PATIENCE = timedelta(seconds=10)
"""How long a socket may stay silent about who it is."""

CODES = {400: "BAD_REQUEST", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


class PeerscoreView(GraphQL[Context, None]):
    """The ASGI application behind /graphql."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = SocketAdapter

    def __init__(self, schema: strawberry.Schema, settings: Settings, now: Clock) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if settings.explorer else None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            allowed_origins=settings.cors_origins,
            connection_init_wait_timeout=INIT_PATIENCE,
        )
        self.settings = settings
        self.now = now
        self.catalogue_index = CatalogueIndex()
        self.priors = PriorVersions()
        self.viewers = Viewers(settings, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that is not GraphQL gets its error as JSON as well."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            response = error_response(error.status_code, CODES.get(error.status_code, "BAD_REQUEST"), error.reason)
        except SignInRefused as refused:
            challenge = {} if refused.challenge is None else {"WWW-Authenticate": refused.challenge}
            response = error_response(refused.status, refused.code, str(refused), challenge)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """What the fields of this request share.

        Raises:
            SignInRefused: the request has not said who asks, or not in a way that is accepted.
        """
        admission = await self._admission(request)
        return Context(
            settings=self.settings,
            loaders=Loaders(self.priors, self.now, memoise=isinstance(request, Request), viewer=admission.viewer),
            catalogue_index=self.catalogue_index,
            identity_key=self.viewers.identity_key,
            request=request,
            response=response,
        )

    async def _admission(self, request: Request | WebSocket) -> Admission:
        if isinstance(request, WebSocket) or self._shows_editor(request):
            # A socket says who it is in its first message; the editor's page is for everybody.
            return Admission(ANONYMOUS)
        admission = await self.viewers.admitted(credentials_of(request.headers.getlist(AUTHORIZATION_HEADER)))
        note_viewer(admission.viewer)
        return admission

    async def on_ws_connect(self, context: Context) -> UnsetType:
        """Let a socket in, or close it with a code and a reason.

        Raises:
            ConnectionRejectionError: it has been closed.
        """
        websocket = context.response
        assert isinstance(websocket, WebSocket)  # noqa: S101 - as Strawberry calls it
        try:
            credentials = socket_credentials(
                websocket.headers.getlist(AUTHORIZATION_HEADER), context.connection_params or {}
            )
            admission = await self.viewers.admitted(credentials)
        except SignInRefused as refused:
            await close_websocket(websocket, close_code(refused), refused.code)
            raise ConnectionRejectionError from refused
        SOCKETS.add(OpenSocket(websocket, context, self.viewers, credentials, admission))
        # What a socket sent is needed no more, and must not stay where a field could show it.
        context.connection_params = None
        note_viewer(admission.viewer)
        nothing_to_add: UnsetType = UNSET
        return nothing_to_add

    def _shows_editor(self, request: Request) -> bool:
        return self.graphql_ide is not None and self.should_render_graphql_ide(StarletteRequestAdapter(request))

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
