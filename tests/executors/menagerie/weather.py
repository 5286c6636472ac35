"""What goes wrong, and when: chosen by a number, so that every execution meets the same."""

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from graphql import GraphQLError


class Trouble(enum.Enum):
    """What can become of a value."""

    NULL = enum.auto()
    RAISED = enum.auto()
    RETURNED = enum.auto()
    CODED = enum.auto()
    WRONG = enum.auto()


class Misfit:
    """A value of no type that any field has."""

    def __repr__(self) -> str:
        return "a misfit"


class Storm(Exception):
    """What fields fail with."""


@dataclass(frozen=True)
class Weather:
    """How much goes wrong.

    Args:
        seed: chooses what.
        percent: how many of all values go wrong, 0 to 100.
        nulls: how many are null, 0 to 100, whether that is allowed or not.
        pace: changes how long things take, and nothing else.
    """

    seed: int
    percent: int = 0
    nulls: int = 0
    pace: int = 0

    def chance(self, *what: object) -> int:
        """A number from 0 to 9,999 that is always the same for this."""
        return crc32(repr((self.seed, *what)).encode()) % 10_000

    def trouble(self, *what: object) -> Trouble | None:
        """What becomes of a value; None: nothing goes wrong."""
        if self.chance("null", *what) < self.nulls * 100:
            return Trouble.NULL
        if self.chance("trouble", *what) >= self.percent * 100:
            return None
        return list(Trouble)[self.chance("which", *what) % len(Trouble)]

    def of(self, value: Any, *what: object) -> Any:
        """The value, or what has become of it.

        Raises:
            Exception: if that is what has become of it.
        """
        match self.trouble(*what):
            case None:
                return value
            case Trouble.NULL:
                return None
            case Trouble.WRONG:
                return Misfit()
            case Trouble.RETURNED:
                return Storm(f"{what} was returned")
            case Trouble.CODED:
                raise GraphQLError(f"{what} was refused", extensions={"code": "REFUSED", "what": str(what)})
            case Trouble.RAISED:
                raise Storm(f"{what} failed")

    def held(self, value: Any, *what: object) -> Any:
        """The same, but failures are values."""
        try:
            return self.of(value, *what)
        except Exception as error:  # noqa: BLE001 - it is handed on
            return error

    async def later(self, make: Callable[[], Any], *what: object) -> Any:
        """The same after a while that differs from value to value."""
        for _ in range(self.chance("pause", self.pace, *what) % 4):
            await asyncio.sleep(0)
        return self.of(make(), *what)
