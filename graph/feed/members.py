"""Subscribers, and those of them that the same events go to."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.feed.outlets import Outlet
from resolvers.viewers import Viewer

if TYPE_CHECKING:
    import asyncio

    from graph.feed.matching import Follows
    from graph.feed.operations import LiveOperation
    from graph.feed.sources import Selection

MOST_UNSENT = 1_048_576
"""Bytes that may wait for a reader, beyond what the operating system holds: then it has fallen behind by thousands of
events, and is better off coming back later with its cursor."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event as it is handed to subscribers.

    Attributes:
        key: tells it from others of the same operation.
        position: its place in the feed.
        shown: the position that clients may know of; a checkpoint's can be lower than its place.
        cursor: the same for clients.
        value: of the subscription's field.
    """

    key: Hashable
    position: int
    shown: int
    cursor: str
    value: object


class Member:
    """One subscriber to events about ratings.

    Attributes:
        operation: resolves the events.
        outlet: where the answers go.
        viewer: who reads.
        position: everything up to here has been taken, or is not wanted.
        shown: the position of the last cursor that was sent.
        cursor: that cursor.
        channel: through which events come as they happen; None as long as older ones are replayed.
        replaying: the task that replays them.
    """

    __slots__ = ("channel", "cursor", "operation", "outlet", "position", "replaying", "shown", "viewer")

    def __init__(self, operation: "LiveOperation", outlet: Outlet, viewer: Viewer, position: int) -> None:
        self.operation = operation
        self.outlet = outlet
        self.viewer = viewer
        self.position = position
        self.shown = -1
        self.cursor: str | None = None
        self.channel: Channel | None = None
        self.replaying: asyncio.Task[None] | None = None

    def take(self, occurrence: Occurrence, body: bytes) -> bool:
        """Send the answer to an event; False if the reader has fallen too far behind."""
        self.position = occurrence.position
        self.shown = occurrence.shown
        self.cursor = occurrence.cursor
        self.outlet.send(body, occurrence.cursor)
        return self.outlet.unsent <= MOST_UNSENT


@dataclass(eq=False, slots=True)
class Channel:
    """Subscribers who get the same answers to the same events, and follow the feed as it grows.

    Attributes:
        operation: resolves the events.
        selection: which events.
        members: a set that keeps the order in which they came.
        shown: the position that clients know of the last event or checkpoint that was put on its way to them.
        told_at: when that was, on the clock of the event loop.
    """

    operation: "LiveOperation"
    selection: "Selection | Follows"
    members: dict[Member, None] = field(default_factory=dict)
    shown: int = 0
    told_at: float = 0.0
