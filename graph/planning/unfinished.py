"""What an execution has met and not dealt with yet: failures, values to wait for, objects of unknown types."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from graph.planning.places import Container, Key
from graph.planning.shapes import AbstractShape, FieldPlan, ObjectShape


class Failure(NamedTuple):
    """Something that failed at a place of the answer.

    Attributes:
        field: that it belongs to.
        container: what holds the place.
        key: of the place.
        error: what happened.
        behind: of a list whose iterator failed, how many items it had given: these come before.
    """

    field: FieldPlan
    container: Container
    key: Key
    error: Exception
    behind: tuple[int, ...] = ()


class Awaited(NamedTuple):
    """A value that has to be waited for, where it belongs, and what is then made of it."""

    field: FieldPlan
    container: Container
    key: Key
    value: Awaitable[Any]
    then: Callable[[Any], Any]


class Undecided(NamedTuple):
    """An object whose type has to be asked for, and where it belongs."""

    field: FieldPlan
    shape: ObjectShape | AbstractShape
    container: Container
    key: Key
    value: Any
