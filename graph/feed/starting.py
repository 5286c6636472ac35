"""From where on a subscription is served."""

from graph.errors import InputError
from graph.feed.cursors import FeedCursors, ForeignCursor
from graph.feed.sources import NOW
from resolvers.feed.reading import Bounds, feed_bounds

BEGINNING = ""
"""As `after`: from the beginning of what is kept."""

INVALID = (
    "`after` is not a cursor of this feed: pass one that an event carried, unchanged. To begin anew, leave it out for "
    "what happens from now on, or pass `oldestCursor` for all that is kept."
)

EXPIRED = (
    "`after` is so old that events behind it are not kept any more. Read the ratings or scores that you show anew, "
    "then leave `after` out for what happens from now on, or pass `oldestCursor` for all that is kept."
)


async def starting_position(after: str | None, cursors: FeedCursors) -> int | None:
    """The position after which a subscription begins; None: with what happens from now on.

    Args:
        after: as the client gave it: a cursor, "" for the beginning of what is kept, or None.
        cursors: which reads it.

    Raises:
        InputError: INVALID_CURSOR or CURSOR_EXPIRED, with the oldest cursor that works as `oldestCursor`.
    """
    if after is None:
        return NOW
    bounds = await feed_bounds()
    if after == BEGINNING:
        return bounds.pruned
    try:
        position = cursors.position(after)
    except ForeignCursor as error:
        raise _refused("INVALID_CURSOR", INVALID, cursors, bounds) from error
    if position > bounds.last:
        # A database that was restored from a backup does not know the last events that it has given cursors of.
        raise _refused("INVALID_CURSOR", INVALID, cursors, bounds)
    if position < bounds.pruned:
        raise expired(cursors, bounds.pruned)
    return position


def expired(cursors: FeedCursors, pruned: int) -> InputError:
    """That events behind a cursor are not kept any more.

    Args:
        cursors: which makes the oldest one that works.
        pruned: the last position whose event is not kept; it only changes when the feed is pruned, so that its cursor
            tells nobody whether anything has happened.
    """
    return InputError("CURSOR_EXPIRED", EXPIRED, oldestCursor=cursors.of(pruned))


def _refused(code: str, message: str, cursors: FeedCursors, bounds: Bounds) -> InputError:
    return InputError(code, message, oldestCursor=cursors.of(bounds.pruned))
