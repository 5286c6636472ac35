"""Fields that are read off their parent, declared rather than coded, so that plans can read them without a call."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import strawberry

ATTRIBUTE = "graph.planning.attribute"
COMPUTED = "graph.planning.computed"
"""Under these names a Strawberry field's metadata hold where its value comes from."""


def read(path: str, *, description: str) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that is an attribute of the parent, or of one of its attributes, such as `record.name`.

    Reading must have no effect: it may happen more than once.
    """
    value_of = attrgetter(path)

    def resolve(root: strawberry.Parent[Any]) -> Any:  # noqa: ANN401 - as the attribute is
        return value_of(root)

    return strawberry.field(resolver=resolve, description=description, metadata={ATTRIBUTE: path})


def computed(value_of: Callable[[Any], Any], *, description: str) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that is worked out from the parent alone, at once.

    Args:
        value_of: the parent's value. It must have no effect: it may be called more than once. What it gives is nothing
            that has to be waited for.
        description: of the field.
    """

    def resolve(root: strawberry.Parent[Any]) -> Any:  # noqa: ANN401 - as the function gives
        return value_of(root)

    return strawberry.field(resolver=resolve, description=description, metadata={COMPUTED: value_of})
