"""Whether an answer can depend on the context beside what loaders of relations read."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import pytest
import strawberry
from strawberry.extensions import FieldExtension

from graph.planning import Asked, BatchLoader, LoaderFamily, PlannedExecution, computed, related


@dataclass
class Context:
    reader: str
    doubled: BatchLoader[int, int]
    times: LoaderFamily[int, int, int]


class Passing(FieldExtension):
    """Sees what the resolver is told."""

    def resolve(self, next_: object, source: object, info: strawberry.Info, **arguments: object) -> object:
        return next_(source, info, **arguments)  # type: ignore[operator]


@strawberry.interface
class Counted:
    count: int


def _times_asked(factor: Annotated[int, strawberry.argument(description="By what.")]) -> Asked:
    return Asked(factor)


@strawberry.type
class Thing(Counted):
    text: str = computed(lambda thing: str(thing.count), description="Computed.")
    doubled: int = related(lambda context: context.doubled, key="count", description="Loaded.")
    times: int = related(lambda context: context.times, key="count", asked=_times_asked, description="Loaded.")

    @strawberry.field
    def method(self) -> int:
        return self.count

    @strawberry.field
    def plus(self, more: int) -> int:
        return self.count + more

    @strawberry.field
    async def later(self, more: int) -> int:
        return self.count + more

    @strawberry.field
    def reader(self, info: strawberry.Info[Context, None]) -> str:
        return info.context.reader

    @strawberry.field(extensions=[Passing()])
    def extended(self) -> int:
        return self.count


@strawberry.type
class Query:
    thing: Thing = strawberry.field(resolver=lambda: Thing(count=3))
    counted: Counted = strawberry.field(resolver=lambda: Thing(count=3))
    all: list[Counted] = strawberry.field(resolver=lambda: [Thing(count=3)])


async def doubled(keys: list[int]) -> list[int]:
    return [2 * key for key in keys]


async def times(factor: int, keys: list[int]) -> list[int]:
    return [factor * key for key in keys]


@pytest.mark.parametrize(
    ("query", "data", "asks_context"),
    [
        (
            "{ thing { count text method __typename } }",
            {"count": 3, "text": "3", "method": 3, "__typename": "Thing"},
            0,
        ),
        ("{ thing { doubled times(factor: 5) } }", {"doubled": 6, "times": 15}, 0),
        ("{ thing { plus(more: 1) later(more: 2) } }", {"plus": 4, "later": 5}, 0),
        ("{ thing { ...below } } fragment below on Counted { count }", {"count": 3}, 0),
        ("{ thing { count reader } }", {"count": 3, "reader": "Ann"}, 1),
        ("{ thing { count reader @skip(if: true) } }", {"count": 3}, 0),
        ("{ thing { extended } }", {"extended": 3}, 1),
        ("{ counted { count } }", {"count": 3}, 1),
        ("{ all { count } }", [{"count": 3}], 1),
    ],
)
async def test_who_may_look_at_the_context(query: str, data: object, asks_context: int) -> None:
    noted: list[tuple[object, bool]] = []
    note = partial(PlannedExecution, note=lambda *one: noted.append(one))
    context = Context("Ann", BatchLoader(doubled, cache=True), LoaderFamily(times, cache=True))
    schema = strawberry.Schema(Query, types=[Thing], extensions=[note])
    result = await schema.execute(query, context_value=context)

    assert result.errors is None
    assert result.data is not None
    assert list(result.data.values()) == [data]
    assert noted == [(context, bool(asks_context))]


async def test_nothing_is_noted_of_what_plans_do_not_cover() -> None:
    noted: list[object] = []
    note = partial(PlannedExecution, note=lambda *one: noted.append(one))
    result = await strawberry.Schema(Query, extensions=[note]).execute("{ __schema { queryType { name } } }")

    assert result.errors is None
    assert noted == []
