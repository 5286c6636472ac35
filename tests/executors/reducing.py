"""Making an operation smaller for as long as the executors disagree about it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
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
    for fragment in document.definitions:
        if isinstance(fragment, FragmentDefinitionNode):
            yield _tidy(_unfolded(document, fragment), asked)
    for made in _variants(document):
        yield _tidy(made, asked)


def _variants(node: Any) -> Iterator[Any]:
    """The node with one thing taken away, in it or below it."""
    yield from _own_variants(node)
    for key in node.keys:
        below = getattr(node, key, None)
        if isinstance(below, Node):
            for one in _variants(below):
                yield replace(node, **{key: one})
        elif isinstance(below, tuple):
            for place, item in enumerate(below):
                for one in _variants(item):
                    yield replace(node, **{key: (*below[:place], one, *below[place + 1 :])})


def _own_variants(node: Any) -> Iterator[Any]:
    if isinstance(node, SelectionSetNode):
        for place, one in enumerate(node.selections):
            before, after = node.selections[:place], node.selections[place + 1 :]
            if len(node.selections) > 1:
                yield replace(node, selections=(*before, *after))
            if isinstance(one, InlineFragmentNode | FieldNode) and one.selection_set is not None:
                yield replace(node, selections=(*before, *one.selection_set.selections, *after))
    if isinstance(node, FieldNode):
        for place in range(len(node.arguments or ())):
            yield replace(node, arguments=(*node.arguments[:place], *node.arguments[place + 1 :]))
        if node.alias is not None:
            yield replace(node, alias=None)
    if isinstance(node, FieldNode | InlineFragmentNode | FragmentSpreadNode):
        for place in range(len(node.directives or ())):
            yield replace(node, directives=(*node.directives[:place], *node.directives[place + 1 :]))


def _unfolded(node: Any, fragment: FragmentDefinitionNode) -> Any:
    """The node with a fragment written out where it is used."""
    if isinstance(node, FragmentSpreadNode) and node.name.value == fragment.name.value:
        return InlineFragmentNode(
            type_condition=fragment.type_condition, directives=node.directives, selection_set=fragment.selection_set
        )
    changed = {}
    for key in node.keys:
        below = getattr(node, key, None)
        if isinstance(below, Node):
            changed[key] = _unfolded(below, fragment)
        elif isinstance(below, tuple):
            changed[key] = tuple(_unfolded(one, fragment) for one in below)
    return replace(node, **changed)


def _tidy(document: DocumentNode, asked: Asked) -> Asked:
    """Without fragments and variables that nothing uses."""
    before = -1
    while before != len(document.definitions):
        before = len(document.definitions)
        spread = {one.name.value for one in _nodes(document) if isinstance(one, FragmentSpreadNode)}
        kept = [
            one
            for one in document.definitions
            if not isinstance(one, FragmentDefinitionNode) or one.name.value in spread
        ]
        document = replace(document, definitions=tuple(kept))
    used = {one.name.value for one in _nodes(document) if isinstance(one, VariableNode)}
    definitions = [
        replace(
            one,
            variable_definitions=tuple(
                definition for definition in one.variable_definitions or () if definition.variable.name.value in used
            ),
        )
        if isinstance(one, OperationDefinitionNode)
        else one
        for one in document.definitions
    ]
    values = {name: value for name, value in asked.variables.items() if name in used}
    return Asked(print_ast(replace(document, definitions=tuple(definitions))), values, asked.operation_name)


def _nodes(node: Any) -> Iterator[Any]:
    """The node and all below it, but not the definitions of variables."""
    yield node
    for key in node.keys:
        if key == "variable_definitions":
            continue
        below = getattr(node, key, None)
        for one in below if isinstance(below, tuple) else [below]:
            if isinstance(one, Node):
                yield from _nodes(one)
