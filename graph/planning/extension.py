"""The way in for Strawberry."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from graphql import DocumentNode, ExecutionResult
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.extensions.directives import DirectivesExtension

from graph.planning.documents import PlannedOperation, PlannedOperations
from graph.planning.running import Run

REMEMBERED = 500
"""So many operations are kept with their plans, unless something else is asked for."""

KEPT_AS = "graph.planning.operations"
"""By this name a schema keeps its planned operations, so that both go together."""


class PlannedExecution(SchemaExtension):
    """Executes operations by plan, and leaves those that plans do not cover to graphql-core.

    It works where operations are executed asynchronously. Extensions that refuse an operation by setting its result
    have to stand before it.

    Args:
        remembered: how many operations are kept with their plans; 0: none.
        keeps_times: whether results have times in UTC as they are, and not as text. That is for those who make JSON
            of results with something that writes such times as `isoformat` does, only faster, such as orjson.
        tells: whether answers say in their `extensions` which executor has made them.
        note: is told of each query or mutation that is executed by plan: its context, and whether anything but loaders
            of relations may have looked at that.

    Attributes:
        planned: whether the operation has been executed by plan.
    """

    def __init__(
        self,
        *,
        remembered: int = REMEMBERED,
        keeps_times: bool = False,
        tells: bool = False,
        note: Callable[[Any, bool], None] | None = None,
    ) -> None:
        self._note = note
        self.remembered = remembered
        self.keeps_times = keeps_times
        self._tells = tells
        self.planned = False

    async def on_execute(self) -> AsyncIterator[None]:
        """Runs around the execution."""
        context = self.execution_context
        if context.result is None:
            context.result = await self._result()
        yield

    async def _result(self) -> ExecutionResult | None:
        context = self.execution_context
        operations = operations_of(context.schema, self)
        if operations is None or context.graphql_document is None or context.query is None:
            return None
        operation = operations.operation(context.query, context.graphql_document, context.operation_name)
        # A subscription is begun by the schema; its events can be executed by plan.
        if operation.subscribes:
            return None
        variables = operation.variables(context.variables)
        if variables is None:
            return None
        if isinstance(variables, list):
            self.planned = True
            return ExecutionResult(None, variables)
        plan = operation.plan(variables)
        if plan is None:
            return None
        self.planned = True
        if self._note is not None:
            self._note(context.context, plan.asks_context)
        (result,) = await Run(plan, [context.root_value], context.context, variables).results()
        return result

    def get_results(self) -> dict[str, Any]:
        """What answers say in their `extensions`."""
        return {"executor": "planned" if self.planned else "graphql-core"} if self._tells else {}


def planned_operation(
    schema: Schema, query: str, document: DocumentNode, operation_name: str | None
) -> PlannedOperation | None:
    """An operation of a schema that has `PlannedExecution`, such as a subscription whose events are executed.

    Args:
        schema: Strawberry's.
        query: the text of the document.
        document: found valid.
        operation_name: of the operation, if the document has several.
    """
    extension = next((one for one in schema.get_extensions() if isinstance(one, PlannedExecution)), None)
    operations = None if extension is None else operations_of(schema, extension)
    return None if operations is None else operations.operation(query, document, operation_name)


def operations_of(schema: Schema, extension: PlannedExecution) -> PlannedOperations | None:
    """The planned operations of a schema; None: something in it has to see every field, which plans do not offer."""
    kept = vars(schema)
    if KEPT_AS not in kept:
        seen = any(
            one._implements_resolve() and not isinstance(one, DirectivesExtension)  # noqa: SLF001 - as schemas ask
            for one in schema.get_extensions()
        )
        kept[KEPT_AS] = (
            None if seen else PlannedOperations(schema, extension.remembered, keeps_times=extension.keeps_times)
        )
    operations: PlannedOperations | None = kept[KEPT_AS]
    return operations
