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
    """

    paths: frozenset[str]
    whole: bool


EVERYTHING = Selection(frozenset(), whole=True)
"""Where nobody has looked."""


@dataclass(frozen=True, slots=True)
class Selecting(Generic[Request]):
    """A request to a loader, with what is read of the objects that it loads."""

    request: Request
    selected: Selection
