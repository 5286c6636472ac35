"""Which changes of a treatment are released together."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from resolvers.releases.labels import Labels
from resolvers.releases.planning import NOTHING, Change, Group, plan_release, step_of
from tests.attacker import Version, fewest_ratings

DE: Labels = (1, "DE", "EARLY", "2026-01")
US: Labels = (1, "US", "EARLY", "2026-01")
NONE: Labels = (None, None, None, None)


def test_a_step_is_a_tenth_but_at_least_eleven() -> None:
    assert [step_of(released) for released in (0, 11, 119, 120, 1_000)] == [11, 11, 11, 12, 100]


def test_new_ratings_are_released_when_there_are_enough() -> None:
    assert plan_release([DE] * 10, [], {}) == NOTHING
    assert plan_release([DE] * 11, [], {}).groups == [Group(DE, list(range(11)))]
    assert plan_release([DE] * 29, [], {DE: 300}) == NOTHING
    assert len(plan_release([DE] * 30, [], {DE: 300}).groups) == 1


def test_revisions_of_one_class_are_released_without_new_ratings() -> None:
    revisions = [Change(DE, gone=False)] * 11
    other = Change(US, gone=False)

    plan = plan_release([US] * 3, [other, *revisions], {DE: 20, US: 15})

    assert (plan.lowered, plan.groups) == ({}, [Group(DE, [], list(range(1, 12)))])


def test_ten_revisions_and_many_that_are_gone_wait() -> None:
    changes = [Change(DE, gone=False)] * 10 + [Change(DE, gone=True)] * 15

    assert plan_release([], changes, {DE: 40}) == NOTHING


def test_a_class_that_is_gone_as_a_whole_goes() -> None:
    plan = plan_release([], [Change(DE, gone=True)] * 12, {DE: 12, US: 50})

    assert (plan.lowered, plan.groups) == ({}, [Group(DE, [], list(range(12)))])
    assert plan_release([], [Change(DE, gone=True)] * 12, {DE: 13, US: 50}) == NOTHING


def test_what_is_gone_goes_when_new_ratings_with_the_same_labels_come() -> None:
    plan = plan_release([US] * 11 + [DE] * 11, [Change(DE, gone=True)], {DE: 100})

    assert (plan.lowered, plan.groups) == ({}, [Group(US, list(range(11))), Group(DE, list(range(11, 22)), [0])])


def test_little_that_has_changed_waits_for_its_own_labels() -> None:
    plan = plan_release([US] * 11, [Change(DE, gone=True)] * 4, {DE: 100})

    assert plan.groups == [Group(US, list(range(11)))]


def test_labels_are_given_up_for_more() -> None:
    """Five of a hundred; what both have in common stays, and other classes keep all their labels."""
    french: Labels = (2, "FR", "EARLY", "2026-01")

    plan = plan_release([US] * 11, [Change(DE, gone=True)] * 5, {DE: 20, french: 80})

    assert plan.lowered == {DE: (1, None, "EARLY", "2026-01")}
    assert plan.groups == [Group((1, None, "EARLY", "2026-01"), list(range(11)), list(range(5)))]


def test_the_part_is_taken_with_which_the_least_is_lost() -> None:
    cardiologists: Labels = (2, "FR", "SENIOR", "2026-02")

    plan = plan_release([cardiologists] * 12 + [US] * 12, [Change(DE, gone=True)], {DE: 12})

    assert plan.lowered == {DE: (1, None, "EARLY", "2026-01")}
    assert plan.groups[0] == Group(cardiologists, list(range(12)))


def test_a_class_that_was_to_keep_its_labels_loses_them_with_its_group() -> None:
    plan = plan_release([US] * 11, [Change(US, gone=True)] + [Change(DE, gone=True)] * 2, {DE: 11, US: 11})

    left: Labels = (1, None, "EARLY", "2026-01")
    assert plan.lowered == {US: left, DE: left}
    assert plan.groups == [Group(left, list(range(11)), [0, 1, 2])]


@dataclass
class Treatment:
    """One treatment in plain Python: what its ratings say, what was released of them, and every sum ever shown."""

    choose: random.Random
    ratings: dict[int, tuple[Labels, int]] = field(default_factory=dict)
    released: dict[int, tuple[Labels, int]] = field(default_factory=dict)
    shown: list[dict[Version, int]] = field(default_factory=list)
    given: int = 0
    groups: int = 0

    def add(self, count: int) -> None:
        for _ in range(count):
            self.given += 1
            self.ratings[self.given] = (self._labels(), 0)

    def revise(self, count: int) -> None:
        for rating in self.choose.sample(sorted(self.ratings), min(count, len(self.ratings))):
            _, version = self.ratings[rating]
            self.ratings[rating] = (self._labels(), version + 1)

    def withdraw(self, count: int) -> None:
        for rating in self.choose.sample(sorted(self.ratings), min(count, len(self.ratings))):
            del self.ratings[rating]

    def _labels(self) -> Labels:
        return (
            self.choose.choice((1, 1, 2)),
            self.choose.choice(("DE", "US")),
            "EARLY",
            self.choose.choice(("2026-01", "2026-01", "2026-02")),
        )

    def release(self) -> None:
        new = [rating for rating in sorted(self.ratings) if rating not in self.released]
        changed = [
            rating
            for rating, (_, version) in sorted(self.released.items())
            if rating not in self.ratings or self.ratings[rating][1] != version
        ]
        plan = plan_release(
            [self.ratings[rating][0] for rating in new],
            [Change(self.released[rating][0], rating not in self.ratings) for rating in changed],
            Counter(labels for labels, _ in self.released.values()),
        )
        for rating, (labels, version) in self.released.items():
            self.released[rating] = (plan.lowered.get(labels, labels), version)
        self.groups += len(plan.groups)
        for group in plan.groups:
            # One group after the other, as if the attacker saw the counts in between.
            for rating in [*(new[place] for place in group.new), *(changed[place] for place in group.changed)]:
                if rating in self.ratings:
                    self.released[rating] = (group.labels, self.ratings[rating][1])
                else:
                    del self.released[rating]
            self.shown.extend(self._cells())

    def _cells(self) -> Iterator[dict[Version, int]]:
        yield {(rating, version): 1 for rating, (_, version) in self.released.items()}
        for kind in range(4):
            for value in {labels[kind] for labels, _ in self.released.values()} - {None}:
                yield {
                    (rating, version): 1 for rating, (labels, version) in self.released.items() if labels[kind] == value
                }


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_all_that_was_ever_shown_tells_of_no_fewer_than_eleven(seed: int) -> None:
    treatment = Treatment(random.Random(seed))
    treatment.add(11)
    treatment.release()
    changes = (treatment.add, treatment.add, treatment.revise, treatment.revise, treatment.withdraw)
    # No more groups than that, so that all combinations can be gone through.
    for _ in range(100):
        if treatment.groups >= 5:
            break
        treatment.choose.choice(changes)(treatment.choose.choice((1, 3, 9, 12)))
        treatment.release()

    assert treatment.groups >= 5
    assert (fewest_ratings(treatment.shown) or 0) >= 11
