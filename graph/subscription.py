"""The root of all subscriptions."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry

from graph.context import Info
from graph.errors import invalid_argument
from graph.feed.sources import FollowedSource, RatingsSource, ScoresSource, Selection
from graph.feed.starting import starting_position
from graph.permissions import require_feed, require_follower, require_scores
from graph.types.feed import FeedEvent, ScoreChanged
from graph.types.feed_filter import FilterOfFeed, entry_keys

AfterEvent = Annotated[
    str | None,
    strawberry.argument(
        description="Cursor of the last event that was dealt with: the subscription goes on right behind it, with no "
        "gap and no repeat. Left out or null: only what happens from now on. Empty: everything that is kept. The error "
        "`CURSOR_EXPIRED` means that events behind the cursor are not kept any more, `INVALID_CURSOR` that it is none "
        "of this feed; both have the oldest cursor that works as `extensions.oldestCursor`."
    ),
]


@strawberry.type(
    description="All that is told as it happens: over WebSockets with the protocol graphql-transport-ws, as "
    "server-sent events, or as a multipart response. One field for each operation."
)
class Subscription:
    """Each field finds out what is wanted and whether it may be had, leaves that in the context and ends.

    Whoever runs the operation takes the source from there and delivers its events, since one event is the same for
    many subscribers.
    """

    @strawberry.subscription(
        description="What happens to ratings: given, revised, gone; or, for those who do not see single ratings, "
        "released. Every event comes once, in the order in which they were committed. Without `after` a `Checkpoint` "
        "comes first, so that there is a cursor to resume with; with `after` it comes when all that has happened since "
        "has been told. Keep the cursor of the last event that you have dealt with, and pass it as `after` when you "
        "subscribe again after a break of whatever kind. Keys take the scope `feed`."
    )
    async def ratings(
        self, info: Info, feed_filter: FilterOfFeed = None, after: AfterEvent = None
    ) -> AsyncIterator[FeedEvent]:
        viewer = info.context.viewer
        require_feed(viewer)
        selection = Selection() if feed_filter is None else await feed_filter.checked(viewer, info.context.entries)
        info.context.source = RatingsSource(selection, await starting_position(after, info.context.feed_cursors))
        return _delivered_from_the_context()

    @strawberry.subscription(
        description="The same for what the viewer follows, as that is when an event is delivered: what they follow or "
        "unfollow meanwhile counts from then on. For people who have signed in."
    )
    async def followed_ratings(self, info: Info, after: AfterEvent = None) -> AsyncIterator[FeedEvent]:
        account_id = require_follower(info.context.viewer)
        info.context.source = FollowedSource(account_id, await starting_position(after, info.context.feed_cursors))
        return _delivered_from_the_context()

    @strawberry.subscription(
        description="The latest score of each drug: at once, and again when it changes, at most once a second for each "
        "drug. Scores in between are left out, the newest one never, so there is nothing to resume: after a break, "
        "subscribe again. Keys take the scope `scores`."
    )
    async def score_changed(
        self,
        info: Info,
        drug_ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Ids or slugs of drugs, 1 to 500; each counts once.")
        ],
        indication_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Id or slug of the indication; all indications, if left out."),
        ] = None,
    ) -> AsyncIterator[ScoreChanged]:
        require_scores(info.context.viewer)
        if not drug_ids:
            raise invalid_argument("`drugIds` is empty.")
        drug_keys = await entry_keys(info.context.entries, "drug", drug_ids, "drugIds")
        indication_key = None
        if indication_id is not None:
            (indication_key,) = await entry_keys(info.context.entries, "indication", [indication_id], "indicationId")
        info.context.source = ScoresSource(tuple(drug_keys), indication_key)
        return _delivered_from_the_context()


async def _delivered_from_the_context() -> AsyncIterator[Any]:
    """No events."""
    no_events: tuple[Any, ...] = ()
    for event in no_events:
        yield event
