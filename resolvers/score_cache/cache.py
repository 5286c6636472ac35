"""The memory itself: what is kept, for how long, and how it is known to be right."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from math import inf
from typing import Any
from weakref import WeakSet

from resolvers.feed.waking import Happening
from resolvers.score_cache.changes import Changes, Subject, changes_of

STALE_AFTER = 2.0
"""Seconds after which nothing that is kept is used, unless the feed has been read to its end meanwhile. So nothing is
ever shown that was changed longer ago, by whichever process. Followers look once a second at least."""

OVERHEAD = 600
"""Bytes for the key of an answer and its places in both indexes."""

PLACE = 150
"""Bytes for a place in the index of subjects, of an answer that is about several."""

EVERYTHING = Changes(everything=True)

Key = Hashable
"""An answer's question and what it is about."""


class Filling:
    """A read, and what is made of it later.

    Its answers are kept only if nothing has changed that they are about since it began.
    """

    __slots__ = ("__weakref__", "_keep", "changes")

    def __init__(self, keep: "Callable[[Key, tuple[Subject, ...], object, int], None]") -> None:
        self._keep = keep
        self.changes: list[Changes] = []

    def keep(self, key: Key, answer: object, size: int, *subjects: Subject) -> None:
        """Keep an answer about these subjects, which takes about `size` bytes, unless it may be wrong by now."""
        if not any(changes.reach(subject) for changes in self.changes for subject in subjects):
            self._keep(key, subjects, answer, size)


class ScoreCache:
    """The answers that one process keeps of one database; those not used longest go first.

    It is a `Mirror`, kept right by a follower of the feed. As long as no follower confirms that, nothing is kept.

    Args:
        most_bytes: about how much memory the answers take at most; 0 switches the cache off.
        clock: seconds that never go back.
    """

    def __init__(self, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        # When the last look at the feed began that came to its end, and how late it must have begun to be trusted.
        self._confirmed = -inf
        self._doubted = -inf
        self._bytes = 0
        self._kept: OrderedDict[Key, tuple[Any, tuple[Subject, ...], int]] = OrderedDict()
        self._about: dict[Subject, set[Key]] = {}
        # Whoever has begun one keeps it for as long as there are answers to come.
        self._fillings = WeakSet[Filling]()

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """About how many bytes they take."""
        return self._bytes

    @property
    def is_current(self) -> bool:
        """Whether what is kept may be used."""
        return (
            self._confirmed > self._doubted and self._clock() - self._confirmed <= STALE_AFTER and self._most_bytes > 0
        )

    def get(self, key: Key) -> Any:  # noqa: ANN401 - whatever was kept under this key
        """An answer, or None; to be asked only while the cache is current."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def begin_filling(self) -> Filling:
        """A read that must begin after this; it is told of changes until nobody holds it any more."""
        filling = Filling(self._keep)
        self._fillings.add(filling)
        return filling

    def look(self) -> float:
        """When a look at the feed begins."""
        return self._clock()

    def confirm(self, looked_at: float) -> None:
        """All events have been heeded that had been committed when that look began."""
        self._confirmed = max(self._confirmed, looked_at)

    def doubt(self) -> None:
        """Use nothing until the feed has been read to its end by a look that begins later."""
        self._doubted = self._clock()

    def lose_track(self) -> None:
        """Events may be missing, or nobody reads them any more: keep nothing, until a look is confirmed again."""
        self._confirmed = -inf
        self._apply(EVERYTHING)

    def heed(self, events: Iterable[Happening]) -> None:
        """Keep nothing that these events change."""
        changes = changes_of(events)
        if changes:
            self._apply(changes)

    def _apply(self, changes: Changes) -> None:
        for filling in self._fillings:
            filling.changes.append(changes)
        if changes.everything:
            self._kept.clear()
            self._about.clear()
            self._bytes = 0
            return
        subjects: Iterable[Subject] = changes.subjects
        if changes.recounted:
            subjects = [subject for subject in self._about if changes.reach(subject)]
        for subject in subjects:
            for key in list(self._about.get(subject, ())):
                self._drop(key)

    def _keep(self, key: Key, subjects: tuple[Subject, ...], answer: object, size: int) -> None:
        # Two reads of the same may have gone on at the same time.
        if key in self._kept:
            self._drop(key)
        size += OVERHEAD + PLACE * (len(subjects) - 1)
        self._kept[key] = (answer, subjects, size)
        for subject in subjects:
            self._about.setdefault(subject, set()).add(key)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        _, subjects, size = self._kept.pop(key)
        self._bytes -= size
        for subject in subjects:
            keys = self._about[subject]
            keys.remove(key)
            if not keys:
                del self._about[subject]
