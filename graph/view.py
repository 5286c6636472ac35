"""GraphQL over HTTP: JSON in and out, whatever happens."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from json import JSONDecodeError

import orjson
import strawberry
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.types import HTTPMethod
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from graph.clock import Clock
from graph.context import Context
from graph.entries import Entries
from graph.explorer.page import explorer_html
from graph.feed.beginnings import Beginnings
from graph.feed.cursors import FeedCursors
from graph.feed.hub import Hub
from graph.first_read import FIRST_READ
from graph.kept_answers import KeptAnswers
from graph.loaders import Loaders
from graph.middleware import note_viewer, replay
from graph.plain_requests import authorizations, is_plain, plain_operation, send_json, whole_body
from graph.provenance import Provenance
from graph.refusing import refusal
from graph.settings import Settings
from graph.signing_in.credentials import credentials_of, socket_credentials
from graph.signing_in.handler import SocketAdapter, SocketHandler
from graph.signing_in.refusals import SignInRefused
from graph.signing_in.sockets import SOCKETS, OpenConnection, close_code, close_websocket, end_websocket
from graph.signing_in.viewers import Admission, Viewers
from graph.transports.accepting import Accepted, StreamFraming, SubscriptionAsked, accepted_forms
from graph.transports.streaming import Asked, StreamedResponse
from graph.versions import VersionsOfRequest
from resolvers.catalogue_cache import UNCACHED, CatalogueCache, CatalogueReads
from resolvers.kept_handles import KeptHandles
from resolvers.lookups import LookUps
from resolvers.priors.current import PriorVersions
from resolvers.score_cache.cache import ScoreCache
from resolvers.score_cache.reads import ScoreReads
from resolvers.search.current import CatalogueIndex
from resolvers.versions import Versions, read_versions
from resolvers.viewers import ANONYMOUS, Viewer

AUTHORIZATION_HEADER = "Authorization"

INIT_PATIENCE = timedelta(seconds=10)
"""How long a socket may stay silent about who it is."""

SINGLE_ANSWERS: Mapping[HTTPMethod, Collection[OperationType]] = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}
"""Operations that a request may carry that is answered once."""


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
        self.entries = Entries()
        self.beginnings = Beginnings()
        self.scores = ScoreReads(ScoreCache(settings.score_cache_bytes))
        self.priors = PriorVersions(self.scores.prior_in_use)
        self.viewers = Viewers(settings, now)
        self.catalogue = CatalogueCache() if settings.catalogue_cache == "on" else None
        self.handles = KeptHandles(settings.handle_cache)
        self.answers = KeptAnswers(self.scores.cache) if settings.keeps_answers else None
        self._versions: LookUps[None, Versions] = LookUps(_versions_now)
        self.hub = Hub(schema, self._event_context, self._look_at, now, mirror=self.scores.cache)
        self._idle_context = self._event_context(ANONYMOUS)

    async def prepare(self) -> None:
        """Do what no client shall wait for: build the index of the catalogue, and read once as clients do."""
        await self.catalogue_index.current()
        # Should it fail, the log says so, and there is no reason not to serve what can be read.
        await self.schema.execute(FIRST_READ, context_value=self._event_context(ANONYMOUS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket, or answer a request; one that is not GraphQL gets its error as JSON as well."""
        if scope["type"] != "http":
            await self.run(WebSocket(scope, receive, send))
            return
        operation: GraphQLRequestData | None = None
        if is_plain(scope):
            body = await whole_body(receive)
            operation = plain_operation(body)
            receive = replay(body, receive)
        request = Request(scope, receive)
        response: ASGIApp
        try:
            if operation is not None:
                answer = await self._answer(request, body, operation)
                await send_json(send, answer)
                return
            response = await self._response(request, accepted_forms(request.headers.getlist("Accept")))
        except (HTTPException, SignInRefused, SubscriptionAsked) as error:
            response = refusal(error)
        await response(scope, receive, send)

    async def _answer(self, request: Request, body: bytes, operation: GraphQLRequestData) -> bytes:
        """The JSON text with which a plain request is answered: what `run` does, without what it cannot need.

        An answer that is kept is given without anything being executed.

        Raises:
            HTTPException: there is no operation to carry out.
            SignInRefused: the request has not said who asks, or not in a way that is accepted.
            SubscriptionAsked: the operation is a subscription.
        """
        admission = await self._admission(request)
        viewer, versions = admission.viewer, self._versions_of(admission)
        answers, provenance = self.answers, None
        if answers is not None:
            kept = await answers.find(body, viewer, versions)
            if kept is not None:
                return kept
            provenance = answers.begin()
        context = self._context(viewer, request, None, self.hub.cursors, versions, provenance, memoise=True)
        result = await self.execute_single(request, StarletteRequestAdapter(request), None, context, None, operation)
        answer = self.encode_json(await self.process_result(request, result))
        if answers is not None and provenance is not None and not result.errors and not result.extensions:
            answers.keep(body, viewer, versions, provenance, answer)
        return answer

    async def _response(self, request: Request, accepted: Accepted) -> ASGIApp:
        if accepted.stream is None or accepted.single or self._shows_editor(request):
            try:
                return await self.run(request)
            except SubscriptionAsked:
                if accepted.stream is None:
                    raise
        return await self._stream(request, accepted.stream)

    async def _stream(self, request: Request, framing: StreamFraming) -> ASGIApp:
        """A response that goes on.

        Raises:
            HTTPException: the request has the wrong form.
            SignInRefused: it has not said who asks, or not in a way that is accepted.
        """
        adapter = StarletteRequestAdapter(request)
        if not self.is_request_allowed(adapter):
            raise HTTPException(405, "GraphQL only supports GET and POST requests.")
        try:
            data = await self.parse_http_body(adapter)
        except JSONDecodeError as error:
            raise HTTPException(400, "Unable to parse request body as JSON") from error
        if isinstance(data, list) or not data.query:
            raise HTTPException(400, "No GraphQL query found in the request")
        credentials = credentials_of(request.headers.getlist(AUTHORIZATION_HEADER))
        admission = await self.viewers.admitted(credentials)
        note_viewer(admission.viewer)
        return StreamedResponse(
            self.schema,
            self.hub,
            Asked(data.query, data.variables, data.operation_name, OperationType.from_http(adapter.method)),
            self.operation_context(admission.viewer, request),
            framing,
            partial(OpenConnection, self.viewers, credentials, admission),
            request.headers.get("Last-Event-ID"),
        )

    async def execute_single(
        self,
        request: Request,  # noqa: ARG002 - as Strawberry calls it
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response | None,  # noqa: ARG002 - likewise
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """The result of a query or a mutation.

        Raises:
            HTTPException: there is none to carry out.
            SubscriptionAsked: it is a subscription.
        """
        try:
            return await self.schema.execute(
                request_data.query,
                root_value=root_value,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=SINGLE_ANSWERS[request_adapter.method],
                operation_extensions=request_data.extensions,
            )
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise SubscriptionAsked from error
            raise HTTPException(400, error.as_http_error_reason(request_adapter.method)) from error
        except MissingQueryError as error:
            raise HTTPException(400, "No GraphQL query found in the request") from error
        finally:
            # Nothing is asked for any more.
            context.loaders.let_go()

    def operation_context(self, viewer: Viewer, request: Request | WebSocket) -> Context:
        """What the fields share of one operation of a socket, or of one that is answered by a stream."""
        response = request if isinstance(request, WebSocket) else None
        return self._context(viewer, request, response, self.hub.cursors, memoise=False)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket | None) -> Context:
        """What the fields of this request share.

        Raises:
            SignInRefused: the request has not said who asks, or not in a way that is accepted.
        """
        if isinstance(request, WebSocket):
            # Each operation gets a context of its own; this one only stands for the socket.
            return replace(self._idle_context, request=request, response=response)
        admission = await self._admission(request)
        versions = self._versions_of(admission)
        return self._context(admission.viewer, request, response, self.hub.cursors, versions, memoise=True)

    def _versions_of(self, admission: Admission) -> VersionsOfRequest:
        return VersionsOfRequest(admission.versions, partial(self._versions.look_up, None))

    def _event_context(self, viewer: Viewer) -> Context:
        """What the fields share that are resolved for events; a reader stands for all who see the same."""
        return self._context(viewer, None, None, None, memoise=True)

    def _context(
        self,
        viewer: Viewer,
        request: Request | WebSocket | None,
        response: Response | WebSocket | None,
        cursors: FeedCursors | None,
        versions: VersionsOfRequest | None = None,
        provenance: Provenance | None = None,
        *,
        memoise: bool,
    ) -> Context:
        return Context(
            settings=self.settings,
            loaders=Loaders(
                self.priors,
                self.now,
                memoise=memoise,
                viewer=viewer,
                scores=self.scores,
                catalogue=UNCACHED if versions is None else CatalogueReads(self.catalogue, versions.catalogue),
                handles=self.handles,
                versions=versions,
                provenance=provenance,
            ),
            catalogue_index=self.catalogue_index,
            entries=self.entries,
            identity_key=self.viewers.identity_key,
            cursors=cursors,
            request=request,
            response=response,
        )

    async def _look_at(self, account_ids: Collection[int], key_ids: Collection[int]) -> None:
        await SOCKETS.look_at(account_ids, key_ids, self.now())

    async def _admission(self, request: Request) -> Admission:
        if self._shows_editor(request):
            # The page is for everybody.
            return Admission(ANONYMOUS)
        admission = await self.viewers.admitted(credentials_of(authorizations(request.scope["headers"])))
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
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the one that serves the socket
        SOCKETS.add(
            websocket,
            OpenConnection(self.viewers, credentials, admission, partial(end_websocket, websocket, task)),
        )
        # What a socket sent is needed no more, and must not stay where a field could show it.
        context.connection_params = None
        note_viewer(admission.viewer)
        nothing_to_add: UnsetType = UNSET
        return nothing_to_add

    def _shows_editor(self, request: Request) -> bool:
        return (
            self.graphql_ide is not None
            and request.method == "GET"
            and self.should_render_graphql_ide(StarletteRequestAdapter(request))
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


async def _versions_now(asked: Sequence[None]) -> list[Versions]:
    return [await read_versions()] * len(asked)
