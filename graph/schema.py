"""The GraphQL schema, put together."""

from functools import partial
from typing import Literal

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter, ValidationCache
from strawberry.types import ExecutionContext

from graph.documents import KNOWN_DOCUMENTS, KeepParsed
from graph.errors import PresentErrors
from graph.limits import LimitCost, LimitNesting
from graph.mutation import Mutation
from graph.planning import PlannedExecution
from graph.query import Query
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


ExecutorName = Literal["planned", "graphql-core"]


def build_schema(executor: ExecutorName = "planned", *, tells: bool = False) -> strawberry.Schema:
    """The schema that the server serves and `schema.graphql` shows.

    Args:
        executor: what executes operations.
        tells: whether answers say in their `extensions` what has executed them.
    """
    planned = partial(PlannedExecution, remembered=KNOWN_DOCUMENTS, tells=tells)
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
            partial(KeepParsed, maxsize=KNOWN_DOCUMENTS),
            partial(ValidationCache, maxsize=KNOWN_DOCUMENTS),
            *([planned] if executor == "planned" else []),
        ],
    )


schema = build_schema()
