"""Telling this process what has been committed here: its followers, and what they keep right in its memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from resolvers.feed.writing import EventKind


class Happening(Protocol):
    """What has happened, and to which drug and indication; None: to more than one."""

    @property
    def kind(self) -> "EventKind":
        """What has happened."""

    @property
    def drug_id(self) -> int | None:
        """The drug."""

    @property
    def indication_id(self) -> int | None:
        """The indication."""


class OwnEvent(NamedTuple):
    """An event that this process has written itself."""

    kind: "EventKind"
    drug_id: int | None
    indication_id: int | None


class Mirror(Protocol):
    """What a process keeps of the database in its memory, and what keeps it right."""

    def look(self) -> float:
        """A look at the feed begins: a mark for `confirm`."""

    def heed(self, events: Iterable[Happening]) -> None:
        """These have happened. They may be told more than once, the process's own ones before the others."""

    def confirm(self, looked_at: float) -> None:
        """Everything has been told that had been committed when that look began."""

    def doubt(self) -> None:
        """Something may have been committed that has not been told yet, but will be before the next look ends."""

    def lose_track(self) -> None:
        """Something may have happened that will not be told, or nobody tells any more."""


class NoMirror:
    """For processes that keep nothing."""

    def look(self) -> float:
        """No mark is needed."""
        return 0.0

    def heed(self, events: Iterable[Happening]) -> None:
        """Nothing is kept."""

    def confirm(self, looked_at: float) -> None:
        """Nothing is kept."""

    def doubt(self) -> None:
        """Nothing is kept."""

    def lose_track(self) -> None:
        """Nothing is kept."""


NO_MIRROR = NoMirror()

_wakes: list[tuple[Callable[[], None], Mirror]] = []

_noted: ContextVar[tuple[OwnEvent, ...]] = ContextVar("noted", default=())
"""What this task has written and not told of. A transaction is written by one task, which tells of it afterwards. One
that is rolled back leaves its events here; telling of them later does no harm."""


def note_own(events: Sequence[OwnEvent]) -> None:
    """Remember events that have been written, until `wake_followers` is called by the same task."""
    _noted.set((*_noted.get(), *events))


def wake_followers() -> None:
    """Let this process's followers look for new events; to be called after the commit of the transaction.

    What this task has written since the last time is heeded at once, before anybody is answered. Cheap, and harmless
    when nothing was written. Forgetting it costs no event: followers look by themselves as well.
    """
    events = _noted.get()
    _noted.set(())
    for wake, mirror in _wakes:
        mirror.heed(events)
        wake()


def wake_in_doubt() -> None:
    """The same where something may have been committed that this task does not know, such as by an earlier attempt.

    What is kept in memory is not used until the followers have looked.
    """
    for _, mirror in _wakes:
        mirror.doubt()
    wake_followers()


@contextmanager
def woken(wake: Callable[[], None], mirror: Mirror = NO_MIRROR) -> Iterator[None]:
    """Within the block, `wake` is called after commits, and `mirror` is told of them."""
    follower = (wake, mirror)
    _wakes.append(follower)
    try:
        yield
    finally:
        _wakes.remove(follower)
