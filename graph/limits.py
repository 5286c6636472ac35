"""How much one operation may ask for, reckoned before anything is read."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    Lexer,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    ValueNode,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from graph.connections import DEFAULT_PAGE, LARGEST_RATING_PAGE
from graph.context import Context
from graph.types.trend import MOST_MONTHS
from resolvers.reads.comparisons import MOST_COMPARED

FRAME = frozenset({"edges", "pageInfo"})
"""Fields that hold a page's entries or describe it, and are none themselves."""

OPENING, CLOSING = "{[(", "}])"
DEEPEST_DOCUMENT = 100
"""Brackets within brackets; graphql-core's parser needs some six calls for each, and Python allows 1,000."""

PAGE_ARGUMENTS = ("first", "last")
LIST_ARGUMENTS = ("ids", "codes")
PAGED_FIELDS = frozenset({"drugs", "indications", "ratings", "treatments", "children", "ranking", "search"})
"""Fields that answer with a page; without an argument it has `DEFAULT_PAGE` entries."""

LONG_LISTS = {
    "pairs": MOST_COMPARED * (MOST_COMPARED - 1) // 2,
    "preferenceOrder": MOST_COMPARED,
    "competitors": 100,
    "points": MOST_MONTHS,
}
"""Fields that answer with a whole list, and how many entries that has at most; indications of more than a hundred
drugs do not exist."""


class Cost(NamedTuple):
    """How many entries a selection can answer with, for one parent, and how deep its fields are nested."""

    nodes: int
    depth: int


class Place(Enum):
    """Where a selection stands, if that matters to what its fields answer with."""

    ANYWHERE = "ANYWHERE"
    EDGE = "EDGE"
    """In an edge, whose node its connection has counted already."""
    SUBSCRIPTION = "SUBSCRIPTION"
    """At the root of a subscription, where a field answers with one event at a time."""


class Reckoning:
    """Reckons the cost of selections of one document.

    An entry of a list within a list counts as often as the outer list can be long. Each fragment is reckoned once,
    so that fragments within fragments cost no more than their text.
    """

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, object]) -> None:
        self._fragments = fragments
        self._variables = variables
        self._known: dict[tuple[str, Place], Cost] = {}

    def cost(self, selections: SelectionSetNode, place: Place = Place.ANYWHERE) -> Cost:
        """The cost of a selection set; at the root of a subscription, that of one event."""
        nodes, depth = 0, 1
        for selection in selections.selections:
            found = self._selection_cost(selection, place)
            nodes += found.nodes
            depth = max(depth, found.depth)
        return Cost(nodes, depth)

    def _selection_cost(self, selection: SelectionNode, place: Place) -> Cost:
        if isinstance(selection, FragmentSpreadNode):
            known = (selection.name.value, place)
            if known not in self._known:
                fragment = self._fragments[selection.name.value]
                self._known[known] = self.cost(fragment.selection_set, place)
            return self._known[known]
        if isinstance(selection, InlineFragmentNode):
            return self.cost(selection.selection_set, place)
        if isinstance(selection, FieldNode) and selection.selection_set and not selection.name.value.startswith("__"):
            name = selection.name.value
            below = self.cost(selection.selection_set, Place.EDGE if name == "edges" else Place.ANYWHERE)
            itself = 0 if name in FRAME or (place is Place.EDGE and name == "node") else 1
            entries = 1 if place is Place.SUBSCRIPTION else self._entries(selection)
            return Cost(entries * (itself + below.nodes), 1 + below.depth)
        return Cost(0, 1)

    def _entries(self, field: FieldNode) -> int:
        """How many entries the field answers with at most, as far as its arguments tell."""
        arguments = {argument.name.value: self._value(argument.value) for argument in field.arguments or ()}
        for name in PAGE_ARGUMENTS:
            if isinstance(size := arguments.get(name), int):
                # A number out of range is refused by the field, which says so better.
                return min(max(size, 1), LARGEST_RATING_PAGE)
        for name in LIST_ARGUMENTS:
            if isinstance(listed := arguments.get(name), list):
                return len(listed)
        if field.name.value in LONG_LISTS:
            return LONG_LISTS[field.name.value]
        return DEFAULT_PAGE if field.name.value in PAGED_FIELDS else 1

    def _value(self, node: ValueNode) -> object:
        return self._variables.get(node.name.value) if isinstance(node, VariableNode) else _constant(node)


def _constant(node: ValueNode) -> object:
    """The value of a whole number or of a list, whose length is all that counts; None of anything else."""
    if isinstance(node, IntValueNode):
        return int(node.value)
    return list(node.values) if isinstance(node, ListValueNode) else None


def _variables(operation: OperationDefinitionNode, given: Mapping[str, object]) -> dict[str, object]:
    """The values of an operation's variables, defaults included."""
    defaults = {
        definition.variable.name.value: _constant(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value
    }
    return {**defaults, **given}


class Refused(ExecutionResult):
    """What an operation is answered with that is not carried out."""


class LimitNesting(SchemaExtension):
    """Refuses a document that is nested deeper than its parser, which calls itself, can follow."""

    def on_parse(self) -> Iterator[None]:
        """Runs around parsing."""
        query = self.execution_context.query or ""
        # Most documents have fewer brackets in all than may be nested, and need no closer look.
        if sum(map(query.count, OPENING)) > DEEPEST_DOCUMENT and _nesting(query) > DEEPEST_DOCUMENT:
            message = f"The document is nested deeper than {DEEPEST_DOCUMENT} brackets."
            raise GraphQLError(message, extensions={"code": "TOO_DEEP"})
        yield


def _nesting(query: str) -> int:
    """How deep brackets are nested, up to the first place that is no GraphQL."""
    lexer = Lexer(Source(query))
    depth = deepest = 0
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            if token.kind.value in OPENING:
                depth += 1
                deepest = max(deepest, depth)
            elif token.kind.value in CLOSING:
                depth -= 1
    except GraphQLSyntaxError:
        # The parser will say so, and stop there as well.
        return deepest
    return deepest


class LimitCost(SchemaExtension):
    """Refuses an operation that is nested too deep or asks for too many entries."""

    def on_execute(self) -> Iterator[None]:
        """Runs between validation and execution."""
        context = self.execution_context
        document = context.graphql_document
        operation = _operation(document, context.operation_name)
        request_context = context.context
        if document and operation and isinstance(request_context, Context):
            fragments = {
                definition.name.value: definition
                for definition in document.definitions
                if isinstance(definition, FragmentDefinitionNode)
            }
            place = Place.SUBSCRIPTION if operation.operation is OperationType.SUBSCRIPTION else Place.ANYWHERE
            reckoning = Reckoning(fragments, _variables(operation, context.variables or {}))
            cost = reckoning.cost(operation.selection_set, place)
            settings = request_context.settings
            if cost.depth > settings.max_depth:
                message = f"The operation is nested {cost.depth} deep; {settings.max_depth} is the most."
                self._refuse("TOO_DEEP", message, place)
            elif cost.nodes > settings.max_nodes:
                self._refuse(
                    "TOO_COSTLY",
                    f"The operation asks for up to {cost.nodes} entries; {settings.max_nodes} are the most. "
                    "Ask for smaller pages.",
                    place,
                )
        yield

    def _refuse(self, code: str, message: str, place: Place) -> None:
        error = GraphQLError(message, extensions={"code": code})
        if place is Place.SUBSCRIPTION:
            # It would be begun whatever the result is.
            raise error
        self.execution_context.result = Refused(None, [error])


def _operation(document: DocumentNode | None, name: str | None) -> OperationDefinitionNode | None:
    for definition in document.definitions if document else ():
        if isinstance(definition, OperationDefinitionNode) and (
            name is None or (definition.name and definition.name.value == name)
        ):
            return definition
    return None
