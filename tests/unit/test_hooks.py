"""Hooks of extensions run in the order, and see the failures, that they do where Strawberry runs them."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest
import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from graph.hooks import HooksRunner, hooks_of

PHASES = ("on_operation", "on_parse", "on_validate", "on_execute")


@strawberry.type
class Query:
    @strawberry.field
    def number(self) -> int:
        return 1


class LeanSchema(strawberry.Schema):
    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> HooksRunner:
        return HooksRunner(execution_context, extensions)


@contextmanager
def watched(name: str, phase: str, told: list[str], fault: str | None) -> Iterator[None]:
    """What a hook does: it tells of a phase, and fails before or after it, or forgives its failure."""

    def tell(moment: str) -> None:
        told.append(f"{name} {moment} {phase}")
        if fault == moment:
            raise GraphQLError(told[-1])

    tell("before")
    try:
        yield
    except GraphQLError as error:
        told.append(f"{name} sees {error!r}")
        if fault != "forgive":
            raise
    tell("after")


def hook(name: str, phase: str, told: list[str], fault: str | None, *, is_async: bool) -> Callable[..., object]:
    def synchronous(_: SchemaExtension) -> Iterator[None]:
        with watched(name, phase, told, fault):
            yield

    async def asynchronous(_: SchemaExtension) -> AsyncIterator[None]:
        with watched(name, phase, told, fault):
            yield

    return asynchronous if is_async else synchronous


def extension(name: str, told: list[str], faults: dict[str, str], *, is_async: bool) -> type[SchemaExtension]:
    hooks = {phase: hook(name, phase, told, faults.get(phase), is_async=is_async) for phase in PHASES}
    return type(name, (SchemaExtension,), hooks)


FAULTS = [{}, *({phase: moment} for phase in PHASES for moment in ("before", "after", "forgive"))]


@pytest.mark.parametrize("query", ["{ number }", "{", "{ nothing }", "mutation { a }"])
@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("failing", [0, 1, 2])
@pytest.mark.parametrize("faults", FAULTS, ids=str)
async def test_hooks_run_as_by_strawberry(query: str, is_async: bool, failing: int, faults: dict[str, str]) -> None:
    outcomes = []
    for kind in (strawberry.Schema, LeanSchema):
        told: list[str] = []
        extensions = [
            extension(f"{place}", told, faults if place == failing else {}, is_async=is_async is (place == 1))
            for place in range(3)
        ]
        try:
            result = await kind(Query, extensions=extensions).execute(query)
            outcomes.append((told, result.data, [error.formatted for error in result.errors or ()]))
        except Exception as error:  # noqa: BLE001 - both shall raise the same
            outcomes.append((told, type(error), str(error)))

    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0]


async def test_what_extensions_add_to_the_answer_is_put_together() -> None:
    class First(SchemaExtension):
        def get_results(self) -> dict[str, object]:
            return {"a": 1, "b": 1}

    class Second(SchemaExtension):
        async def get_results(self) -> dict[str, object]:  # type: ignore[override]
            return {"b": 2}

    class Third(SchemaExtension):
        def on_execute(self) -> Iterator[None]:
            self.execution_context.extensions_results["c"] = 3
            yield

    result = await LeanSchema(Query, extensions=[First, Second, Third]).execute("{ number }")

    assert (result.data, result.extensions) == ({"number": 1}, {"a": 1, "b": 2, "c": 3})


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_hook_that_yields_twice_is_an_error(is_async: bool) -> None:
    class Twice(SchemaExtension):
        def on_execute(self) -> Iterator[None]:
            yield
            yield

    class TwiceAsync(SchemaExtension):
        async def on_execute(self) -> AsyncIterator[None]:
            yield
            yield

    result = await LeanSchema(Query, extensions=[TwiceAsync if is_async else Twice]).execute("{ number }")

    assert [error.message for error in result.errors or ()] == ["A hook must yield once."]


def test_a_hook_that_does_not_yield_is_refused() -> None:
    class Plain(SchemaExtension):
        def on_execute(self) -> None:  # type: ignore[override]
            pass

    with pytest.raises(TypeError, match=r"^Plain\.on_execute must yield once\.$"):
        hooks_of((Plain,))
