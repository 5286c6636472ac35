"""Executing a subscription's document for events, and encoding what comes of it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson
import strawberry
import structlog
from graphql import DocumentNode, ExecutionResult, Executor, execute_subscription_event, parse
from graphql.execution.values import VariableValues

from graph.context import Context
from graph.errors import presented
from graph.feed.documents import variables_of_events
from graph.planning import Run, planned_operation
from graph.settings import KNOWN_DOCUMENTS
from resolvers.unavailable import is_unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before an event is resolved again after the database could not be reached; the pause doubles each time."""

PATIENCE = 60.0
"""Seconds after which it is given up to resolve an event for those who wait; they may come back with their cursors."""

log = structlog.get_logger("peerscore.feed")


class SubscribedDocument:
    """A document with one subscription, found valid, and the variables that matter to what is resolved for an event.

    Args:
        schema: the schema that it was found valid for.
        query: its text.
        operation_name: of the subscription, if the document has several operations.
        variables: as a client sent them, found valid too.
    """

    def __init__(
        self, schema: strawberry.Schema, query: str, operation_name: str | None, variables: dict[str, Any] | None
    ) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema
        self._operation_name = operation_name
        self._variables = variables or {}
        self._document, used = _parsed(query, operation_name)
        relevant = {name: value for name, value in self._variables.items() if name in used}
        self._planned = planned_operation(schema, query, self._document, operation_name)
        self.key = query, operation_name, orjson.dumps(relevant, option=orjson.OPT_SORT_KEYS)
        """Equal for documents that resolve events alike."""

    async def bodies(self, events: Sequence[object], new_context: Callable[[], Context]) -> list[bytes]:
        """What each of these events is answered with, as JSON texts of execution results.

        All are resolved together, so that loaders read for all of them at once. While the database cannot be reached
        this waits and tries again: an event with errors instead of its content would be lost to its reader.

        Args:
            events: values of the subscription's field.
            new_context: makes what the fields share.

        Raises:
            Exception: the database could not be reached for `PATIENCE`, or the operation could not be executed.
        """
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            results = await self._executed(events, new_context())
            unavailable = next((error for result in results for error in _failed_for_now(result)), None)
            if unavailable is None:
                return [_encoded(result) for result in results]
            if waited >= PATIENCE:
                raise unavailable
            log.warning("events could not be resolved, because the database cannot be reached", events=len(events))
            await asyncio.sleep(pause)
            waited += pause
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _executed(self, events: Sequence[object], context: Context) -> list[ExecutionResult]:
        if self._planned is not None:
            variables = self._planned.variables(self._variables)
            plan = self._planned.plan(variables) if isinstance(variables, VariableValues) else None
            if isinstance(variables, VariableValues) and plan is not None:
                return await Run(plan, events, context, variables).results()
        executor = Executor.build(
            self._schema,
            self._document,
            context_value=context,
            raw_variable_values=self._variables,
            operation_name=self._operation_name,
        )
        assert isinstance(executor, Executor)  # noqa: S101 - the operation began with these variables
        outcomes = [execute_subscription_event(executor.build_per_event_executor(event)) for event in events]
        awaited = iter(
            await asyncio.gather(*(outcome for outcome in outcomes if not isinstance(outcome, ExecutionResult)))
        )
        return [outcome if isinstance(outcome, ExecutionResult) else next(awaited) for outcome in outcomes]


@lru_cache(maxsize=KNOWN_DOCUMENTS)
def _parsed(query: str, operation_name: str | None) -> tuple[DocumentNode, frozenset[str]]:
    """The document, and the variables that matter to what is resolved for an event."""
    document = parse(query)
    return document, variables_of_events(document, operation_name)


def _failed_for_now(result: ExecutionResult) -> Iterator[Exception]:
    """Failures that may be over when it is tried again."""
    for error in result.errors or ():
        if error.original_error and is_unavailable(error.original_error):
            yield error.original_error


def _encoded(result: ExecutionResult) -> bytes:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [presented(error, executed=True).formatted for error in result.errors]
    return orjson.dumps(answer)
