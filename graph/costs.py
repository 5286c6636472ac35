"""How many entries an operation can answer with, and how deep it is nested, reckoned before anything is read."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from graph.connections import DEFAULT_PAGE, LARGEST_RATING_PAGE
from graph.types.trend import MOST_MONTHS
from resolvers.reads.comparisons import MOST_COMPARED

FRAME = frozenset({"edges", "pageInfo"})
"""Fields that hold a page's entries or describe it, and are none themselves."""

PAGE_ARGUMENTS = ("first", "last")
LIST_ARGUMENTS = ("ids", "codes")
SIZING_ARGUMENTS = frozenset({*PAGE_ARGUMENTS, *LIST_ARGUMENTS})
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

MOST_RECKONED = 100
"""Costs of one operation that are kept."""


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
                return _page_size(size)
        for name in LIST_ARGUMENTS:
            if isinstance(listed := arguments.get(name), list):
                return len(listed)
        if field.name.value in LONG_LISTS:
            return LONG_LISTS[field.name.value]
        return DEFAULT_PAGE if field.name.value in PAGED_FIELDS else 1

    def _value(self, node: ValueNode) -> object:
        return self._variables.get(node.name.value) if isinstance(node, VariableNode) else _constant(node)


def _page_size(asked: int) -> int:
    return min(max(asked, 1), LARGEST_RATING_PAGE)


def _constant(node: ValueNode) -> object:
    """The value of a whole number or of a list, whose length is all that counts; None of anything else."""
    if isinstance(node, IntValueNode):
        return int(node.value)
    return list(node.values) if isinstance(node, ListValueNode) else None


def _defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    """The values of those variables that an operation gives values to itself."""
    return {
        definition.variable.name.value: _constant(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value
    }


class OperationCosts:
    """The costs of one operation, each reckoned once.

    Only the sizes of pages and the lengths of lists matter to them, and few operations take these from variables.

    Args:
        document: found valid.
        operation: one of it.
    """

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.subscribes = operation.operation is OperationType.SUBSCRIPTION
        self._selections = operation.selection_set
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._defaults = _defaults(operation)
        roots = (operation.selection_set, *(fragment.selection_set for fragment in self._fragments.values()))
        self._names = sorted({name for selections in roots for name in _sizing_variables(selections)})
        self._reckoned: dict[tuple[int | None, ...], Cost] = {}

    def cost(self, variables: Mapping[str, object]) -> Cost:
        """The cost of the operation; at the root of a subscription, that of one event.

        Args:
            variables: as a client sent them.
        """
        sizes = tuple([_size(variables.get(name, self._defaults.get(name))) for name in self._names])
        found = self._reckoned.get(sizes)
        if found is None:
            found = Reckoning(self._fragments, {**self._defaults, **variables}).cost(
                self._selections, Place.SUBSCRIPTION if self.subscribes else Place.ANYWHERE
            )
            if len(self._reckoned) >= MOST_RECKONED:
                self._reckoned.clear()
            self._reckoned[sizes] = found
        return found


def _sizing_variables(selections: SelectionSetNode) -> Iterator[str]:
    """The names of variables that say how long pages and lists are."""
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            for argument in selection.arguments or ():
                if isinstance(argument.value, VariableNode) and argument.name.value in SIZING_ARGUMENTS:
                    yield argument.value.name.value
        if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
            yield from _sizing_variables(selection.selection_set)


def _size(value: object) -> int | None:
    """What matters of a variable's value: a page's size, a list's length as a negative number, or nothing."""
    if isinstance(value, int):
        return _page_size(value)
    return -len(value) if isinstance(value, list) else None
