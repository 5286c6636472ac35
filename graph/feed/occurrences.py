"""Making events, and what carries cursors forward, ready to be handed to subscribers."""

import orjson

from graph.clock import Clock
from graph.feed.audience import Audience
from graph.feed.cursors import FeedCursors
from graph.feed.history import History
from graph.feed.members import Occurrence
from graph.feed.starting import expired
from graph.types.feed import checkpoint_of, feed_event_of
from resolvers.feed.reading import EventRecord


class Occurrences:
    """Makes them.

    Args:
        cursors: makes the cursors.
        history: tells how far this process has got.
        released_position: of the last event about released ratings so far.
        now: tells the time.
    """

    def __init__(self, cursors: FeedCursors, history: History, released_position: int, now: Clock) -> None:
        self._released_position = released_position
        self._cursors = cursors
        self._history = history
        self._now = now

    def of(self, event: EventRecord) -> Occurrence:
        """An event about ratings."""
        cursor = self._cursors.of(event.position)
        return Occurrence(event.position, event.position, event.position, cursor, feed_event_of(event, cursor))

    def checkpoint(self, audience: Audience) -> Occurrence:
        """That an audience has been told of everything so far."""
        shown = self.shown_position(audience)
        cursor = self._cursors.of(shown)
        return Occurrence(cursor, self._history.position, shown, cursor, checkpoint_of(cursor, self._now()))

    def go_on_from(self, position: int) -> None:
        """Those who see no single ratings may know of this position too.

        Args:
            position: of an event about released ratings, or the last one whose event is not kept any more: its cursor
                is in every error about cursors that have expired.
        """
        # Nobody is told of more than they have been sent, even if this process comes after others.
        position = min(position, self._history.position)
        self._released_position = max(position, self._released_position)

    def expired_body(self, pruned: int) -> bytes:
        """The answer that events up to a position, which a subscriber needs, are not kept any more."""
        return orjson.dumps({"data": None, "errors": [expired(self._cursors, pruned).formatted]})

    def shown_position(self, audience: Audience) -> int:
        """How far the feed has gone, as an audience may know it.

        Those who see no single ratings must not notice that there is a new one.
        """
        return self._history.position if audience.sees_single_ratings else self._released_position
