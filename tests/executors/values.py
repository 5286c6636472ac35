"""Values of arguments, as literals and as variables."""

from collections.abc import Callable
from random import Random
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_nullable_type,
    is_required_input_field,
    parse_type,
    value_from_ast_untyped,
)

NO_IDEA = object()
"""A suggestion of nothing: what the generator has made is kept."""

Suggest = Callable[[Random, str, str, GraphQLInputType], Any]
"""A value for an argument of a field, by the field's coordinate and the argument's name and type; or `NO_IDEA`."""


def literal_of(value: Any, kind: GraphQLInputType) -> ValueNode:
    """A value as it is written in a document."""
    if value is None:
        return NullValueNode()
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList) and isinstance(value, list):
        return ListValueNode(values=tuple(literal_of(item, kind.of_type) for item in value))
    if isinstance(kind, GraphQLInputObjectType):
        fields = tuple(
            ObjectFieldNode(name=NameNode(value=name), value=literal_of(inner, kind.fields[name].type))
            for name, inner in value.items()
        )
        return ObjectValueNode(fields=fields)
    if isinstance(kind, GraphQLEnumType):
        return EnumValueNode(value=value)
    return _scalar(value)


def _scalar(value: str | bool | float) -> ValueNode:
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    if isinstance(value, int):
        return IntValueNode(value=str(value))
    return FloatValueNode(value=str(value)) if isinstance(value, float) else StringValueNode(value=value)


class Variables:
    """The variables of an operation, and what is sent for them.

    Args:
        random: chooses.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self.definitions: dict[str, VariableDefinitionNode] = {}
        self.values: dict[str, Any] = {}
        self._of_type: dict[str, list[str]] = {}

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def put_in(self, value: ValueNode, kind: GraphQLInputType, *, required: bool) -> ValueNode:
        """The value, or a variable for it, or the value with variables in it.

        Args:
            value: a literal.
            kind: the type of its place.
            required: whether something has to be given there.
        """
        if self._chance(0.25):
            return self._variable(value, kind, required=required)
        inner = get_nullable_type(kind)
        if isinstance(inner, GraphQLList) and isinstance(value, ListValueNode):
            item = inner.of_type
            required = isinstance(item, GraphQLNonNull)
            return ListValueNode(values=tuple(self.put_in(one, item, required=required) for one in value.values))
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, ObjectValueNode) and not inner.is_one_of:
            return ObjectValueNode(
                fields=tuple(
                    ObjectFieldNode(
                        name=one.name,
                        value=self.put_in(
                            one.value,
                            inner.fields[one.name.value].type,
                            required=is_required_input_field(inner.fields[one.name.value]),
                        ),
                    )
                    for one in value.fields
                )
            )
        return value

    def boolean(self, value: bool) -> ValueNode:
        """A condition, as a literal or as a variable."""
        if self._chance(0.5):
            return BooleanValueNode(value=value)
        name = self._new("Boolean!", BooleanValueNode(value=value) if self._chance(0.3) else None)
        if self.definitions[name].default_value is None or self._chance(0.5):
            self.values[name] = value
        return VariableNode(name=NameNode(value=name))

    def _variable(self, value: ValueNode, kind: GraphQLInputType, *, required: bool) -> ValueNode:
        strict = isinstance(kind, GraphQLNonNull)
        name_of_type = str(kind)
        known = self._of_type.get(name_of_type)
        if known and self._chance(0.3):
            return VariableNode(name=NameNode(value=self._random.choice(known)))
        if not strict and not isinstance(value, NullValueNode) and self._chance(0.2):
            name_of_type += "!"
        default = value if self._chance(0.3) else None
        if default is not None and strict and self._chance(0.5):
            # A variable that may be null is good for a place that may not, if it has a default.
            name_of_type = name_of_type.removesuffix("!")
        name = self._new(name_of_type, default)
        self._of_type.setdefault(str(kind), []).append(name)
        may_lack = default is not None or (not required and not name_of_type.endswith("!"))
        if self._chance(0.03):
            self.values[name] = self._random.choice([[[]], {"no": "field"}, "no such value", -1.5])
        elif not name_of_type.endswith("!") and self._chance(0.1):
            self.values[name] = None
        elif not may_lack or self._chance(0.8):
            self.values[name] = value_from_ast_untyped(value)
        return VariableNode(name=NameNode(value=name))

    def _new(self, type_name: str, default: ValueNode | None) -> str:
        name = f"v{len(self.definitions) + 1}"
        self.definitions[name] = VariableDefinitionNode(
            variable=VariableNode(name=NameNode(value=name)),
            type=parse_type(type_name),
            default_value=default,
            directives=(),
        )
        return name
