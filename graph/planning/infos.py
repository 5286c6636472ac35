"""What resolvers are told about the field that they answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from graphql import GraphQLResolveInfo
from graphql.pyutils import Path, gather_with_cancel
from graphql.type import GraphQLResolveInfoHelpers

from graph.planning.awaitables import is_awaitable
from graph.planning.shapes import FieldPlan, Plan

PATH_PLACE = GraphQLResolveInfo._fields.index("path")
ROOT_PLACE = GraphQLResolveInfo._fields.index("root_value")


class Roots:
    """The root values of operations that are answered together; `number_of` finds the number of the own one."""

    def __init__(self, values: Sequence[Any], number_of: Callable[[], int]) -> None:
        self.values = values
        self.number_of = number_of


class PlannedInfo(GraphQLResolveInfo[Any]):
    """As graphql-core's, but that path and root value are looked for when somebody asks for them."""

    @property
    def root_value(self) -> Any:  # noqa: ANN401 - whatever the operation has
        """The root value of the operation."""
        found = tuple.__getitem__(self, ROOT_PLACE)
        return found.values[found.number_of()] if isinstance(found, Roots) else found

    @property
    def path(self) -> Path:
        """The place of the field in the answer."""
        look = cast("Callable[[], Path]", tuple.__getitem__(self, PATH_PLACE))
        return look()


def helpers(track: Callable[[Sequence[Any]], None]) -> GraphQLResolveInfoHelpers:
    """What resolvers may use that wait for several things."""

    def gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
        return gather_with_cancel(*values)

    return GraphQLResolveInfoHelpers(gather=gather, track=track)


def info_of(
    plan: Plan,
    field: FieldPlan,
    look: Callable[[], Path],
    root_value: object,
    variable_values: object,
    context: object,
    async_helpers: GraphQLResolveInfoHelpers,
) -> PlannedInfo:
    """What the resolver of a field is told.

    Args:
        plan: of the operation.
        field: which field.
        look: finds the field's place in the answer.
        root_value: of the operation.
        variable_values: the coerced variables.
        context: what the fields of the operation share.
        async_helpers: see `helpers`.
    """
    nodes = field.nodes
    return PlannedInfo(
        nodes[0].name.value,
        nodes,
        field.definition.type,
        field.parent_type,
        look,  # type: ignore[arg-type]
        plan.schema,
        plan.fragments,  # type: ignore[arg-type]
        root_value,
        plan.operation,
        variable_values,  # type: ignore[arg-type]
        context,
        is_awaitable,  # type: ignore[arg-type]
        None,
        async_helpers,
    )
