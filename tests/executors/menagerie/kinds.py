"""Scalars, enums and inputs."""

import enum
from typing import Annotated, NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

Reversed = NewType("Reversed", str)
Even = NewType("Even", int)
Anything = NewType("Anything", object)


def _even(value: object) -> int:
    if not isinstance(value, int) or value % 2:
        raise ValueError(f"{value!r} is not even")
    return value


def _nothing_for_seven(value: object) -> object:
    return None if value == 7 else value


CONFIG = StrawberryConfig(
    scalar_map={
        Reversed: strawberry.scalar(
            name="Reversed",
            serialize=lambda value: value[::-1],
            parse_value=lambda value: value[::-1],
        ),
        Even: strawberry.scalar(name="Even", serialize=_even, parse_value=_even),
        Anything: strawberry.scalar(name="Anything", serialize=_nothing_for_seven, parse_value=lambda value: value),
    }
)


@strawberry.enum
class Diet(enum.Enum):
    """Its values are of many kinds."""

    PLANTS = 1
    MEAT = "meat"
    BOTH = (1, "meat")
    NOTHING = None
    DEW = strawberry.enum_value("dew", name="MORNING_DEW", deprecation_reason="Too wet.")


@strawberry.enum
class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


@strawberry.input
class Range:
    least: int = 0
    most: int | None = 10


@strawberry.input
class Wish:
    diet: Diet = Diet.MEAT
    sizes: list[Size] | None = None
    legs: Range = strawberry.field(default_factory=Range)
    names: list[list[str | None]] = strawberry.field(default_factory=lambda: [["a", None], []])
    note: str | None = strawberry.UNSET
    maybe: strawberry.Maybe[int | None]
    even: Even | None = None
    inner: "Wish | None" = None


@strawberry.input(one_of=True)
class Key:
    number: int | None = strawberry.UNSET
    name: str | None = strawberry.UNSET
    wish: Wish | None = strawberry.UNSET


Renamed = Annotated[int, strawberry.argument(name="howMany", description="How many.")]
