"""What a client is told when something is wrong: a code that programs can rely on, and a sentence for people."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import structlog
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, StreamExecutionResult

from graph.global_ids import global_id
from resolvers.errors import PeerscoreError
from resolvers.paging import InvalidCursor
from resolvers.priors.errors import UnknownPrior
from resolvers.reads.comparisons import NotRated, SameDrugTwice
from resolvers.reads.specialties import UnknownSpecialty
from resolvers.references import Kind, Reference, UnknownReference

INTERNAL_ERROR = "INTERNAL_ERROR"
INTERNAL_MESSAGE = "Something went wrong on our side. It has been logged under the request id of this answer."

CODES: dict[type[Exception], str] = {
    InvalidCursor: "INVALID_CURSOR",
    NotRated: "NOT_RATED",
    SameDrugTwice: "INVALID_ARGUMENT",
    UnknownPrior: "UNKNOWN_PRIOR",
    UnknownReference: "UNKNOWN_ID",
    UnknownSpecialty: "INVALID_ARGUMENT",
}
"""The codes of failures that are raised below GraphQL."""

log = structlog.get_logger("peerscore.graphql")


class InputError(GraphQLError):
    """Something in the request that cannot be used; the message says what and where.

    Args:
        code: for programs.
        message: for people.
        more: further `extensions`, by the names that clients read.
    """

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message, extensions={"code": code, **more})


def invalid_argument(message: str) -> InputError:
    """An argument with a value that its field does not take."""
    return InputError("INVALID_ARGUMENT", message)


def presented(error: GraphQLError, *, executed: bool) -> GraphQLError:
    """The error as a client may see it: with a code, and without anything that was not meant for clients.

    Args:
        error: as GraphQL or a field raised it.
        executed: whether the document was found valid, so that its execution had begun.
    """
    if error.extensions and "code" in error.extensions:
        return error
    cause = error.original_error
    if isinstance(cause, GraphQLError) and cause.extensions and "code" in cause.extensions:
        return _coded(error, cause.message, cause.extensions)
    if (unread := _unread(error)) is not None:
        unread_code, message = unread
        return _coded(error, message, {"code": unread_code})
    if isinstance(cause, PeerscoreError) and (code := CODES.get(type(cause))):
        return _coded(error, message_of(cause), {"code": code})
    if (cause is None or isinstance(cause, GraphQLError)) and error.path is None:
        # graphql-core's own words about the document or its variables; no field was running.
        code = "BAD_USER_INPUT" if executed else "GRAPHQL_VALIDATION_FAILED"
        return _coded(error, error.message, {"code": code})
    # The class and the place, with the traceback, but never the variables: they may hold what identifies people.
    log.error("unexpected error in a field", path=error.path, exc_info=cause or error)
    return _coded(error, INTERNAL_MESSAGE, {"code": INTERNAL_ERROR})


def _unread(error: GraphQLError) -> tuple[str, str] | None:
    """Code and message where there was no operation to carry out; None where there was one."""
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED", error.message
    # The others come where answers are streamed; otherwise the whole request is refused.
    if isinstance(error.original_error, CannotGetOperationTypeError):
        return "BAD_REQUEST", error.original_error.as_http_error_reason()
    if isinstance(error.original_error, InvalidOperationTypeError):
        # Only a request with GET may not carry every type.
        return "BAD_REQUEST", error.original_error.as_http_error_reason("GET")
    if isinstance(error.original_error, MissingQueryError):
        return "BAD_REQUEST", "No GraphQL query found in the request"
    return None


def message_of(cause: PeerscoreError) -> str:
    """What a client is told of a failure that was foreseen."""
    return cause.naming(partial(_given, cause.kind)) if isinstance(cause, UnknownReference) else str(cause)


def _given(kind: Kind, reference: Reference) -> str:
    """A reference as clients write it: a slug, or an id instead of the key that it stands for."""
    return reference if isinstance(reference, str) else global_id(kind.capitalize(), reference)


def _coded(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


class PresentErrors(SchemaExtension):
    """Gives every error its code and masks what was not foreseen."""

    executed = False
    streamed = False

    def on_execute(self) -> Iterator[None]:
        """Runs around the execution of a document that was found valid."""
        self.executed = True
        yield

    def on_operation(self) -> Iterator[None]:
        """Runs around each operation."""
        yield
        # What went out on a WebSocket has been presented by then.
        if not self.streamed:
            self._present(self.execution_context.result)

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        """Runs before each result goes out on a WebSocket, which is before the operation ends."""
        self.streamed = True
        self._present(result)
        yield

    def _present(self, result: object) -> None:
        if isinstance(result, ExecutionResult | CoreResult) and result.errors:
            result.errors = [presented(error, executed=self.executed) for error in result.errors]
