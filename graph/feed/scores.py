"""The latest scores of drugs: told at once, and again when they change, but at most once a second for each drug."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

import structlog

from graph.clock import Clock
from graph.errors import INTERNAL_ERROR
from graph.feed.matching import changes_scores
from graph.feed.members import MOST_UNSENT, Occurrence
from graph.feed.operations import AT_ONCE, LiveOperation
from graph.feed.outlets import SLOW_READER, Ending, Outlet
from graph.feed.sources import ScoresSource
from graph.middleware import INTERNAL_FAILURE
from graph.types.feed import score_changed_of
from resolvers.feed.reading import EventRecord
from resolvers.viewers import Viewer

AT_MOST_EVERY = 1.0
"""Seconds between two scores of the same drug."""

log = structlog.get_logger("peerscore.feed")


@dataclass(eq=False, slots=True)
class ScoreReader:
    """One subscriber to scores.

    Attributes:
        operation: resolves the scores.
        source: which ones.
        outlet: where they go.
        viewer: who reads.
    """

    operation: LiveOperation
    source: ScoresSource
    outlet: Outlet
    viewer: Viewer


class Told(NamedTuple):
    """What a reader was told last: after how many changes, and when on the clock of the event loop."""

    changes: int
    at: float


NOTHING = Told(-1, -inf)
"""What newcomers were told."""


@dataclass(eq=False, slots=True)
class Topic:
    """The score of one drug, for one indication or all, as one operation asks for it.

    Attributes:
        operation: resolves it.
        drug_id: of the drug.
        indication_id: of the indication; None: all.
        readers: who waits for it, and what they know.
        newcomers: those of them who have not been told yet.
        changes: how often it has changed.
        behind: whether some who are no newcomers have to be told of a change.
        told_at: when all of them were told last, or the first of them, on the clock of the event loop.
    """

    operation: LiveOperation
    drug_id: int
    indication_id: int | None
    readers: dict[ScoreReader, Told] = field(default_factory=dict)
    newcomers: dict[ScoreReader, None] = field(default_factory=dict)
    changes: int = 0
    behind: bool = False
    told_at: float = -inf

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody has to be told, now or later."""
        return self.behind or bool(self.newcomers)

    def is_due(self, time: float) -> bool:
        """Whether somebody has to be told now."""
        return bool(self.newcomers) or time >= self.told_at + AT_MOST_EVERY

    def take_due(self, time: float) -> list[ScoreReader]:
        """Who has to be told now, of all changes so far; the others may have to wait."""
        newcomers = list(self.newcomers)
        self.newcomers.clear()
        if not self.behind or time < self.told_at + AT_MOST_EVERY:
            if self.told_at == -inf:
                self.told_at = time
            return newcomers
        behind = [reader for reader, told in self.readers.items() if told.changes < self.changes]
        due = [reader for reader in behind if time >= self.readers[reader].at + AT_MOST_EVERY]
        # Who came a moment ago and was told then is told with the others the next time.
        self.behind = len(due) < len(behind)
        self.told_at = time
        return due


@dataclass(frozen=True, slots=True)
class Telling:
    """That readers are told a score.

    Attributes:
        topic: whose score.
        changes: how often it had changed by then.
        readers: who is told.
        occurrence: what they are told.
    """

    topic: Topic
    changes: int
    readers: Sequence[ScoreReader]
    occurrence: Occurrence


class LiveScores:
    """The subscribers to scores of this process.

    Args:
        now: tells the time.
        drop: takes a reader away that cannot keep up, and tells them why.
    """

    def __init__(self, now: Clock, drop: Callable[[ScoreReader, Ending], None]) -> None:
        self._now = now
        self._drop = drop
        self._topics: dict[tuple[LiveOperation, int, int | None], Topic] = {}
        self._of_drug: dict[int, dict[Topic, None]] = {}
        self._waiting: dict[LiveOperation, dict[Topic, None]] = {}
        self._wakes: dict[LiveOperation, asyncio.Event] = {}
        self._tasks: dict[LiveOperation, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._topics)

    def join(self, reader: ScoreReader) -> None:
        """Tell a reader the latest scores, and go on."""
        for drug_id in reader.source.drug_ids:
            key = (reader.operation, drug_id, reader.source.indication_id)
            topic = self._topics.get(key)
            if topic is None:
                topic = self._topics[key] = Topic(*key)
                self._of_drug.setdefault(drug_id, {})[topic] = None
            topic.readers[reader] = NOTHING
            topic.newcomers[reader] = None
            self._wait(topic)

    def leave(self, reader: ScoreReader) -> None:
        """Tell a reader nothing more."""
        for drug_id in reader.source.drug_ids:
            topic = self._topics[reader.operation, drug_id, reader.source.indication_id]
            del topic.readers[reader]
            topic.newcomers.pop(reader, None)
            if not topic.readers:
                self._remove(topic)
        if reader.operation in self._wakes:
            # If it was the last one, the task has nothing to wait for.
            self._wakes[reader.operation].set()

    def note(self, event: EventRecord) -> None:
        """Scores may have changed with an event."""
        topics: Iterable[Topic]
        topics = self._topics.values() if event.drug_id is None else self._of_drug.get(event.drug_id, ())
        for topic in topics:
            if changes_scores(event, topic.operation.audience) and (
                topic.indication_id is None or event.indication_id in (None, topic.indication_id)
            ):
                self._note_change(topic)

    def note_all(self) -> None:
        """Every score may have changed."""
        for topic in self._topics.values():
            self._note_change(topic)

    def stop(self) -> None:
        """Tell nobody anything more."""
        for task in self._tasks.values():
            task.cancel()

    def _note_change(self, topic: Topic) -> None:
        topic.changes += 1
        topic.behind = True
        self._wait(topic)

    def _remove(self, topic: Topic) -> None:
        """The last reader has left."""
        del self._topics[topic.operation, topic.drug_id, topic.indication_id]
        self._waiting.get(topic.operation, {}).pop(topic, None)
        del self._of_drug[topic.drug_id][topic]
        if not self._of_drug[topic.drug_id]:
            del self._of_drug[topic.drug_id]

    def _wait(self, topic: Topic) -> None:
        operation = topic.operation
        if operation not in self._tasks:
            self._waiting[operation] = {}
            self._wakes[operation] = asyncio.Event()
            self._tasks[operation] = asyncio.create_task(self._run(operation))
        self._waiting[operation][topic] = None
        self._wakes[operation].set()

    async def _run(self, operation: LiveOperation) -> None:
        """Tell what there is to tell about one operation's topics, as it becomes due, until there is nothing left."""
        waiting, wake = self._waiting[operation], self._wakes[operation]
        loop = asyncio.get_running_loop()
        try:
            while waiting:
                wake.clear()
                time = loop.time()
                due = [topic for topic in waiting if topic.is_due(time)][:AT_ONCE]
                if due:
                    await self._tell(operation, due, waiting)
                    continue
                next_at = min(topic.told_at for topic in waiting) + AT_MOST_EVERY
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(next_at):
                        await wake.wait()
        except Exception:
            log.exception("scores could not be told")
            for reader in dict.fromkeys(reader for topic in self._topics_of(operation) for reader in topic.readers):
                self._drop(reader, Ending(INTERNAL_FAILURE, INTERNAL_ERROR))
        finally:
            del self._tasks[operation], self._waiting[operation], self._wakes[operation]

    def _topics_of(self, operation: LiveOperation) -> list[Topic]:
        return [topic for topic in self._topics.values() if topic.operation is operation]

    async def _tell(self, operation: LiveOperation, due: Sequence[Topic], waiting: dict[Topic, None]) -> None:
        time = asyncio.get_running_loop().time()
        tellings = []
        for topic in due:
            # What changes from here on, while the score is being read, is told after it.
            if readers := topic.take_due(time):
                tellings.append(Telling(topic, topic.changes, readers, self._occurrence(topic)))
            if not topic.is_waited_for:
                del waiting[topic]
        bodies = await _bodies(operation, tellings)
        told_at = asyncio.get_running_loop().time()
        for telling in tellings:
            topic = telling.topic
            if topic.told_at == time:
                # Those who are told together rest from now on, not from when the score was asked for.
                topic.told_at = told_at
            for reader in telling.readers:
                if reader in topic.readers:
                    topic.readers[reader] = Told(telling.changes, told_at)
                    reader.outlet.send(bodies[reader.viewer][telling.occurrence.key], None)
        for reader in dict.fromkeys(reader for telling in tellings for reader in telling.readers):
            if reader.outlet.unsent > MOST_UNSENT:
                self._drop(reader, Ending(SLOW_READER, "SLOW_READER"))

    def _occurrence(self, topic: Topic) -> Occurrence:
        # Each telling is one of its own; the answer to an earlier one must not be used again.
        return Occurrence(object(), 0, 0, "", score_changed_of(topic.drug_id, topic.indication_id, self._now()))


async def _bodies(operation: LiveOperation, tellings: Sequence[Telling]) -> dict[Viewer, dict[Hashable, bytes]]:
    """What readers are told, by the keys of the occurrences."""
    wanted: dict[Viewer, dict[Hashable, Occurrence]] = {}
    for telling in tellings:
        for reader in telling.readers:
            wanted.setdefault(reader.viewer, {})[telling.occurrence.key] = telling.occurrence
    # All are resolved together, once, if they are the same for everybody; then each reader is given their own.
    await operation.prepare([telling.occurrence for telling in tellings])
    return {
        viewer: dict(zip(occurrences, await operation.bodies(list(occurrences.values()), viewer), strict=True))
        for viewer, occurrences in wanted.items()
    }
