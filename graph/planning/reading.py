"""Fields that are read off their parent, declared rather than coded, so that plans can read them without a call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, Protocol

import strawberry

ATTRIBUTE = "graph.planning.attribute"
COMPUTED = "graph.planning.computed"
EACH = "graph.planning.each"
"""Under these names a Strawberry field's metadata hold where its value comes from."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What works out a field.

    Attributes:
        value_of: is called with the attributes, or with the parent itself if there are none.
        paths: the attributes of the parent that it takes.
    """

    value_of: Callable[..., Any]
    paths: tuple[str, ...]

    def of(self, parent: object) -> Any:  # noqa: ANN401 - whatever the function gives
        """The value for a parent."""
        if not self.paths:
            return self.value_of(parent)
        return self.value_of(*(attrgetter(path)(parent) for path in self.paths))


class RecordsOfRows(Protocol):
    """A sequence of records that are rows of a database until somebody takes one.

    Attributes:
        row_fields: what a row has of a record, in the row's order.
        rest_fields: what else a record has.
        rows: the rows, each a sequence.
        rest: the values of `rest_fields`, the same for all records.
    """

    row_fields: ClassVar[tuple[str, ...]]
    rest_fields: ClassVar[tuple[str, ...]]
    rows: Sequence[Sequence[Any]]
    rest: tuple[Any, ...]

    def made(self, row: Sequence[Any]) -> Any:  # noqa: ANN401 - of the sequence's class
        """The record of a row."""


@dataclass(frozen=True, slots=True)
class Each:
    """Where the items of a list come from: each wraps an object that does nothing but show a record.

    Attributes:
        records: the parent's attribute that has the records.
        shown_by: the parent's attribute that has the class of the objects.
        field: the item's field that has the object.
        record: the object's attribute that has the record; given by this name, the class makes the object.
        rows: the class of the records' sequence if they are rows; None: it is a list.
    """

    records: str
    shown_by: str
    field: str
    record: str
    rows: type[RecordsOfRows] | None = None


def read(path: str, *, description: str) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that is an attribute of the parent, or of one of its attributes, such as `record.name`.

    Reading must have no effect: it may happen more than once.
    """
    value_of = attrgetter(path)

    def resolve(root: strawberry.Parent[Any]) -> Any:  # noqa: ANN401 - as the attribute is
        return value_of(root)

    return strawberry.field(resolver=resolve, description=description, metadata={ATTRIBUTE: path})


def computed(
    value_of: Callable[..., Any],
    *,
    description: str,
    of: str = "",
    each: Each | None = None,
) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that is worked out from the parent alone, at once.

    Args:
        value_of: the value. It must have no effect: it may be called more than once. What it gives is nothing that has
            to be waited for.
        description: of the field.
        of: the attributes that it takes, separated by commas; empty: the parent itself.
        each: for a list, where its items come from; plans make neither the items nor their objects then if nothing is
            read of them but what the records have.
    """
    found = Computed(value_of, tuple(of.split(",")) if of else ())

    def resolve(root: strawberry.Parent[Any]) -> Any:  # noqa: ANN401 - as the function gives
        return found.of(root)

    return strawberry.field(resolver=resolve, description=description, metadata={COMPUTED: found, EACH: each})
