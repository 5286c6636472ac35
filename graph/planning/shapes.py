"""What a plan consists of: the fields of each object, and what their values are completed to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from operator import attrgetter
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.type import GraphQLAbstractType, GraphQLLeafType
from strawberry.schema.schema_converter import GraphQLCoreConverter

from graph.planning.arguments import PlainArguments
from graph.planning.reading import Computed, Each
from graph.planning.relations import Asked, Relation
from graph.planning.selections import EVERYTHING, Selection


class Kind(Enum):
    """Where a field's value comes from."""

    TYPENAME = "TYPENAME"
    """`__typename`: the name of the object's type."""
    ATTRIBUTE = "ATTRIBUTE"
    """An attribute of the parent, or of one of its attributes; reading has no effect."""
    COMPUTED = "COMPUTED"
    """A function of the parent, or of some of its attributes, that has no effect."""
    RELATION = "RELATION"
    """A loader, by a key that the parent has."""
    METHOD = "METHOD"
    """A resolver that takes the parent and nothing else."""
    RESOLVER = "RESOLVER"
    """Any other resolver, called as graphql-core calls it."""


@dataclass(slots=True, eq=False)
class LeafShape:
    """A scalar or an enum.

    Attributes:
        keeps_times: whether the answer has a time in UTC as it is, where graphql-core's has its text.
    """

    type: GraphQLLeafType
    keeps_times: bool = False


@dataclass(slots=True, eq=False)
class ListShape:
    """A list, and whether an item of it may be null."""

    item: "Shape"
    item_nullable: bool


@dataclass(slots=True, eq=False)
class ObjectShape:
    """An object of a type that is known beforehand."""

    plan: "ObjectPlan"


@dataclass(slots=True, eq=False)
class AbstractShape:
    """An object of one of several types, with the plan for each by its name."""

    type: GraphQLAbstractType
    plans: Mapping[str, "ObjectPlan"]


Shape = LeafShape | ListShape | ObjectShape | AbstractShape


@dataclass(slots=True, eq=False)
class FieldPlan:
    """One field of a selection.

    Attributes:
        name: its key in the answer.
        details: the nodes of the document that ask for it, as graphql-core collects them.
        nullable: whether its value may be null.
        number: its place among the fields of the plan that are not read at once; None for those that are.
        attribute: the path to it from the parent, for an attribute.
        computed: for what is computed.
        each: for what is computed, where its items can be made of records.
        relation: for a relation.
        selected: what is read of that which a relation's loader reads.
        method: for a method.
        arguments: the coerced arguments where they are the same for every request; None where they are not.
        asked: what these ask for, once that has been found out.
        plain: the arguments of a relation where those that are not the same are just variables.
    """

    name: str
    kind: Kind
    definition: GraphQLField
    details: FieldDetailsList
    parent_type: GraphQLObjectType
    nullable: bool
    shape: Shape
    number: int | None = None
    attribute: str = ""
    computed: Computed | None = None
    each: Each | None = None
    relation: Relation | None = None
    selected: Selection = EVERYTHING
    method: Callable[[Any], Any] | None = None
    arguments: Mapping[str, Any] | None = None
    asked: Asked | None = None
    plain: PlainArguments | None = None

    def read(self, source: object) -> Any:  # noqa: ANN401 - whatever the parent has
        """The value of an attribute, or of what is computed."""
        return attrgetter(self.attribute)(source) if self.computed is None else self.computed.of(source)

    @property
    def paths(self) -> tuple[str, ...] | None:
        """The attributes of the parent that are all it takes; None if it takes the parent itself, or more."""
        if self.kind is Kind.RELATION:
            return self.relation.keys  # type: ignore[union-attr]
        if self.computed is not None:
            return self.computed.paths or None
        return {Kind.TYPENAME: (), Kind.ATTRIBUTE: (self.attribute,)}.get(self.kind)

    @property
    def python_name(self) -> str | None:
        """What Strawberry's type calls it; None for a field that is not Strawberry's."""
        field = self.definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        return getattr(field, "python_name", None)

    @property
    def nodes(self) -> list[FieldNode]:
        """The nodes of the document that ask for it."""
        return [details.node for details in self.details]

    @property
    def coordinate(self) -> str:
        """Type and field, as messages name them."""
        return f"{self.parent_type}.{self.details[0].node.name.value}"


@dataclass(slots=True, eq=False)
class ObjectPlan:
    """What is selected of objects of one type.

    Attributes:
        number: its place among the objects of the plan.
        fields: in the order of the answer.
        known_classes: classes whose instances are taken for objects of the type without asking; grows.
        checked: whether instances of other classes have to be asked whether they are of the type.
        asks_type: whether that takes what a resolver would be told.
    """

    number: int
    type: GraphQLObjectType
    fields: list[FieldPlan] = field(default_factory=list)
    known_classes: set[Any] = field(default_factory=set)
    checked: bool = False
    asks_type: bool = False

    def place_of(self, name: str) -> int:
        """The place of the field with this key in the answer."""
        return next(place for place, one in enumerate(self.fields) if one.name == name)


@dataclass(slots=True, eq=False)
class Plan:
    """How an operation is executed, for one choice of what its directives leave out.

    Attributes:
        objects: by number.
        deferred: the fields that are not read at once, by number.
        root: what is selected of the root.
        serially: whether its fields are executed one after the other.
        generated: makes the functions of one execution, once they have been generated.
        executions: how often it has been used.
        called: those of `deferred` whose resolvers are called.
        relations: the others.
        asking: those of `relations` that have arguments.
        spares_loaders: whether the functions need not ask a loader where the related object is at hand.
        asks_context: whether anything but loaders of relations may look at the context.
    """

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    objects: Sequence[ObjectPlan]
    deferred: Sequence[FieldPlan]
    root: ObjectPlan
    serially: bool
    convert: Callable[[FieldPlan, dict[str, Any]], dict[str, Any]]
    generated: Callable[[Any], tuple[Sequence[Callable[[Any], Any]], Sequence[Callable[..., None]]]] | None = None
    executions: int = 0
    called: Sequence[FieldPlan] = ()
    relations: Sequence[FieldPlan] = ()
    asking: Sequence[FieldPlan] = ()
    spares_loaders: bool = False
    asks_context: bool = True

    def __post_init__(self) -> None:
        self.called = [one for one in self.deferred if one.kind is not Kind.RELATION]
        self.relations = [one for one in self.deferred if one.kind is Kind.RELATION]
        self.asking = [one for one in self.relations if one.relation is not None and one.relation.asked is not None]
