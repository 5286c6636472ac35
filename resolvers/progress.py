"""How long work says how far it is, without knowing who watches."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units; `total` is None when the end is not known, as with standard input.

    `note` is a short fact for the person who watches, such as "12 rejected".
    """

    done: int
    total: int | None
    unit: str
    note: str = ""


Report = Callable[[Progress], None]
"""Is called every now and then while the work goes on; must return quickly."""


def unreported(_: Progress) -> None:
    """For callers whom nobody watches."""
