"""Which of a subscription's variables matter to what is resolved for an event.

Those that only choose events do not: two subscribers to different drugs with the same document can be answered with
the same bytes.
"""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)


def variables_of_events(document: DocumentNode, operation_name: str | None) -> frozenset[str]:
    """Names of the variables that are used anywhere but in the arguments of the subscription's own field.

    Args:
        document: a valid document.
        operation_name: of one of its operations; None if it has only one.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operation = next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (operation_name is None or (node.name is not None and node.name.value == operation_name))
    )
    return frozenset(_of_root(operation.selection_set, fragments))


def _of_root(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for selection in selections.selections:
        for directive in selection.directives or ():
            yield from _within(directive, fragments, set())
        if isinstance(selection, FieldNode):
            if selection.selection_set is not None:
                yield from _within(selection.selection_set, fragments, set())
        elif isinstance(selection, InlineFragmentNode):
            yield from _of_root(selection.selection_set, fragments)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _of_root(fragments[selection.name.value].selection_set, fragments)


def _within(node: Node, fragments: dict[str, FragmentDefinitionNode], seen: set[str]) -> Iterator[str]:
    """The variables in a part of the document; `seen`: fragments that have been gone through."""
    if isinstance(node, VariableNode):
        yield node.name.value
    if isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
        seen.add(node.name.value)
        yield from _within(fragments[node.name.value].selection_set, fragments, seen)
    for key in node.keys:
        value = getattr(node, key, None)
        for child in value if isinstance(value, list | tuple) else (value,):
            if isinstance(child, Node):
                yield from _within(child, fragments, seen)
