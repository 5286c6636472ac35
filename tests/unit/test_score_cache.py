"""What a process keeps of scores in its memory: how much, how long, and what makes it go; without any database."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from resolvers.feed.waking import OwnEvent, note_own, wake_followers, wake_in_doubt, woken
from resolvers.feed.writing import EventKind
from resolvers.score_cache.cache import OVERHEAD, PLACE, STALE_AFTER, Filling, ScoreCache
from resolvers.score_cache.changes import NOTHING, Subject, changes_of

PLENTY = 1_000_000

ROOM = 20 * OVERHEAD
"""Less than all answers of a story take."""

OF_ALL, OF_RELEASED = True, False
"""Whether made from all ratings, or from released ones."""

SUBJECTS = [
    Subject(from_ratings, drug, indication)
    for from_ratings in (OF_ALL, OF_RELEASED)
    for drug, indication in ((1, 7), (1, 8), (2, 7), (1, None), (2, None), (None, 7), (None, 8), (None, None))
] + [NOTHING]


Key = tuple[tuple[Subject, ...], int]
"""What an answer is about, and a number."""


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def confirmed(most_bytes: int = PLENTY, time: Time | None = None) -> ScoreCache:
    """A cache that may be used."""
    cache = ScoreCache(most_bytes, time or Time())
    cache.confirm(cache.look())
    return cache


def keep(cache: ScoreCache, *subjects: Subject, size: int = 0) -> None:
    """Keep an answer about each of these subjects, under the subject itself."""
    filling = cache.begin_filling()
    for subject in subjects:
        filling.keep(subject, "answer", size, subject)


def kept(cache: ScoreCache) -> set[Subject]:
    """Which answers are still there."""
    return {subject for subject in SUBJECTS if cache.get(subject) == "answer"}


def told(kind: EventKind, drug: int | None = None, indication: int | None = None) -> OwnEvent:
    return OwnEvent(kind, drug, indication)


TREATMENT = {(1, 7), (1, None), (None, 7), (None, None)}
"""Drug and indication of all that a rating of the first drug for the first indication counts in."""


@pytest.mark.parametrize(
    ("event", "gone"),
    [
        *((told(kind, 1, 7), {Subject(OF_ALL, *one) for one in TREATMENT}) for kind in list(EventKind)[:3]),
        (told(EventKind.RELEASED, 1, 7), {Subject(OF_RELEASED, *one) for one in TREATMENT}),
        (
            told(EventKind.RECOUNTED, 1),
            {Subject(OF_ALL, *one) for one in ((1, 7), (1, 8), (1, None), (None, 7), (None, 8), (None, None))},
        ),
        (told(EventKind.RECOUNTED), set(SUBJECTS)),
        (told(EventKind.ADDED, 1), set(SUBJECTS)),
        (told(EventKind.RELEASED), set(SUBJECTS)),
        (told(EventKind.FOLLOWS), set()),
        (told(EventKind.STANDING), set()),
    ],
)
def test_an_event_takes_away_what_it_is_about_and_nothing_else(event: OwnEvent, gone: set[Subject]) -> None:
    cache = confirmed()
    keep(cache, *SUBJECTS)

    cache.heed([event])

    assert kept(cache) == set(SUBJECTS) - gone
    assert cache.size == OVERHEAD * len(cache)
    changes = changes_of([event])
    assert {subject for subject in SUBJECTS if changes.reach(subject)} == gone


def test_what_was_read_before_an_event_is_not_kept_after_it() -> None:
    cache = confirmed()
    early = cache.begin_filling()
    cache.heed([told(EventKind.REVISED, 1, 7)])
    late = cache.begin_filling()
    for filling in (early, late):
        filling.keep("early" if filling is early else "late", "answer", 0, Subject(OF_ALL, 1, 7))
    early.keep("other", "answer", 0, Subject(OF_ALL, 2, 7))

    assert cache.get("early") is None
    assert cache.get("late") == "answer"
    assert cache.get("other") == "answer"


@pytest.mark.parametrize("lose", [ScoreCache.lose_track, lambda cache: cache.heed([told(EventKind.RECOUNTED)])])
def test_what_was_read_before_everything_changed_is_not_kept(lose: Any) -> None:  # noqa: ANN401 - takes a cache
    cache = confirmed()
    filling = cache.begin_filling()
    lose(cache)
    filling.keep("key", "answer", 0, Subject(OF_RELEASED, None, None))
    assert len(cache) == 0


def test_nothing_is_used_when_the_feed_has_not_been_read_for_too_long() -> None:
    time = Time()
    cache = ScoreCache(PLENTY, time)
    assert not cache.is_current
    looked_at = cache.look()
    time.now += 1
    cache.confirm(looked_at)
    assert cache.is_current

    # It counts when the look began: what was committed after that has perhaps not been seen.
    time.now = looked_at + STALE_AFTER
    assert cache.is_current
    time.now += 0.001
    assert not cache.is_current
    cache.confirm(cache.look())
    assert cache.is_current


def test_a_look_that_began_earlier_takes_nothing_back() -> None:
    time = Time()
    cache = ScoreCache(PLENTY, time)
    early = cache.look()
    time.now += STALE_AFTER
    cache.confirm(cache.look())
    cache.confirm(early)
    time.now += STALE_AFTER
    assert cache.is_current


def test_in_doubt_nothing_is_used_until_a_later_look_has_ended() -> None:
    time = Time()
    cache = confirmed(time=time)
    before = cache.look()
    time.now += 0.5
    cache.doubt()
    assert not cache.is_current
    cache.confirm(before)
    assert not cache.is_current
    time.now += 0.5
    cache.confirm(cache.look())
    assert cache.is_current


def test_who_loses_track_begins_anew() -> None:
    cache = confirmed()
    keep(cache, *SUBJECTS)
    cache.lose_track()
    assert (len(cache), cache.size, cache.is_current) == (0, 0, False)


def test_a_cache_that_is_switched_off_is_never_used() -> None:
    assert not confirmed(0).is_current


def test_what_was_not_used_longest_goes_first() -> None:
    size = 100
    cache = confirmed(3 * (size + OVERHEAD))
    first, second, third, fourth = SUBJECTS[:4]
    keep(cache, first, second, third, size=size)
    cache.get(first)
    keep(cache, fourth, size=size)
    assert kept(cache) == {first, third, fourth}
    keep(cache, fourth, size=2 * size + OVERHEAD)
    assert kept(cache) == {third, fourth}
    # What is too large for the whole memory is not kept.
    keep(cache, second, size=4 * (size + OVERHEAD))
    assert (len(cache), cache.size) == (0, 0)


def test_own_events_are_heeded_when_this_task_tells_of_its_commit() -> None:
    cache = confirmed()
    with woken(lambda: None, cache):
        keep(cache, *SUBJECTS)
        note_own([told(EventKind.ADDED, 1, 7)])
        assert len(cache) == len(SUBJECTS)
        wake_followers()
        assert len(cache) == len(SUBJECTS) - len(TREATMENT)
        keep(cache, *SUBJECTS)
        wake_followers()
        assert len(cache) == len(SUBJECTS)
        wake_in_doubt()
        assert not cache.is_current


class Story:
    """Reads and events in an order drawn at random; `expected`: which answers should be there, and their sizes."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.cache = confirmed(ROOM)
        self.expected: dict[Key, int] = {}
        self._fillings: list[tuple[Filling, list[OwnEvent]]] = []

    def go_on(self) -> None:
        """One step."""
        step = self.draw.random()
        if step < 0.2:
            self._fillings.append((self.cache.begin_filling(), []))
        elif step < 0.7:
            self._keep()
        elif step < 0.85 and self._fillings:
            self._fillings.pop(self.draw.randrange(len(self._fillings)))
        elif step < 0.99:
            kind = self.draw.choice((EventKind.ADDED, EventKind.RELEASED, EventKind.RECOUNTED))
            indication = None if kind is EventKind.RECOUNTED else self.draw.choice((7, 8))
            self._tell(told(kind, self.draw.choice((1, 2)), indication))
        else:
            self._tell(told(EventKind.RECOUNTED))

    def _keep(self) -> None:
        if self._fillings:
            filling, events = self.draw.choice(self._fillings)
            subjects = tuple(self.draw.sample(SUBJECTS, self.draw.choice((1, 1, 1, 2, 3))))
            number, size = self.draw.randrange(3), self.draw.randrange(OVERHEAD)
            filling.keep((subjects, number), "answer", size, *subjects)
            if not any(map(changes_of(events).reach, subjects)):
                self.expected[subjects, number] = size

    def _tell(self, event: OwnEvent) -> None:
        self.cache.heed([event])
        for _, events in self._fillings:
            events.append(event)
        changes = changes_of([event])
        self.expected = {key: size for key, size in self.expected.items() if not any(map(changes.reach, key[0]))}


@pytest.mark.parametrize("seed", range(5))
def test_memory_and_indexes_stay_right_whatever_happens(seed: int) -> None:
    story = Story(seed)
    cache = story.cache
    for _ in range(2_000):
        story.go_on()
        there = {key: size for key, size in story.expected.items() if cache.get(key) is not None}
        # All that is kept is right, and all that is right is kept as far as there is room.
        assert len(cache) == len(there)
        assert cache.size == _sum(there) <= ROOM
        assert there == story.expected or _sum(story.expected) > ROOM
        story.expected = there


def _sum(sizes: Mapping[Key, int]) -> int:
    return sum(size + OVERHEAD + PLACE * (len(subjects) - 1) for (subjects, _), size in sizes.items())
