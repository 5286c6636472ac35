"""Arguments of relations that are variables just as clients sent them, taken without graphql-core and Strawberry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import strawberry
from graphql import FieldNode, VariableNode
from graphql.execution.values import VariableValues
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryOptional

AS_SENT: frozenset[object] = frozenset({str, int, bool, strawberry.ID})
"""Types whose coerced values resolvers get as they are."""


class FromVariable(NamedTuple):
    """An argument, as the resolver calls it, whose value is a variable's."""

    name: str
    variable: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class PlainArguments:
    """The arguments of one field, as resolvers take them.

    Attributes:
        fixed: those that are the same for every request.
        given: the others.
    """

    fixed: Mapping[str, Any]
    given: Sequence[FromVariable]

    def values(self, variables: VariableValues) -> dict[str, Any] | None:
        """All of them; None: one has no value, or null where there must be one, which is for graphql-core to judge."""
        coerced = variables.coerced
        values = {**self.fixed}
        for name, variable, nullable in self.given:
            value = coerced.get(variable)
            if value is None and not (nullable and variable in coerced):
                return None
            values[name] = value
        return values


def from_variables(node: FieldNode, named: Mapping[str, StrawberryArgument]) -> dict[str, FromVariable] | None:
    """Those arguments of a field that are variables, by their names in GraphQL; None: one is not just taken over.

    Args:
        node: asks for the field.
        named: the field's arguments, by their names in GraphQL.
    """
    found: dict[str, FromVariable] = {}
    for argument in node.arguments or ():
        if isinstance(argument.value, VariableNode):
            declared = named[argument.name.value]
            kind = declared.type
            # Not one that may be missing, of a class that inherits from this one: Strawberry wraps its values.
            inner = kind.of_type if type(kind) is StrawberryOptional else kind
            if inner not in AS_SENT:
                return None
            found[argument.name.value] = FromVariable(
                declared.python_name, argument.value.name.value, inner is not kind
            )
    return found
