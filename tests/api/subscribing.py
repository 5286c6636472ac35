"""Subscriptions as the schema takes them, without a socket: what they are about, or why they are refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.clock import utc_now
from graph.context import Context
from graph.entries import Entries
from graph.feed.cursors import FeedCursors
from graph.feed.sources import Source
from graph.loaders import Loaders
from graph.schema import schema
from graph.settings import Settings
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex
from resolvers.viewers import Viewer

CURSORS = FeedCursors(bytes(range(32)))


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of beginning a subscription: its source, or the answers that it was refused with."""

    source: Source | None
    answers: list[dict[str, Any]]


def context_for(viewer: Viewer, **settings: Any) -> Context:  # noqa: ANN401 - values of any setting
    """What the fields of one subscription share, as a server makes it."""
    return Context(
        settings=Settings(**settings),
        loaders=Loaders(PriorVersions(), utc_now, memoise=False, viewer=viewer),
        catalogue_index=CatalogueIndex(),
        entries=Entries(),
        cursors=CURSORS,
    )


async def begin(viewer: Viewer, query: str, variables: Mapping[str, object] | None = None, **settings: object) -> Begun:
    """Begin a subscription."""
    context = context_for(viewer, **settings)
    results = await schema.subscribe(query, dict(variables or {}), context)
    answers = [
        {"data": result.data, "errors": [error.formatted for error in result.errors or ()]} async for result in results
    ]
    return Begun(context.source, answers)


async def source_of(viewer: Viewer, query: str, **variables: object) -> Source:
    """What a subscription is about that is not refused; no event comes of the field itself."""
    begun = await begin(viewer, query, variables)
    assert begun.answers == []
    assert begun.source is not None
    return begun.source


async def refusal_of(viewer: Viewer, query: str, **variables: object) -> tuple[dict[str, Any], str]:
    """Extensions and message of the only error of a subscription that is refused, and so has no source."""
    begun = await begin(viewer, query, variables)
    assert begun.source is None
    (answer,) = begun.answers
    assert answer["data"] is None
    (error,) = answer["errors"]
    return error["extensions"], error["message"]
