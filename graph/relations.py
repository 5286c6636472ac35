"""Relations between types, declared rather than coded."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graph.planning import Asked, AtHand, related


def loaded(
    loader: str,
    *,
    key: str,
    description: str,
    asked: Callable[..., Asked] | None = None,
    by_operation: bool = False,
    at_hand: AtHand | None = None,
    selects: str = "",
) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that a loader answers.

    Args:
        loader: which of `Context.loaders`.
        key: the attribute of the parent that holds the loader's key; several, separated by commas, make a tuple.
        description: of the field.
        asked: takes the field's arguments, and says what they ask for; the loader is a family of loaders then.
        by_operation: as of `related`.
        at_hand: likewise.
        selects: likewise.
    """
    return related(
        attrgetter(f"loaders.{loader}"),
        key=key,
        description=description,
        asked=asked,
        by_operation=by_operation,
        at_hand=at_hand,
        selects=selects,
    )
