"""What is behind permissions, extensions and loaders."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension

from graph.planning import Asked, BatchLoader, LoaderFamily, Selecting, related
from tests.executors.menagerie.beings import Creature, being
from tests.executors.menagerie.registers import (
    Ledger,
    Owner,
    Register,
    asked_of_register,
    ledger_of,
    owner_name,
    register_of,
)
from tests.executors.menagerie.weather import Weather


class Unlucky(GraphQLError):
    """What a permission refuses with."""


class Allowed(BasePermission):
    message = "Not now."
    error_extensions = {"code": "NOT_NOW"}

    def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        return source.weather.trouble("allowed", source.number) is None


class AllowedLater(BasePermission):
    message = "Not here."
    error_class = Unlucky

    async def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        return source.weather.trouble("allowed later", source.number) is None


class Doubled(FieldExtension):
    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        return 2 * next_(source, info, **arguments)


class DoubledLater(FieldExtension):
    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: strawberry.Info, **arguments: Any
    ) -> Any:
        return 2 * await next_(source, info, **arguments)


def _asked(least: int = 1, mark: str | None = None) -> Asked:
    if least < 0:
        raise ValueError(f"{least} is less than nothing")
    return Asked(least) if mark is None else Asked(least, mark)


@strawberry.type
class Keeper:
    number: int
    name: str
    weather: strawberry.Private[Weather]

    @strawberry.field(permission_classes=[Allowed])
    def secret(self) -> str:
        return "secret"

    @strawberry.field(permission_classes=[AllowedLater])
    async def later_secret(self) -> str | None:
        return "later"

    @strawberry.field(extensions=[PermissionExtension([Allowed()], fail_silently=True)])
    def silent(self) -> str | None:
        return "silent"

    @strawberry.field(extensions=[Doubled()])
    def pay(self, months: int = 1) -> int:
        return self.weather.of(months * self.number, "pay", self.number)

    @strawberry.field(extensions=[DoubledLater()])
    async def bonus(self) -> int | None:
        return await self.weather.later(lambda: self.number, "bonus", self.number)

    ward: Creature | None = related(lambda context: context.loaders.being, key="number", description="A creature.")
    wards: list[Creature] = related(
        lambda context: context.loaders.wards, key="number", asked=_asked, description="Creatures asked for."
    )
    register: Register | None = related(
        lambda context: context.loaders.registers,
        key="number",
        asked=asked_of_register,
        selects="entries.card",
        description="A list of records.",
    )
    ledger: Ledger | None = related(
        lambda context: context.loaders.ledgers,
        key="number",
        asked=asked_of_register,
        selects="entries.card",
        description="A list of records that come as rows.",
    )
    lost: int | None = related(lambda context: context.loaders.being, key="nowhere", description="Has no key.")
    count: int = related(lambda context: context.loaders.failing, key="number", description="Fails for all at once.")

    @strawberry.field
    def deputy(self, info: strawberry.Info) -> "Keeper | None":
        return info.context.loaders.keeper.load((self.number + 1, self.name))


class Loaders:
    """The loaders of one execution."""

    def __init__(self, weather: Weather, *, memoise: bool = True) -> None:
        self.weather = weather
        self.being: BatchLoader[int, Any] = BatchLoader(self._beings, cache=memoise, seldom_waits=True)
        self.keeper: BatchLoader[tuple[int, str], Any] = BatchLoader(self._keepers, cache=memoise)
        self.failing: BatchLoader[int, Any] = BatchLoader(self._failing, cache=memoise)
        self.wards: LoaderFamily[int, Any, Any] = LoaderFamily(self._wards, cache=memoise)

        self.owner: BatchLoader[int, Any] = BatchLoader(self._owners, cache=memoise, seldom_waits=True)
        self.cards: BatchLoader[int, Any] = BatchLoader(self._cards, cache=memoise)
        self.registers: LoaderFamily[Selecting[int], int, Any] = LoaderFamily(self._registers, cache=memoise)
        self.ledgers: LoaderFamily[Selecting[int], int, Any] = LoaderFamily(self._ledgers, cache=memoise)

    async def _owners(self, numbers: list[int]) -> list[Any]:
        return [Owner(number=number, name=owner_name(number, self.weather)) for number in numbers]

    async def _cards(self, numbers: list[int]) -> list[Any]:
        return [self.weather.held(number, "cards", number) for number in numbers]

    async def _registers(self, asked: Selecting[int], numbers: list[int]) -> list[Any]:
        return [register_of(number, asked, self.weather) for number in numbers]

    async def _ledgers(self, asked: Selecting[int], numbers: list[int]) -> list[Any]:
        return [ledger_of(number, asked, self.weather) for number in numbers]

    async def _beings(self, numbers: list[int]) -> list[Any]:
        return [self.weather.held(being(number // 2, self.weather), "mother", number) for number in numbers]

    async def _keepers(self, keys: list[tuple[int, str]]) -> list[Any]:
        return [
            self.weather.held(Keeper(number=number, name=f"of {name}", weather=self.weather), "keeper", number)
            for number, name in keys
        ]

    async def _failing(self, numbers: list[int]) -> list[Any]:
        if self.weather.trouble("failing") is not None:
            raise GraphQLError("nobody can be counted", extensions={"code": "UNCOUNTED"})
        return [self.weather.held(number, "count", number) for number in numbers]

    async def _wards(self, least: int, keys: list[Any]) -> list[Any]:
        return [
            self.weather.held(
                [
                    being((key[0] if isinstance(key, tuple) else key) + place, self.weather)
                    for place in range(least % 4)
                ],
                "wards",
                least,
                key,
            )
            for key in keys
        ]


@dataclass
class Context:
    """What the fields of one execution share."""

    weather: Weather
    loaders: Loaders
    journal: list[str]

    @classmethod
    def of(cls, weather: Weather) -> "Context":
        """For one execution."""
        return cls(weather, Loaders(weather), [])
