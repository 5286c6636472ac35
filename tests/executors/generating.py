"""Operations drawn at random."""

from collections.abc import Mapping
from random import Random
from typing import Any

import hypothesis.strategies as st
from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    print_ast,
    validate,
)
from hypothesis_graphql import queries

from tests.executors.enriching import Enricher
from tests.executors.failures import Asked
from tests.executors.values import Suggest

SIBLINGS = 4
"""So many operations are made of one that the generator has drawn, which takes it longer than executing it takes."""

ATTEMPTS = 4
"""So often it is tried to enrich an operation; what does not become valid is taken as it was."""


def operations(
    schema: GraphQLSchema,
    kind: OperationType,
    suggest: Suggest,
    scalars: Mapping[str, st.SearchStrategy[ValueNode]],
) -> st.SearchStrategy[list[Asked]]:
    """Operations of one kind, `SIBLINGS` at once.

    Args:
        schema: that they are valid for.
        kind: queries, mutations or subscriptions.
        suggest: values that mean something to the schema.
        scalars: values of the schema's own scalars.
    """
    root = schema.get_root_type(kind)
    # For the generator each is a query: it knows no subscriptions.
    generated = queries(
        GraphQLSchema(query=root, types=list(schema.type_map.values()), directives=schema.directives),
        custom_scalars=dict(scalars),
        print_ast=lambda document: document,
    )

    def enriched(document: DocumentNode, seed: int) -> list[Asked]:
        plain = _of_kind(document, kind)
        return [_enriched(schema, plain, f"{seed} {number}", suggest) for number in range(SIBLINGS)]

    return st.builds(enriched, generated, st.integers(0, 2**32 - 1))


def _enriched(schema: GraphQLSchema, plain: DocumentNode, seed: str, suggest: Suggest) -> Asked:
    for attempt in range(ATTEMPTS):
        richer, variables, name = Enricher(schema, Random(f"{seed} {attempt}"), suggest).enriched(plain)
        query = print_ast(richer)
        if not validate(schema, richer):
            return Asked(query, variables, name)
    return Asked(print_ast(plain), {}, None)


def _of_kind(document: DocumentNode, kind: OperationType) -> DocumentNode:
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    selections = operation.selection_set
    if kind is OperationType.SUBSCRIPTION:
        # It has one root field.
        selections = type(selections)(selections=selections.selections[:1])
    made: Any = OperationDefinitionNode(
        operation=kind, name=None, variable_definitions=(), directives=(), selection_set=selections
    )
    return DocumentNode(definitions=(made,))
