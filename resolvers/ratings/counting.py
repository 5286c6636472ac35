"""Counting a single rating that was put into the table of ratings."""

from datetime import datetime

from resolvers.counts.adding import add_counts
from resolvers.counts.cells import cells_of
from resolvers.counts.head_to_heads import head_to_heads_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.ratings.revising import release_change, stored_rating


async def count_rating(rating_id: int, now: datetime) -> None:
    """Count a rating that is there and not counted yet, and release what is due then; its physician has to be locked.

    Raises:
        RatingUnknown: there is no such rating.
    """
    stored = await stored_rating(rating_id)
    await add_counts(CELLS, cells_of(stored.rating))
    await add_counts(HEAD_TO_HEADS, head_to_heads_of(stored.rating, stored.others))
    await release_change(rating_id, stored.rating, now)
