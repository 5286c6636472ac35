"""What the fields of one request share."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

    from graph.entries import Entries
    from graph.feed.cursors import FeedCursors
    from graph.feed.sources import Source
    from graph.loaders import Loaders
    from graph.settings import Settings
    from resolvers.identity.key import IdentityKey
    from resolvers.search.current import CatalogueIndex
    from resolvers.viewers import Viewer


@dataclass(slots=True)
class Context:
    """One per HTTP request; on a WebSocket one per socket, which is why its loaders do not memoise there."""

    settings: "Settings"
    loaders: "Loaders"
    catalogue_index: "CatalogueIndex"
    entries: "Entries"
    # What licences are sealed with; None on a server that nobody can sign in to.
    identity_key: "IdentityKey | None" = None
    request: "Request | WebSocket | None" = None
    response: "Response | WebSocket | None" = None
    # Strawberry fills this on a WebSocket, and silently does not if the attribute is missing.
    connection_params: dict[str, Any] | None = field(default=None)
    # What makes the feed's cursors; None where nobody follows the feed, as in a request for a query.
    cursors: "FeedCursors | None" = None
    # What a subscription is about, once its field has found that out: whoever has run the operation delivers it.
    # Subscriptions of one socket run side by side, so each needs a context of its own.
    source: "Source | None" = None

    @property
    def viewer(self) -> "Viewer":
        """Who asks. The loaders keep it, because what they answer depends on it."""
        return self.loaders.viewer

    @property
    def feed_cursors(self) -> "FeedCursors":
        """What makes the feed's cursors, and reads them; for fields of subscriptions."""
        assert self.cursors is not None  # noqa: S101 - whoever runs a subscription has set them
        return self.cursors

    def forget(self, viewer: "Viewer | None" = None) -> None:
        """Load everything anew from now on, because something was written; `viewer`: as whom, if that has changed."""
        loaders = self.loaders
        self.loaders = type(loaders)(
            loaders.priors,
            loaders.now,
            memoise=loaders.memoise,
            viewer=viewer or loaders.viewer,
            scores=loaders.scores,
            # No mutation changes what they are of.
            catalogue=loaders.catalogue,
            versions=loaders.versions,
        )


Info = strawberry.Info[Context, None]
