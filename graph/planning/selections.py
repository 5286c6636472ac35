"""What an operation reads of the objects that a loader reads."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Request = TypeVar("Request", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of objects.

    Attributes:
        paths: attributes that are read for certain.
        whole: whether anything else may be read as well.
        beside: the fields that are selected beside the objects, of what the relation itself gives; None: any.
    """

    paths: frozenset[str]
    whole: bool
    beside: frozenset[str] | None

    def asks_beside(self, field: str) -> bool:
        """Whether a field of what the relation gives may be selected, by its name in Python."""
        return self.beside is None or field in self.beside


EVERYTHING = Selection(frozenset(), whole=True, beside=None)
"""Where nobody has looked."""


@dataclass(frozen=True, slots=True)
class Selecting(Generic[Request]):
    """A request to a loader, with what is read of the objects that it loads."""

    request: Request
    selected: Selection
