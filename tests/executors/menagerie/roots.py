"""Queries, mutations and subscriptions."""

from collections.abc import AsyncIterator
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.directive import DirectiveLocation, DirectiveValue

from tests.executors.menagerie.beings import Collection, Creature, Leash, Named, Prey, Rock, being, prey
from tests.executors.menagerie.keepers import Context, Keeper
from tests.executors.menagerie.kinds import Anything, Diet, Even, Key, Renamed, Reversed, Size, Wish

Info = strawberry.Info[Context, None]


def _outside(info: Info, number: int = 1) -> Leash | None:
    return info.context.weather.of(Leash(length=number, weather=info.context.weather), "outside", number)


def _told(value: object) -> str:
    return repr(value)


@strawberry.type
class Query:
    outside: Leash | None = strawberry.field(resolver=_outside)
    constant: int = 3

    @strawberry.field
    def creature(self, info: Info, number: int = 1) -> Creature | None:
        return info.context.weather.of(being(number, info.context.weather), "creature", number)

    @strawberry.field
    async def creatures(self, info: Info, numbers: list[int] = [1, 2, 3]) -> list[Creature]:  # noqa: B006 - a default
        weather = info.context.weather
        return await weather.later(lambda: [being(number, weather) for number in numbers[:4]], "creatures", numbers)

    @strawberry.field
    def named(self, info: Info) -> list[Named | None]:
        return [being(number, info.context.weather) for number in range(3)]

    @strawberry.field
    def prey(self, info: Info, numbers: list[int | None] | None = None) -> list[Prey | None]:
        return [None if number is None else prey(number, info.context.weather) for number in (numbers or [0, 1, 2])[:4]]

    @strawberry.field
    async def one_prey(self, info: Info, number: int = 3) -> Prey:
        return await info.context.weather.later(lambda: prey(number, info.context.weather), "one prey", number)

    @strawberry.field
    def rock(self, info: Info, number: int = 3) -> Rock | None:
        return prey(number, info.context.weather)

    @strawberry.field
    def collection(self, info: Info, number: int = 1) -> Collection:
        return Collection(weather=info.context.weather, number=abs(number))

    @strawberry.field
    async def collections(self, info: Info) -> list[Collection | None]:
        return [Collection(weather=info.context.weather, number=number) for number in range(3)]

    @strawberry.field
    def keeper(self, info: Info, number: int = 1) -> Keeper:
        return Keeper(number=number, name="root", weather=info.context.weather)

    @strawberry.field
    def keepers(self, info: Info) -> list[Keeper | None] | None:
        return [Keeper(number=number, name="root", weather=info.context.weather) for number in range(3)]

    @strawberry.field
    def wished(self, wish: Wish | None = None, wishes: list[Wish] | None = None) -> str:
        return _told((wish, wishes))

    @strawberry.field
    def keyed(self, key: Key) -> str:
        return _told(key)

    @strawberry.field
    def given(
        self,
        number: Renamed,
        ratio: float = 0.5,
        text: str | None = strawberry.UNSET,
        maybe: strawberry.Maybe[str | None] = None,
        diet: Diet = Diet.BOTH,
        diets: list[list[Diet] | None] | None = None,
        size: Size | None = Size.LARGE,
        even: Even | None = None,
        mood: Reversed = Reversed("mood"),
        anything: Anything | None = None,
        id: strawberry.ID | None = None,  # noqa: A002 - as clients call it
    ) -> str | None:
        return _told((number, ratio, text, maybe, diet, diets, size, even, mood, anything, id))

    @strawberry.field
    def told(self, info: Info, number: int = 1, text: str | None = None) -> Anything:
        """What a resolver is told about itself."""
        return {
            "field": info.field_name,
            "python": info.python_name,
            "path": info.path.as_list(),
            "type": str(info.return_type),
            "operation": info.operation.operation.value,
            "variables": sorted(info.variable_values),
            "selected": [(one.name, one.alias, _told(one.arguments)) for one in info.selected_fields],
            "root": info.root_value is None,
            "parent": info._raw_info.parent_type.name,
            "arguments": [number, text],
        }

    @strawberry.field
    def itself(self, info: Info) -> "Query":
        return Query()

    @strawberry.field
    def nothing(self) -> None:
        return None

    @strawberry.field
    def elsewhere(self) -> int | None:
        raise GraphQLError("it failed elsewhere", path=["somewhere", 3])

    @strawberry.field
    async def same_failure(self, info: Info) -> list[int | None]:
        error = ValueError("one for all")
        return [error, error]


@strawberry.type
class Change:
    journal: list[str]
    leash: Leash | None = None


def _written(info: Info, what: str) -> Change:
    context = info.context
    context.journal.append(what)
    context.weather.of(None, "write", what)
    return Change(journal=list(context.journal), leash=Leash(length=len(what), weather=context.weather))


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, info: Info, what: str = "sync") -> Change:
        return info.context.weather.of(_written(info, what), "change", what)

    @strawberry.mutation
    async def write_later(self, info: Info, what: str = "async") -> Change:
        await info.context.weather.later(lambda: None, "pause", what)
        return info.context.weather.of(_written(info, what), "later change", what)

    @strawberry.mutation
    async def may_write(self, info: Info, what: str = "maybe") -> Change | None:
        return _written(info, what)

    @strawberry.mutation
    def none(self, info: Info) -> None:
        _written(info, "none")


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def creatures(self, info: Info, count: int = 3) -> AsyncIterator[Creature]:
        for number in range(count % 5):
            yield info.context.weather.held(being(number, info.context.weather), "event", number)

    @strawberry.subscription
    async def collection(self, info: Info) -> AsyncIterator[Collection | None]:
        for number in range(3):
            yield info.context.weather.held(Collection(weather=info.context.weather, number=number), "event", number)

    @strawberry.subscription
    async def numbers(self, info: Info, stop: int = 2) -> AsyncIterator[int | None]:
        for number in range(stop % 5):
            yield info.context.weather.held(number, "number", number)
        info.context.weather.of(None, "stop", stop)


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def loud(value: DirectiveValue[Any], mark: str = "!") -> Any:
    """Make a text louder."""
    return value.upper() + mark if isinstance(value, str) else value
