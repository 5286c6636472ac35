"""From a validated operation to its plan."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    TypeNameMetaFieldDef,
    VariableNode,
    get_argument_values,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema.types.base_scalars import isoformat
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from graph.planning.arguments import PlainArguments, from_variables
from graph.planning.awaitables import may_be_awaitable
from graph.planning.reading import ATTRIBUTE, COMPUTED, EACH
from graph.planning.relations import METADATA
from graph.planning.selecting import at_hand_paths, selected_below
from graph.planning.shapes import (
    AbstractShape,
    FieldPlan,
    Kind,
    LeafShape,
    ListShape,
    ObjectPlan,
    ObjectShape,
    Plan,
    Shape,
)

MOST_OBJECTS = 1_000
"""So many selections a plan may have. Fragments on interfaces within each other could ask for very many."""

AT_ONCE = frozenset({Kind.TYPENAME, Kind.ATTRIBUTE, Kind.COMPUTED})
"""Where the values of fields come from that are read together with their object."""

INTROSPECTION = frozenset({"__schema", "__type"})

UNCHANGING = (str, int, float, bool, type(None), Enum, date, time, timedelta, Decimal, UUID)
"""Values that nobody can change, so that requests may share them."""


class Unplannable(Exception):
    """The operation has something that plans do not cover."""


class Planner:
    """Makes the plan of one operation.

    Args:
        schema: Strawberry's.
        operation: the operation, found valid.
        fragments: of its document, by name.
        variables: the coerced variables; only those that directives ask for matter.
        keeps_times: whether answers have times in UTC as they are.
    """

    def __init__(
        self,
        schema: Schema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
        *,
        keeps_times: bool = False,
    ) -> None:
        self._schema = schema
        self._core = schema._schema  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema
        self._operation = operation
        self._fragments = fragments
        self._details = {name: FragmentDetails(fragment) for name, fragment in fragments.items()}
        self._variables = variables
        self._keeps_times = keeps_times
        self._objects: list[ObjectPlan] = []
        self._known: dict[tuple[str, tuple[int, ...]], ObjectPlan] = {}

    def plan(self) -> Plan:
        """The plan.

        Raises:
            Unplannable: the operation has something that plans do not cover.
        """
        operation = self._operation.operation
        root_type = self._core.get_root_type(operation)
        if root_type is None:
            raise Unplannable(f"the schema has no {operation.value}")
        collected = collect_fields(self._core, self._details, self._variables, root_type, self._operation)
        root = self._object(root_type, collected.grouped_field_set)
        deferred: list[FieldPlan] = []
        for plan in self._objects:
            for field in plan.fields:
                if field.kind not in AT_ONCE:
                    field.number = len(deferred)
                    deferred.append(field)
        return Plan(
            schema=self._core,
            operation=self._operation,
            fragments=self._fragments,
            objects=self._objects,
            deferred=deferred,
            root=root,
            serially=operation is OperationType.MUTATION,
            convert=self._converted,
            spares_loaders=any(at_hand_paths(field) is not None for field in deferred),
            asks_context=any(map(self._asks_context, self._objects)),
        )

    def _asks_context(self, plan: ObjectPlan) -> bool:
        """Whether the fields of an object, or which type something is of, may depend on anything in the context."""
        return plan.asks_type or any(
            _is_abstract(field.shape) or (field.kind is Kind.RESOLVER and self._is_told(field)) for field in plan.fields
        )

    def _is_told(self, plan: FieldPlan) -> bool:
        """Whether a resolver, or what stands around it, is told of the context."""
        field = plan.definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(field, StrawberryField) or not self._is_plain(field):
            return True
        return field.base_resolver is None or field.base_resolver.info_parameter is not None

    def _object(self, parent_type: GraphQLObjectType, fields: Mapping[str, FieldDetailsList]) -> ObjectPlan:
        if len(self._objects) == MOST_OBJECTS:
            raise Unplannable(f"it has more than {MOST_OBJECTS} selections")
        plan = ObjectPlan(len(self._objects), parent_type)
        self._objects.append(plan)
        definition = parent_type.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        plan.checked = parent_type.is_type_of is not None
        if isinstance(definition, StrawberryObjectDefinition):
            plan.asks_type = definition.is_type_of is not None
            if not may_be_awaitable(definition.origin) and not plan.asks_type:
                plan.known_classes.add(definition.origin)
        else:
            plan.asks_type = plan.checked
        plan.fields = [self._field(parent_type, name, details) for name, details in fields.items()]
        return plan

    def _field(self, parent_type: GraphQLObjectType, name: str, details: FieldDetailsList) -> FieldPlan:
        field_name = details[0].node.name.value
        if field_name in INTROSPECTION:
            raise Unplannable("it asks about the schema")
        definition = self._core.get_field(parent_type, field_name)
        if definition is None:
            raise Unplannable(f"{parent_type} has no field {field_name}")
        plan = FieldPlan(
            name=name,
            kind=Kind.RESOLVER,
            definition=definition,
            details=details,
            parent_type=parent_type,
            nullable=not is_non_null_type(definition.type),
            shape=self._shape(definition.type, details),
            arguments=self._constant_arguments(definition, details),
        )
        self._find_source(plan)
        return plan

    def _find_source(self, plan: FieldPlan) -> None:
        """Find out where the values of a field come from."""
        if plan.definition is TypeNameMetaFieldDef:
            plan.kind = Kind.TYPENAME
            return
        field = plan.definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(field, StrawberryField) or not self._is_plain(field):
            return
        declared, resolver = field.metadata, field.base_resolver
        if METADATA in declared:
            plan.kind, plan.relation = Kind.RELATION, declared[METADATA]
            plan.selected = selected_below(plan)
            plan.plain = None if plan.arguments is not None else self._plain_arguments(plan, field)
        elif ATTRIBUTE in declared:
            plan.kind, plan.attribute = Kind.ATTRIBUTE, declared[ATTRIBUTE]
        elif COMPUTED in declared:
            plan.kind, plan.computed, plan.each = Kind.COMPUTED, declared[COMPUTED], declared[EACH]
        elif resolver is None and self._schema.config.default_resolver is getattr:
            plan.kind, plan.attribute = Kind.ATTRIBUTE, field.python_name
        elif resolver is not None and resolver.self_parameter and len(resolver.signature.parameters) == 1:
            plan.kind, plan.method = Kind.METHOD, cast("Callable[[Any], Any]", resolver.wrapped_func)

    def _is_plain(self, field: StrawberryField) -> bool:
        """Whether nothing stands between a field and its resolver or attribute."""
        handlers = self._schema.schema_converter._get_field_exception_handlers(field)  # noqa: SLF001 - nothing else tells
        return not field.extensions and not field.is_subscription and not handlers

    def _constant_arguments(self, definition: GraphQLField, details: FieldDetailsList) -> Mapping[str, Any] | None:
        if not definition.args:
            return {}
        node = details[0].node
        if any(_uses_variables(argument.value) for argument in node.arguments or ()):
            return None
        try:
            arguments = get_argument_values(definition, node, self._variables)
        except GraphQLError:
            return None
        return arguments if _unchanging(arguments) else None

    def _shape(self, given: GraphQLOutputType, details: FieldDetailsList) -> Shape:
        kind = given.of_type if isinstance(given, GraphQLNonNull) else given
        if is_leaf_type(kind):
            return LeafShape(kind, self._keeps_times and kind.coerce_output_value is isoformat)
        if is_list_type(kind):
            return ListShape(self._shape(kind.of_type, details), not is_non_null_type(kind.of_type))
        if is_object_type(kind):
            return ObjectShape(self._selected(kind, details))
        if is_abstract_type(kind):
            return AbstractShape(kind, self._possible(kind, details))
        raise Unplannable(f"{given} is of an unknown kind")

    def _possible(
        self, abstract: GraphQLInterfaceType | GraphQLUnionType, details: FieldDetailsList
    ) -> dict[str, ObjectPlan]:
        return {kind.name: self._selected(kind, details) for kind in self._core.get_possible_types(abstract)}

    def _selected(self, kind: GraphQLObjectType, details: FieldDetailsList) -> ObjectPlan:
        """What is selected of a type by these nodes."""
        known = kind.name, tuple(id(one.node) for one in details)
        if known not in self._known:
            collected = collect_subfields(self._core, self._details, self._variables, self._operation, kind, details)
            self._known[known] = self._object(kind, collected.grouped_field_set)
        return self._known[known]

    def _plain_arguments(self, plan: FieldPlan, field: StrawberryField) -> PlainArguments | None:
        """The arguments of a field, if all that depend on variables are variables that are just taken over."""
        name_of = self._schema.config.name_converter.from_argument
        node = plan.details[0].node
        given = from_variables(node, {name_of(one): one for one in field.arguments})
        if given is None:
            return None
        # As if the others were all.
        definition = GraphQLField(
            plan.definition.type, {name: one for name, one in plan.definition.args.items() if name not in given}
        )
        rest = FieldNode(
            name=node.name, arguments=tuple(one for one in node.arguments or () if one.name.value not in given)
        )
        fixed = self._constant_arguments(definition, [FieldDetails(rest, None)])
        if fixed is None:
            return None
        try:
            return PlainArguments(self._converted(plan, dict(fixed)), tuple(given.values()))
        except Exception:  # noqa: BLE001 - a failure of the field, which is found again when it is asked for
            return None

    def _converted(self, field: FieldPlan, arguments: dict[str, Any]) -> dict[str, Any]:
        """Coerced arguments as Strawberry hands them to resolvers."""
        strawberry_field = field.definition.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        return convert_arguments(
            arguments,
            strawberry_field.arguments,
            scalar_registry=self._schema.schema_converter.scalar_registry,
            config=self._schema.config,
        )


def _is_abstract(shape: Shape) -> bool:
    """Whether which type a value is of, or those in a list, has to be found out."""
    while isinstance(shape, ListShape):
        shape = shape.item
    return isinstance(shape, AbstractShape)


def _uses_variables(node: Any) -> bool:  # noqa: ANN401 - any node of a value
    if isinstance(node, VariableNode):
        return True
    inner = getattr(node, "values", None) or [one.value for one in getattr(node, "fields", None) or ()]
    return any(_uses_variables(one) for one in inner)


def _unchanging(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_unchanging(one) for one in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(_unchanging(one) for one in value)
    return isinstance(value, UNCHANGING)
