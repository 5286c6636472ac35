"""Making an operation smaller for as long as the executors disagree about it."""

from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    parse,
    print_ast,
    validate,
)

from tests.executors.failures import Asked

MOST_TRIES = 1_500


async def reduced(schema: GraphQLSchema, asked: Asked, disagree: Callable[[Asked], Awaitable[bool]]) -> Asked:
    """A smaller operation that the executors disagree about as well."""
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(asked):
            tries += 1
            if tries > MOST_TRIES:
                return asked
            if not validate(schema, parse(candidate.query)) and await disagree(candidate):
                asked = candidate
                smaller = True
                break
    return asked


def _smaller(asked: Asked) -> Iterator[Asked]:
    document = parse(asked.query, no_location=True)
    for change in range(_changes(document)):
        made = deepcopy(document)
        _change(made, change)
        yield _tidy(made, asked)


def _sites(node: Any) -> Iterator[tuple[Any, str, tuple[Any, ...]]]:
    """All places in a document of which something can be taken away, and what can be put there instead."""
    if isinstance(node, SelectionSetNode):
        selections = node.selections
        for place, one in enumerate(selections):
            before, after = selections[:place], selections[place + 1 :]
            if len(selections) > 1:
                yield node, "selections", (*before, *after)
            if isinstance(one, InlineFragmentNode | FieldNode) and one.selection_set is not None:
                yield node, "selections", (*before, *one.selection_set.selections, *after)
    if isinstance(node, FieldNode):
        for place in range(len(node.arguments or ())):
            yield node, "arguments", (*node.arguments[:place], *node.arguments[place + 1 :])
        if node.alias is not None:
            yield node, "alias", None  # type: ignore[misc]
    if isinstance(node, FieldNode | InlineFragmentNode | FragmentSpreadNode):
        for place in range(len(node.directives or ())):
            yield node, "directives", (*node.directives[:place], *node.directives[place + 1 :])
    for key in node.keys:
        below = getattr(node, key, None)
        for one in below if isinstance(below, tuple | list) else [below]:
            if isinstance(one, Node):
                yield from _sites(one)


def _changes(document: DocumentNode) -> int:
    return sum(1 for _ in _sites(document)) + _spreads(document)


def _spreads(document: DocumentNode) -> int:
    return sum(isinstance(one, FragmentDefinitionNode) for one in document.definitions)


def _change(document: DocumentNode, number: int) -> None:
    spreads = _spreads(document)
    if number < spreads:
        _unfold(document, number)
        return
    for place, (node, attribute, value) in enumerate(_sites(document)):
        if place == number - spreads:
            setattr(node, attribute, value)
            return


def _unfold(document: DocumentNode, number: int) -> None:
    """Write a named fragment where it is used."""
    fragment = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)][number]

    def unfold(node: Any) -> None:
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, tuple | list):
                items = []
                for one in below:
                    if isinstance(one, FragmentSpreadNode) and one.name.value == fragment.name.value:
                        items.append(
                            InlineFragmentNode(
                                type_condition=fragment.type_condition,
                                directives=one.directives,
                                selection_set=deepcopy(fragment.selection_set),
                            )
                        )
                    else:
                        items.append(one)
                        if isinstance(one, Node):
                            unfold(one)
                setattr(node, key, tuple(items))
            elif isinstance(below, Node):
                unfold(below)

    unfold(document)


def _tidy(document: DocumentNode, asked: Asked) -> Asked:
    """Without fragments and variables that nothing uses."""
    spreads, variables = set(), set()

    def look(node: Any) -> None:
        if isinstance(node, FragmentSpreadNode):
            spreads.add(node.name.value)
        if isinstance(node, VariableNode):
            variables.add(node.name.value)
        for key in node.keys:
            if key == "variable_definitions":
                continue
            below = getattr(node, key, None)
            for one in below if isinstance(below, tuple | list) else [below]:
                if isinstance(one, Node):
                    look(one)

    before = -1
    while before != len(document.definitions):
        before = len(document.definitions)
        spreads.clear()
        variables.clear()
        look(document)
        document.definitions = tuple(
            one
            for one in document.definitions
            if not isinstance(one, FragmentDefinitionNode) or one.name.value in spreads
        )
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            one.variable_definitions = tuple(
                definition
                for definition in one.variable_definitions or ()
                if definition.variable.name.value in variables
            )
    kept = {name: value for name, value in asked.variables.items() if name in variables}
    return Asked(print_ast(document), kept, asked.operation_name)
