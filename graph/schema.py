"""The GraphQL schema, put together."""

from functools import cache, partial

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types import ExecutionContext

from graph.context import Context
from graph.debugging import TellExecutor
from graph.documents import CheckDocument, KnownDocuments
from graph.errors import PresentErrors
from graph.hooks import HooksRunner
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


class PeerscoreSchema(strawberry.Schema):
    """A schema that runs its extensions with little work around them, and logs no errors itself."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry's own logging would write foreseen errors, and what clients sent, to the log.

        `PresentErrors` knows which of them were foreseen.
        """

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> SchemaExtensionsRunner:
        """What runs the extensions around one operation."""
        return HooksRunner(execution_context, extensions)


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
    # All who send results write them with orjson.
    planned = partial(PlannedExecution, remembered=known_documents, keeps_times=True, note=_note_planned)
    return PeerscoreSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Drug, Indication, Treatment, Rating, Physician, *EVENT_TYPES],
        extensions=[
            PresentErrors,
            partial(CheckDocument, KnownDocuments(known_documents)),
            *((planned,) if executor == "planned" else ()),
            *((TellExecutor,) if debug else ()),
        ],
    )


def _note_planned(context: object, asks_context: bool) -> None:
    provenance = context.loaders.provenance if isinstance(context, Context) else None
    if provenance is not None:
        provenance.note_planned(asks_context=asks_context)


schema = build_schema()
