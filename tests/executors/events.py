"""Trials of subscriptions: what is answered for each of some events, by plan and by graphql-core."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues, get_variable_values

from graph.feed.executing import SubscribedDocument
from graph.planning import planned_operation
from tests.executors.answers import Answer, answer_of
from tests.executors.failures import Asked
from tests.executors.judging import disagreement
from tests.executors.trials import TIMES, Difference, Trials, raise_if_cancelled


@dataclass
class EventTrials(Trials):
    """Executes subscriptions both ways, for events that are executed together.

    Args:
        events: values of a subscription's field, by its name.
    """

    events: Callable[[str], Sequence[object]] = field(default=lambda _: ())

    async def difference(self, asked: Asked) -> tuple[Difference | None, bool]:
        """What differs for any of the events, and whether a plan was executed."""
        document = parse(asked.query)
        operation = _operation(document, asked.operation_name)
        if operation is None or not self._begins(operation, asked):
            # It never comes to an event.
            return None, False
        root = operation.selection_set.selections[0]
        assert isinstance(root, FieldNode)
        events = self.events(root.name.value)
        self.counts["operations"] += 1
        planned = planned_operation(self.planned, asked.query, document, asked.operation_name) is not None
        try:
            # One by one: events that share loaders can cancel what others wait for.
            expected = [one for event in events for one in await self._answers(self.core, asked, [event])]
        except asyncio.CancelledError:
            raise_if_cancelled()
            self.counts["given up"] += 1
            return None, False
        for _ in range(TIMES):
            given = await self._answers(self.planned, asked, events)
            for event, one, other in zip(events, expected, given, strict=True):
                why = disagreement(one, other)
                if why is not None:
                    why = await self.judged(asked, one, other, event)
                if why is not None:
                    return Difference(asked, f"for {event}: {why}", one, other), planned
        self.counts["planned"] += planned
        self.counts["with errors"] += any(one.errors for one in expected)
        return None, planned

    async def _answers(self, schema: strawberry.Schema, asked: Asked, events: Sequence[object]) -> list[Answer]:
        document = SubscribedDocument(schema, asked.query, asked.operation_name, asked.variables)
        results = await document._executed(events, self.context())
        return [answer_of(result.data, result.errors) for result in results]

    def _begins(self, operation: OperationDefinitionNode, asked: Asked) -> bool:
        core = self.core._schema
        variables: Any = get_variable_values(core, operation.variable_definitions or (), asked.variables)
        return isinstance(variables, VariableValues)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    return next(
        (
            one
            for one in document.definitions
            if isinstance(one, OperationDefinitionNode) and (name is None or (one.name and one.name.value == name))
        ),
        None,
    )
