"""Relations between types, declared rather than coded."""

from collections.abc import Awaitable
from operator import attrgetter
from typing import Any

import strawberry

from graph.context import Info


def loaded(loader: str, *, key: str, description: str) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that a loader answers.

    Args:
        loader: which of `Context.loaders`.
        key: the attribute of the parent that holds the loader's key; several, separated by commas, make a tuple.
        description: of the field.
    """
    key_of = attrgetter(*key.split(","))
    loader_of = attrgetter(loader)

    def resolve(root: strawberry.Parent[Any], info: Info) -> Awaitable[Any]:
        answer: Awaitable[Any] = loader_of(info.context.loaders).load(key_of(root))
        return answer

    return strawberry.field(resolver=resolve, description=description)
