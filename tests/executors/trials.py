"""Trials: one operation, executed by plan and by graphql-core, and what comes of it compared."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import DocumentNode, OperationDefinitionNode, OperationType, parse
from strawberry.schema.exceptions import CannotGetOperationTypeError

from tests.executors.answers import Answer, answer_of
from tests.executors.failures import Asked, failures_of
from tests.executors.judging import disagreement, improper
from tests.executors.knowing import VALID

TIMES = 2
"""So often each operation is executed by plan: the first time without generated code, then with it."""


class GaveUp(Exception):
    """graphql-core has cancelled what it was waiting for itself.

    When a field fails, it cancels what its siblings wait for. If that is the future of a loader that remembers, others
    wait for it as well, and the execution ends without an answer.
    """


class Disagreed(AssertionError):
    """The executors do not answer the same."""


@dataclass(frozen=True)
class Difference:
    """Two answers that should be the same.

    Attributes:
        asked: the operation.
        why: what is wrong.
        expected: graphql-core's answer.
        given: the plan's.
    """

    asked: Asked
    why: str
    expected: Answer
    given: Answer

    def __str__(self) -> str:
        asked = self.asked
        return "\n".join(
            [
                self.why,
                f"\n{asked.query}",
                f"\nvariables: {asked.variables!r}, operation: {asked.operation_name!r}",
                f"\ngraphql-core:\n{self.expected}",
                f"\nplanned:\n{self.given}",
            ]
        )


@dataclass
class Trials:
    """Executes operations both ways.

    Args:
        core: the schema, executed by graphql-core.
        planned: the same, executed by plan.
        context: makes what the fields of one execution share.

    Attributes:
        counts: how many operations there have been, and of which kinds.
    """

    core: strawberry.Schema
    planned: strawberry.Schema
    context: Callable[[], Any]
    counts: Counter[str] = field(default_factory=Counter)

    async def agree(self, asked: Asked) -> bool:
        """Make sure that both answer the same; whether a plan was executed at all.

        Raises:
            Disagreed: they do not.
        """
        difference, planned = await self.difference(asked)
        if difference is not None:
            raise Disagreed(f"\n{difference}")
        return planned

    async def difference(self, asked: Asked) -> tuple[Difference | None, bool]:
        """What differs, if anything does, and whether a plan was executed."""
        self.counts["operations"] += 1
        try:
            expected, _ = await answered(self.core, asked, self.context())
        except GaveUp:
            self.counts["given up"] += 1
            return None, False
        planned = False
        for _ in range(TIMES):
            given, planned = await answered(self.planned, asked, self.context())
            why = disagreement(expected, given)
            if why is not None:
                why = await self.judged(asked, expected, given)
            if why is not None:
                return Difference(asked, why, expected, given), planned
        self.counts["planned"] += planned
        self.counts["with errors"] += bool(expected.errors)
        return None, planned

    async def judged(self, asked: Asked, expected: Answer, given: Answer, root_value: object = None) -> str | None:
        """What is wrong with a plan's answer, which is not the same as graphql-core's to the letter; None: nothing."""
        if expected.data != given.data or not expected.errors or not given.errors:
            return disagreement(expected, given)
        self.counts["judged"] += 1
        document = parse(asked.query)
        core = self.core._schema
        failures = await failures_of(core, document, asked, self.context(), root_value)
        serially = _kind(document, asked.operation_name) is OperationType.MUTATION
        wrong = improper(expected, failures, serially=serially)
        assert wrong is None, f"the rule does not fit graphql-core itself: {wrong}\n{asked}\n{expected}\n{failures}"
        return improper(given, failures, serially=serially)


async def answered(schema: strawberry.Schema, asked: Asked, context: object) -> tuple[Answer, bool]:
    """The answer to an operation, and whether it has been executed by plan.

    Raises:
        GaveUp: there is none.
    """
    try:
        result = await schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
        )
    except CannotGetOperationTypeError as error:
        return Answer(f"refused: {error.as_http_error_reason()}", ()), False
    except asyncio.CancelledError as error:
        raise_if_cancelled()
        raise GaveUp from error
    told = (result.extensions or {}).get("executor")
    return answer_of(result.data, result.errors), told == "planned"


def raise_if_cancelled() -> None:
    """Go on only if nobody has asked this task to stop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def known_valid(asked: Asked) -> None:
    """Let an operation neither be parsed nor be validated again; it is the only one that is known."""
    VALID.clear()
    VALID[asked.query] = parse(asked.query)


def _kind(document: DocumentNode, name: str | None) -> OperationType:
    return next(
        one.operation
        for one in document.definitions
        if isinstance(one, OperationDefinitionNode) and (name is None or (one.name and one.name.value == name))
    )
