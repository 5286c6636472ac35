"""Operations with what the generator makes none of: aliases, fragments, directives, variables, and more operations."""

from collections.abc import Sequence
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_required_argument,
    parse,
)

from tests.executors.values import NO_IDEA, Suggest, Variables, literal_of

Fields = dict[str, GraphQLField]

INTROSPECTION = parse("{ __schema { queryType { name } } }").definitions[0].selection_set.selections[0]


class Enricher:
    """Makes one operation richer.

    Args:
        schema: that it is for.
        random: chooses.
        suggest: values for arguments that mean something to the schema.
    """

    def __init__(self, schema: GraphQLSchema, random: Random, suggest: Suggest) -> None:
        self._schema = schema
        self._random = random
        self._suggest = suggest
        self._variables = Variables(random)
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._aliases = 0

    def enriched(self, document: DocumentNode) -> tuple[DocumentNode, dict[str, Any], str | None]:
        """The richer document, the values of its variables, and the name of its operation if it needs one."""
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        selections = self._selections(root, self._some(operation.selection_set.selections))
        if operation.operation is OperationType.QUERY and self._chance(0.02):
            selections.append(INTROSPECTION)
        name = "Asked" if self._chance(0.5) else None
        others: list[Any] = []
        if name and self._chance(0.2):
            others.append(parse("query Other { __typename }").definitions[0])
            name = self._random.choice(["Asked"] * 8 + ["Other", "Unknown"])
        richer = OperationDefinitionNode(
            operation=operation.operation,
            name=NameNode(value="Asked") if name else None,
            variable_definitions=tuple(self._variables.definitions.values()),
            directives=(),
            selection_set=_set(selections),
        )
        definitions = [richer, *others, *self._fragments.values()]
        return DocumentNode(definitions=tuple(definitions)), self._variables.values, name

    def _some(self, selections: Sequence[SelectionNode]) -> Sequence[SelectionNode]:
        """A few of the root fields: each that fails and may not be null takes all others with it."""
        most = self._random.choice([1, 1, 2, 3, 10])
        places = sorted(self._random.sample(range(len(selections)), min(most, len(selections))))
        return [selections[place] for place in places]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _selections(self, parent: GraphQLNamedType, selections: Sequence[SelectionNode]) -> list[SelectionNode]:
        richer: list[SelectionNode] = []
        for selection in selections:
            if isinstance(selection, FieldNode):
                richer.extend(self._field(parent, selection))
            else:
                assert isinstance(selection, InlineFragmentNode)
                assert selection.type_condition is not None
                kind = self._schema.type_map[selection.type_condition.name.value]
                inner = self._selections(kind, selection.selection_set.selections)
                richer.append(self._wrapped(kind, inner, self._directives()))
        if parent is not self._schema.subscription_type:
            if self._chance(0.2):
                place = self._random.randrange(len(richer) + 1)
                richer.insert(place, _field("__typename", alias=self._alias() if self._chance(0.3) else None))
            if len(richer) > 1 and self._chance(0.3):
                self._gather(parent, richer)
            if self._chance(0.15):
                self._spread_known(parent, richer)
        return richer

    def _field(self, parent: GraphQLNamedType, node: FieldNode) -> list[SelectionNode]:
        name = node.name.value
        if name == "__typename":
            return [node]
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = parent.fields[name]
        kind = get_named_type(definition.type)
        subscribed = parent is self._schema.subscription_type
        alias = node.alias or (NameNode(value=self._alias()) if self._chance(0.15) else None)
        arguments = self._arguments(parent, name, definition, node)
        directives = () if subscribed else self._directives()
        if node.selection_set is None:
            one = FieldNode(name=node.name, alias=alias, arguments=arguments, directives=directives)
            again = self._chance(0.05) and not subscribed
            return [one, one] if again else [one]
        inner = self._selections(kind, node.selection_set.selections)
        parts = [inner]
        if len(inner) > 1 and self._chance(0.15):
            # Selected in two places, which belong together in the answer.
            place = self._random.randrange(1, len(inner))
            parts = [inner[:place], inner[place:]] if self._chance(0.5) else [inner, inner[place:]]
        made: list[SelectionNode] = [
            FieldNode(name=node.name, alias=alias, arguments=arguments, directives=directives, selection_set=_set(part))
            for part in parts
        ]
        if not subscribed and self._chance(0.08):
            made.append(
                FieldNode(
                    name=node.name,
                    alias=NameNode(value=self._alias()),
                    arguments=self._arguments(parent, name, definition, node),
                    directives=self._directives(),
                    selection_set=_set(inner),
                )
            )
        return made

    def _arguments(
        self, parent: GraphQLNamedType, name: str, field: GraphQLField, node: FieldNode
    ) -> tuple[ArgumentNode, ...]:
        made = []
        for argument in node.arguments or ():
            argument_name = argument.name.value
            definition = field.args[argument_name]
            value = argument.value
            idea = self._suggest(self._random, f"{parent.name}.{name}", argument_name, definition.type)
            if idea is not NO_IDEA:
                value = literal_of(idea, definition.type)
            elif not _required(definition) and self._chance(0.5):
                continue
            value = self._variables.put_in(value, definition.type, required=_required(definition))
            made.append(ArgumentNode(name=argument.name, value=value))
        return tuple(made)

    def _directives(self) -> tuple[DirectiveNode, ...]:
        if not self._chance(0.12):
            return ()
        names = self._random.choice([["skip"], ["include"], ["skip", "include"]])
        return tuple(
            DirectiveNode(
                name=NameNode(value=name),
                arguments=(
                    ArgumentNode(
                        name=NameNode(value="if"),
                        value=self._variables.boolean((name == "include") is self._chance(0.75)),
                    ),
                ),
            )
            for name in names
        )

    def _gather(self, parent: GraphQLNamedType, selections: list[SelectionNode]) -> None:
        """Put some selections that follow each other into a fragment."""
        first = self._random.randrange(len(selections))
        last = self._random.randrange(first, len(selections)) + 1
        kind = parent
        inner = selections[first:last]
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) and parent.interfaces and self._chance(0.5):
            kind = self._random.choice(parent.interfaces)
            if not all(isinstance(one, FieldNode) and one.name.value in {"__typename", *kind.fields} for one in inner):
                kind = parent
        selections[first:last] = [self._wrapped(kind, inner, self._directives(), condition=self._chance(0.7))]

    def _wrapped(
        self,
        kind: GraphQLNamedType,
        selections: list[SelectionNode],
        directives: tuple[DirectiveNode, ...],
        *,
        condition: bool = True,
    ) -> SelectionNode:
        if self._chance(0.4):
            name = f"F{len(self._fragments) + 1}"
            self._fragments[name] = FragmentDefinitionNode(
                name=NameNode(value=name),
                type_condition=_named(kind),
                directives=(),
                variable_definitions=(),
                selection_set=_set(selections),
            )
            return FragmentSpreadNode(name=NameNode(value=name), directives=directives, arguments=())
        return InlineFragmentNode(
            type_condition=_named(kind) if condition else None, directives=directives, selection_set=_set(selections)
        )

    def _spread_known(self, parent: GraphQLNamedType, selections: list[SelectionNode]) -> None:
        """Use a fragment again that is for this type. It is finished, so it cannot contain itself."""
        known = [
            name for name, fragment in self._fragments.items() if fragment.type_condition.name.value == parent.name
        ]
        if known:
            name = NameNode(value=self._random.choice(known))
            selections.append(FragmentSpreadNode(name=name, directives=self._directives(), arguments=()))

    def _alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}"


def _required(definition: Any) -> bool:
    return is_required_argument(definition)


def _named(kind: GraphQLNamedType) -> NamedTypeNode:
    return NamedTypeNode(name=NameNode(value=kind.name))


def _set(selections: Sequence[SelectionNode]) -> SelectionSetNode:
    return SelectionSetNode(selections=tuple(selections))


def _field(name: str, alias: str | None = None) -> FieldNode:
    return FieldNode(
        name=NameNode(value=name), alias=None if alias is None else NameNode(value=alias), arguments=(), directives=()
    )
