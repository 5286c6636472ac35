"""What all types with an id have in common."""

from collections.abc import Callable
from typing import Any

import strawberry

from graph.planning import computed

ID = "Global id: opaque, unique over all types, and kept as long as the entry exists."


@strawberry.interface(description="Anything that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description=ID)


def node_id(id_of: Callable[..., str], *, of: str) -> Any:  # noqa: ANN401 - stands for the annotated type
    """The id of a type whose ids are worked out only when somebody asks for them.

    Args:
        id_of: the id.
        of: the attributes that it takes, as of `computed`.
    """
    return computed(id_of, of=of, description=ID)
