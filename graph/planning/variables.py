"""Variables that clients have sent in just the form that fields need, as most do, taken without graphql-core."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

from graph.planning.leaves import GREATEST_INT, LEAST_INT

CLASSES: Mapping[Any, type] = {GraphQLID: str, GraphQLString: str, GraphQLBoolean: bool, GraphQLInt: int}
"""Of values that graphql-core takes as they are, by their types."""

IsPlain = Callable[[Any], bool]


class PlainVariables:
    """The variables of one operation, as long as all are plain: texts, numbers, booleans and lists of these.

    Args:
        schema: graphql-core's.
        definitions: of the variables.
    """

    def __init__(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        self._variables: list[tuple[GraphQLVariableSignature, IsPlain]] | None = []
        for definition in definitions:
            signature = get_variable_signature(schema, definition)
            is_plain = None if isinstance(signature, GraphQLError) else _test_of(signature.type)
            if isinstance(signature, GraphQLError) or is_plain is None:
                self._variables = None
                break
            self._variables.append((signature, is_plain))

    def values(self, given: Mapping[str, Any]) -> VariableValues | None:
        """What graphql-core would make of the variables; None: that is for itself to say.

        Args:
            given: as a client sent them.
        """
        if self._variables is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, is_plain in self._variables:
            name = signature.name
            if name not in given or not is_plain(given[name]):
                return None
            value = given[name]
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value.copy() if value.__class__ is list else value
        return VariableValues(sources, coerced)


def _test_of(given: GraphQLInputType) -> IsPlain | None:
    """The test that a value of a type is plain; None: none is."""
    nullable = not isinstance(given, GraphQLNonNull)
    inner = given.of_type if isinstance(given, GraphQLNonNull) else given
    if isinstance(inner, GraphQLList):
        item = inner.of_type.of_type if isinstance(inner.of_type, GraphQLNonNull) else inner.of_type
        # Of numbers each would have to be looked at.
        if CLASSES.get(item) is not str:
            return None
        return partial(_is_list_of_texts, nullable)
    if inner is GraphQLInt:
        return partial(_is_int, nullable)
    kind = CLASSES.get(inner)
    return None if kind is None else partial(_is_of_class, kind, nullable)


def _is_list_of_texts(nullable: bool, value: object) -> bool:
    if value is None:
        return nullable
    return value.__class__ is list and {str}.issuperset(map(type, value))


def _is_int(nullable: bool, value: Any) -> bool:  # noqa: ANN401 - whatever a client sent
    if value is None:
        return nullable
    return value.__class__ is int and LEAST_INT <= value <= GREATEST_INT


def _is_of_class(kind: type, nullable: bool, value: object) -> bool:
    return nullable if value is None else value.__class__ is kind
