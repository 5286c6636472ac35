"""Documents that clients send again and again, kept with all that depends on their text alone."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from graph.context import Context
from graph.costs import OperationCosts
from graph.limits import MOST_TOKENS, Refused, check_nesting, excess

KEPT_CHARACTERS = 200_000
"""Of all documents together that are kept. Parsed, one takes some sixty bytes for each; made for that, 280."""

LONGEST_KEPT = 20_000
"""Characters; a longer document is read anew each time."""


class KnownDocument:
    """A document that could be parsed.

    Attributes:
        document: parsed.
        errors: why it is not valid; None as long as it has not been validated.
    """

    __slots__ = ("_costs", "document", "errors")

    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.errors: list[GraphQLError] | None = None
        self._costs: dict[str | None, OperationCosts] = {}

    def costs(self, operation_name: str | None) -> OperationCosts | None:
        """The costs of one of its operations, or of the first; None if there is none of this name."""
        known = self._costs.get(operation_name)
        if known is None and (operation := self._operation(operation_name)):
            known = self._costs[operation_name] = OperationCosts(self.document, operation)
        return known

    def _operation(self, name: str | None) -> OperationDefinitionNode | None:
        for definition in self.document.definitions:
            if isinstance(definition, OperationDefinitionNode) and (
                name is None or (definition.name and definition.name.value == name)
            ):
                return definition
        return None


class KnownDocuments:
    """Those documents that were sent last, by their text.

    Args:
        most: how many are kept; with 0 none is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, KnownDocument] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._known)

    def get(self, query: str) -> KnownDocument | None:
        """The document with this text, if it is known."""
        known = self._known.get(query)
        if known is not None:
            self._known.move_to_end(query)
        return known

    def keep(self, query: str, document: KnownDocument) -> None:
        """Keep a document, and drop those that were not sent for longest."""
        if len(query) > LONGEST_KEPT or query in self._known:
            return
        self._known[query] = document
        self._characters += len(query)
        while len(self._known) > self._most or self._characters > KEPT_CHARACTERS:
            dropped, _ = self._known.popitem(last=False)
            self._characters -= len(dropped)


class CheckDocument(SchemaExtension):
    """Parses and validates documents, and refuses those that hold or ask for too much.

    A known document passes by one look into a dictionary.

    Args:
        known: what is kept from request to request.
    """

    def __init__(self, known: KnownDocuments) -> None:
        self._known = known
        self._document: KnownDocument | None = None

    def on_parse(self) -> Iterator[None]:
        """Runs before parsing; leaves what cannot be parsed to the schema, which gives the error its code."""
        context = self.execution_context
        query = context.query or ""
        document = self._known.get(query)
        if document is None:
            context.parse_options["max_tokens"] = MOST_TOKENS
            check_nesting(query)
            with suppress(GraphQLError):
                document = KnownDocument(parse(query, max_tokens=MOST_TOKENS))
                self._known.keep(query, document)
        if document is not None:
            self._document = document
            context.graphql_document = document.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Runs before validation."""
        context, document = self.execution_context, self._document
        if document is not None:
            if document.errors is None:
                document.errors = validate_document(
                    context.schema._schema,  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema
                    document.document,
                    context.validation_rules,
                )
            context.pre_execution_errors = document.errors
        yield

    def on_execute(self) -> Iterator[None]:
        """Runs between validation and execution."""
        context, document = self.execution_context, self._document
        costs = document.costs(context.operation_name) if document else None
        if costs is not None and isinstance(context.context, Context):
            settings = context.context.settings
            error = excess(costs.cost(context.variables or {}), settings.max_depth, settings.max_nodes)
            if error is not None:
                if costs.subscribes:
                    # It would be begun whatever the result is.
                    raise error
                context.result = Refused(None, [error])
        yield
