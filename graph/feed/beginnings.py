"""Subscriptions that have just begun: what they are about is not found out again for others that are equal.

After a restart thousands of clients come back within seconds, and most of them send the same document with the same
variables. To parse, validate and coerce them costs several times what it takes to serve them.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from graph.feed.audience import audience_of
from graph.feed.sources import FollowedSource, RatingsSource, Source
from resolvers.feed.reading import feed_bounds
from resolvers.viewers import Viewer

REMEMBERED_SECONDS = 10.0
"""For so long a source is used again. A drug that has got another slug meanwhile can wait for that."""

MOST_REMEMBERED = 10_000
"""Sources, some 10 MB if each selects a few drugs."""


class Beginnings:
    """What subscriptions have turned out to be about that began in the last seconds.

    Whether a subscription is allowed, and what it is about, follows from the document, the variables and what all
    readers of an audience have in common, with one exception: what somebody follows is theirs, and not remembered.
    Only subscriptions that began without an error are.
    """

    def __init__(self) -> None:
        self._sources: dict[object, tuple[float, Source]] = {}

    async def known(
        self, query: str, operation_name: str | None, variables: Mapping[str, Any] | None, viewer: Viewer
    ) -> Source | None:
        """What an equal subscription was about; None if there was none, or what it began with is kept no longer."""
        found = self._sources.get(_key(query, operation_name, variables, viewer))
        if found is None or found[0] < asyncio.get_running_loop().time():
            return None
        source = found[1]
        if isinstance(source, RatingsSource) and source.after is not None:
            bounds = await feed_bounds()
            return None if source.after < bounds.pruned else source
        return source

    def remember(
        self,
        query: str,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
        viewer: Viewer,
        source: Source,
    ) -> None:
        """A subscription has begun, and this is what it is about."""
        if isinstance(source, FollowedSource):
            return
        if len(self._sources) >= MOST_REMEMBERED:
            self._sources.clear()
        until = asyncio.get_running_loop().time() + REMEMBERED_SECONDS
        self._sources[_key(query, operation_name, variables, viewer)] = until, source


def _key(query: str, operation_name: str | None, variables: Mapping[str, Any] | None, viewer: Viewer) -> object:
    return query, operation_name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS), audience_of(viewer)
