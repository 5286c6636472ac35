"""Objects, interfaces on interfaces, and unions."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLResolveInfo
from graphql.type import GraphQLAbstractType

from graph.planning import related
from tests.executors.menagerie.kinds import Anything, Diet, Even, Reversed, Size
from tests.executors.menagerie.weather import Weather

if TYPE_CHECKING:
    from tests.executors.menagerie.keepers import Keeper

Item = TypeVar("Item")


class Stone:
    """No Strawberry type; the schema's `Rock` says that it is one."""

    def __init__(self, number: int, weather: Weather) -> None:
        self.number = number
        self.weather = weather

    @property
    def weight(self) -> Any:
        return self.weather.of(self.number * 1.5, "weight", self.number)

    @property
    def name(self) -> Any:
        return self.weather.of(f"rock {self.number}", "rock", self.number)


class Now:
    """Something to wait for that is neither a coroutine nor a future."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __await__(self) -> Iterator[Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@strawberry.interface
class Numbered:
    number: int


@strawberry.interface
class Named(Numbered):
    name: str
    nick: str | None

    @strawberry.field
    def shout(self, times: int = 1, mark: str | None = "!") -> str:
        return f"{self.name}{(mark or '') * (times % 4)}"


@strawberry.interface
class Creature(Named):
    """Told apart by what it says itself."""

    weather: strawberry.Private[Weather]

    @classmethod
    def resolve_type(cls, value: Any, _info: GraphQLResolveInfo, _type: GraphQLAbstractType) -> Any:
        weather = value.weather
        if weather.trouble("type", value.number) is not None:
            return weather.of(None, "type", value.number)
        return type(value).__name__

    @strawberry.field
    def legs(self) -> int:
        return self.weather.of(4, "legs", self.number)

    @strawberry.field
    async def age(self) -> int:
        return await self.weather.later(lambda: self.number % 20, "age", self.number)

    @strawberry.field
    def friends(self, first: int = 2) -> list["Creature"]:
        beings = [being(self.number * 2 + place, self.weather) for place in range(1, first % 4 + 1)]
        return self.weather.of(beings, "friends", self.number)

    @strawberry.field
    def rivals(self) -> list["Creature | None"] | None:
        beings = [
            self.weather.held(being(self.number * 3 + place, self.weather), "rival", self.number, place)
            for place in range(2)
        ]
        return self.weather.of(beings, "rivals", self.number)

    @strawberry.field
    async def best(self) -> "Creature | None":
        return await self.weather.later(lambda: being(self.number + 1, self.weather), "best", self.number)

    mother: "Creature" = related(lambda context: context.loaders.being, key="number", description="Found by a loader.")
    keeper: Annotated["Keeper", strawberry.lazy("tests.executors.menagerie.keepers")] | None = related(
        lambda context: context.loaders.keeper, key="number,name", description="Found by two attributes."
    )


@strawberry.type
class Cat(Creature):
    lives: int
    diet: Diet | None = None
    mood: Reversed | None = None

    @strawberry.field(deprecation_reason="Cats do as they please.")
    def tricks(self) -> list[str]:
        return self.weather.of([], "tricks", self.number)

    @strawberry.field
    def prey(self) -> list["Prey"]:
        return (
            self.weather.of(prey(self.number + place, self.weather), "prey", self.number, place) for place in range(3)
        )


@strawberry.type
class Dog(Creature):
    size: Size
    tail: Even | None = None
    parts: list[list[str]] = strawberry.field(default_factory=lambda: [["head", "tail"], []])

    @strawberry.field
    def leash(self) -> "Leash | None":
        return self.weather.of(Leash(length=self.number, weather=self.weather), "leash", self.number)


@strawberry.type
class Leash:
    """Everything in it may not be null."""

    length: int
    weather: strawberry.Private[Weather]

    @strawberry.field
    def colour(self) -> str:
        return self.weather.of("red", "colour", self.length)

    @strawberry.field
    async def slow(self) -> str:
        return await self.weather.later(lambda: "slow", "slow", self.length)

    @strawberry.field
    def next(self) -> "Leash":
        return self.weather.of(Leash(length=self.length + 1, weather=self.weather), "next", self.length)

    @strawberry.field
    async def awaited(self) -> "Leash":
        return await self.weather.later(
            lambda: Leash(length=self.length + 2, weather=self.weather), "awaited", self.length
        )

    @strawberry.field
    def spare(self) -> "Leash | None":
        return self.weather.of(Leash(length=self.length + 3, weather=self.weather), "spare", self.length)

    @strawberry.field
    def links(self) -> list["Leash"]:
        return [
            self.weather.held(Leash(length=self.length + place, weather=self.weather), "link", self.length, place)
            for place in (4, 5)
        ]


@strawberry.type
class Rock:
    """Its values are of a class that Strawberry does not know."""

    number: int
    weight: float
    name: str | None

    @classmethod
    def is_type_of(cls, value: object, _info: GraphQLResolveInfo) -> bool:
        return isinstance(value, Stone) and value.weather.trouble("rock?", value.number) is None


@strawberry.type
class Box(Generic[Item]):
    content: Item
    many: list[Item]
    label: str = "box"


Prey = Annotated[Cat | Dog | Rock, strawberry.union("Prey")]
Boxed = Annotated[Box[int] | Box[Leash], strawberry.union("Boxed")]


@strawberry.type
class Collection:
    """Lists of every kind, and values of every scalar."""

    weather: strawberry.Private[Weather]
    number: int

    def _of(self, value: Any, what: str) -> Any:
        return self.weather.of(value, what, self.number)

    def _items(self, values: list[Any], what: str) -> Any:
        spoiled = [self.weather.held(value, what, self.number, place) for place, value in enumerate(values)]
        return self._of(spoiled, what)

    @strawberry.field
    def loose(self) -> list[int | None] | None:
        return self._items([1, 2, 3], "loose")

    @strawberry.field
    def tight(self) -> list[int]:
        return self._items([1, 2, 3], "tight")

    @strawberry.field
    def tight_inside(self) -> list[int] | None:
        return self._items([1, 2, 3], "tight inside")

    @strawberry.field
    def squares(self) -> list[list[int | None] | None] | None:
        return self._items([[1, 2], [], [self.weather.held(3, "square", self.number)]], "squares")

    @strawberry.field
    def strict_squares(self) -> list[list[int]]:
        return self._items([[1, 2], [], [self.weather.held(3, "strict square", self.number)]], "strict squares")

    @strawberry.field
    def cubes(self) -> list[list[list[str]]] | None:
        return self._items([[["a"], [self.weather.held("b", "cube", self.number)]], []], "cubes")

    @strawberry.field
    def tuples(self) -> list[list[int]]:
        return ((1, 2), (self.number,))

    @strawberry.field
    def keys(self) -> list[str]:
        return {"a": 1, "b": 2}.keys()

    @strawberry.field
    def generated(self) -> list[int]:
        return (self.weather.of(place, "generated", self.number, place) for place in range(3))

    @strawberry.field
    def endless(self) -> list[int | None] | None:
        def numbers() -> Iterator[Any]:
            yield self.weather.held(1, "endless", self.number)
            yield 2
            self.weather.of(None, "end", self.number)

        return numbers()

    @strawberry.field
    def streamed(self) -> list[int | None] | None:
        async def numbers() -> AsyncIterator[Any]:
            for place in range(3):
                yield await self.weather.later(lambda place=place: place, "streamed", self.number, place)

        return numbers()

    @strawberry.field
    def promised(self) -> list[int | None] | None:
        return [self.weather.later(lambda place=place: place, "promised", self.number, place) for place in range(3)]

    @strawberry.field
    def promised_tight(self) -> list[int] | None:
        return [self.weather.later(lambda place=place: place, "tight", self.number, place) for place in range(3)]

    @strawberry.field
    def futures(self) -> list[int | None]:
        answered = asyncio.get_running_loop().create_future()
        answered.set_result(self.weather.held(self.number, "future", self.number))
        return [answered, Now(self.weather.held(self.number, "now", self.number)), self.number]

    @strawberry.field
    def now(self) -> int | None:
        return Now(self.weather.held(self.number, "now", self.number))

    @strawberry.field
    def leashes(self) -> list["Leash | None"]:
        return self._items([Leash(length=place, weather=self.weather) for place in range(3)], "leashes")

    @strawberry.field
    def leash_rows(self) -> list[list["Leash"] | None]:
        return self._items([[Leash(length=place, weather=self.weather)] for place in range(3)], "rows")

    @strawberry.field
    def prey_rows(self) -> list[list[Prey | None]] | None:
        return self._items([[prey(place, self.weather), None] for place in range(3)], "prey rows")

    @strawberry.field
    def boxes(self) -> list[Boxed]:
        leash = Leash(length=self.number, weather=self.weather)
        return [Box[int](content=1, many=[1, 2]), Box[Leash](content=leash, many=[leash])]

    @strawberry.field
    def diets(self) -> list[Diet | None]:
        return self._items([Diet.PLANTS, "meat", 1, Diet.DEW, Diet.BOTH], "diets")

    @strawberry.field
    def nothing(self) -> Diet | None:
        return self._of(Diet.NOTHING, "diet")

    @strawberry.field
    def size(self) -> Size:
        return self._of(Size.LARGE, "size")

    @strawberry.field
    def day(self) -> date | None:
        return self._of(date(2026, 1, 1) + timedelta(days=self.number), "day")

    @strawberry.field
    def moment(self) -> datetime | None:
        return self._of(datetime(2026, 1, 1, 12, microsecond=self.number % 3, tzinfo=UTC), "moment")

    @strawberry.field
    def price(self) -> Decimal | None:
        return self._of(Decimal("1.10") * self.number, "price")

    @strawberry.field
    def id(self) -> strawberry.ID:
        return self._of(self.number, "id")

    @strawberry.field
    def token(self) -> UUID | None:
        return self._of(UUID(int=self.number), "token")

    @strawberry.field
    def ratio(self) -> float | None:
        return self._of([1, 2.5, float("nan"), float("inf"), True, "3.5"][self.number % 6], "ratio")

    @strawberry.field
    def whole(self) -> int | None:
        return self._of([1, 2.0, 2.5, 2**31, True, "7", "x"][self.number % 7], "whole")

    @strawberry.field
    def text(self) -> str | None:
        return self._of(["a", 1, True, 2.5, [1], {}][self.number % 6], "text")

    @strawberry.field
    def truth(self) -> bool | None:
        return self._of([True, 0, 1.0, "yes"][self.number % 4], "truth")

    @strawberry.field
    def anything(self) -> Anything | None:
        return self._of([{"b": [1, None], "a": 2}, 7, "x", [[]]][self.number % 4], "anything")

    @strawberry.field
    def odd(self) -> Even:
        return self._of(self.number, "odd")

    @strawberry.field
    def inner(self) -> "Collection":
        return self._of(Collection(weather=self.weather, number=self.number + 1), "inner")

    @strawberry.field
    async def later(self) -> "Collection | None":
        return await self.weather.later(
            lambda: Collection(weather=self.weather, number=self.number + 2), "later", self.number
        )


def being(number: int, weather: Weather) -> Creature:
    """The creature of a number."""
    name = weather.held(f"being {number}", "name", number)
    nick = weather.held(f"nick {number}", "nick", number)
    if number % 2:
        return Cat(
            number=number,
            name=name,
            nick=nick,
            weather=weather,
            lives=weather.held(9, "lives", number),
            diet=weather.held(Diet.MEAT, "diet", number),
            mood=weather.held("good", "mood", number),
        )
    return Dog(
        number=number,
        name=name,
        nick=nick,
        weather=weather,
        size=weather.held(Size.SMALL, "size", number),
        tail=weather.held(number, "tail", number),
    )


def prey(number: int, weather: Weather) -> Any:
    """The prey of a number."""
    return Stone(number, weather) if number % 3 == 0 else being(number, weather)
