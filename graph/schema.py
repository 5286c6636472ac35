"""The GraphQL schema, put together."""

from collections.abc import Callable
from functools import cache, partial

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter, SchemaExtension, ValidationCache
from strawberry.types import ExecutionContext

from graph.debugging import TellExecutor
from graph.documents import KeepParsed
from graph.errors import PresentErrors
from graph.limits import LimitCost, LimitNesting
from graph.mutation import Mutation
from graph.planning import PlannedExecution
from graph.query import Query
from graph.settings import KNOWN_DOCUMENTS, ExecutorName
from graph.subscription import Subscription
from graph.types.drug import Drug
from graph.types.feed import EVENT_TYPES
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.rating import Rating
from graph.types.treatment import Treatment

MOST_TOKENS = 10_000
"""Of a document: more than any page of an application needs, and read in a few milliseconds."""


class PeerscoreSchema(strawberry.Schema):
    """A schema whose errors are logged by `PresentErrors`, which knows which of them were foreseen."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry's own logging would write foreseen errors, and what clients sent, to the log."""


@cache
def build_schema(
    executor: ExecutorName = "planned", known_documents: int = KNOWN_DOCUMENTS, *, debug: bool = False
) -> strawberry.Schema:
    """The schema that the server serves and `schema.graphql` shows.

    Args:
        executor: what carries out operations.
        known_documents: how many documents are kept parsed and validated; 0 keeps none.
        debug: whether answers say what has carried them out.
    """
    return PeerscoreSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Drug, Indication, Treatment, Rating, Physician, *EVENT_TYPES],
        extensions=[
            PresentErrors,
            LimitNesting,
            LimitCost,
            partial(MaxTokensLimiter, max_token_count=MOST_TOKENS),
            *(_keeping(known_documents) if known_documents else ()),
            *((partial(PlannedExecution, remembered=known_documents),) if executor == "planned" else ()),
            *((TellExecutor,) if debug else ()),
        ],
    )


def _keeping(known_documents: int) -> tuple[Callable[[], SchemaExtension], ...]:
    return partial(KeepParsed, maxsize=known_documents), partial(ValidationCache, maxsize=known_documents)


schema = build_schema()
