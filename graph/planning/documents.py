"""The plans of the documents that clients send again and again."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    BREAK,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema

from graph.planning.generating import generate
from graph.planning.planning import Planner, Unplannable
from graph.planning.shapes import Plan
from graph.planning.variables import PlainVariables

CONDITIONS = frozenset({GraphQLSkipDirective.name, GraphQLIncludeDirective.name})

MOST_CHOICES = 32
"""So many plans are kept of one operation: one for each choice of what its directives leave out."""

FROM_EXECUTION = 2
"""A plan's functions are generated when it is used for so many times; before, that would not pay, unless they spare a
loader."""

KEPT_CHARACTERS = 200_000
"""Of the documents of all operations together that are kept: a plan takes much more memory than its text."""

LONGEST_KEPT = 20_000
"""Characters; the operations of a longer document are planned anew each time, and executed without generated code."""

MOST_VARIABLE_ERRORS = 50
"""As many as graphql-core tells by itself."""


class PlannedOperation:
    """An operation of a document, found valid, with a plan for each choice of what its directives leave out.

    Args:
        schema: Strawberry's.
        document: that it is in.
        operation_name: which of its operations; None if there is one only.
        keeps_times: whether answers have times in UTC as they are.
        kept: whether it is used again.
    """

    def __init__(
        self,
        schema: Schema,
        document: DocumentNode,
        operation_name: str | None,
        *,
        keeps_times: bool = False,
        kept: bool = True,
    ) -> None:
        self._schema = schema
        self._keeps_times = keeps_times
        self._kept = kept
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._operation = _operation(document, operation_name)
        directives = _Directives()
        visit(document, directives)
        self._conditions = sorted(directives.variables)
        self._plannable = self._operation is not None and not directives.others and not self._has_fragment_variables()
        definitions = self._operation.variable_definitions if self._operation else ()
        self._plain = PlainVariables(schema._schema, definitions or ())  # noqa: SLF001 - as below
        self._plans: dict[tuple[object, ...], Plan | None] = {}

    @property
    def subscribes(self) -> bool:
        """Whether it is a subscription."""
        return self._operation is not None and self._operation.operation is OperationType.SUBSCRIPTION

    def variables(self, given: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError] | None:
        """The coerced variables, or what is wrong with them; None: graphql-core has to carry the operation out."""
        if not self._plannable:
            return None
        assert self._operation is not None  # noqa: S101 - else it is not plannable
        return self._plain.values(given or {}) or get_variable_values(
            self._schema._schema,  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema
            self._operation.variable_definitions or (),
            dict(given or {}),
            max_errors=MOST_VARIABLE_ERRORS,
        )

    def plan(self, variables: VariableValues) -> Plan | None:
        """The plan for these variables; None: graphql-core has to carry the operation out."""
        assert self._operation is not None  # noqa: S101 - else there are no variables
        choice = tuple(map(variables.coerced.get, self._conditions))
        if choice not in self._plans:
            if len(self._plans) == MOST_CHOICES:
                self._plans.clear()
            try:
                planner = Planner(
                    self._schema, self._operation, self._fragments, variables, keeps_times=self._keeps_times
                )
                self._plans[choice] = planner.plan()
            except (Unplannable, GraphQLError, RecursionError):
                # graphql-core tells of wrong arguments of directives where they stand.
                self._plans[choice] = None
        plan = self._plans[choice]
        if plan is not None:
            plan.executions += 1
            if self._kept and plan.generated is None and (plan.spares_loaders or plan.executions == FROM_EXECUTION):
                plan.generated = generate(plan)
        return plan

    def _has_fragment_variables(self) -> bool:
        return any(fragment.variable_definitions for fragment in self._fragments.values())


class PlannedOperations:
    """The operations used last, by the text of their document; bounded.

    Args:
        schema: Strawberry's.
        most: how many are kept; 0: none.
        keeps_times: whether answers have times in UTC as they are.
    """

    def __init__(self, schema: Schema, most: int, *, keeps_times: bool = False) -> None:
        self._schema = schema
        self._most = most
        self._keeps_times = keeps_times
        self._operations: OrderedDict[tuple[str, str | None], PlannedOperation] = OrderedDict()
        self._characters = 0

    def operation(self, query: str, document: DocumentNode, operation_name: str | None) -> PlannedOperation:
        """The operation of a document that has been found valid."""
        key = query, operation_name
        found = self._operations.get(key)
        if found is None:
            kept = self._most > 0 and len(query) <= LONGEST_KEPT
            found = PlannedOperation(self._schema, document, operation_name, keeps_times=self._keeps_times, kept=kept)
            if kept:
                self._keep(key, found)
        else:
            self._operations.move_to_end(key)
        return found

    def _keep(self, key: tuple[str, str | None], operation: PlannedOperation) -> None:
        self._operations[key] = operation
        self._characters += len(key[0])
        while len(self._operations) > self._most or self._characters > KEPT_CHARACTERS:
            (query, _), _ = self._operations.popitem(last=False)
            self._characters -= len(query)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation with this name, or the only one; None if that is not clear."""
    found = [
        definition
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and (name is None or (definition.name is not None and definition.name.value == name))
    ]
    return found[0] if len(found) == 1 else None


class _Directives(Visitor):
    """Finds the variables that decide what is left out, and whether there are other directives."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.others = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        """Look at a directive."""
        if node.name.value not in CONDITIONS:
            self.others = True
            return BREAK
        self.variables.update(_variables_in(node))
        return None


def _variables_in(node: DirectiveNode) -> Iterator[str]:
    for argument in node.arguments or ():
        if isinstance(argument.value, VariableNode):
            yield argument.value.name.value
