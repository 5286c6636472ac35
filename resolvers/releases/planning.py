"""Which changes of a treatment are released, in which groups and under which labels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from resolvers.releases.grouping import LEAST, cut
from resolvers.releases.labels import Labels, shared

STEP_SHARE = 10
"""A release is due when it changes one in so many of the ratings that are released already, and at least `LEAST`."""

WAITING_SHARE = 20
"""Revised and gone ratings that no group can take under their labels wait, as long as they are fewer than one in so
many of the released ratings. Then labels are given up for them."""


class Change(NamedTuple):
    """A released rating that has changed: the labels under which it is counted, and whether it is gone."""

    labels: Labels
    gone: bool


@dataclass(slots=True)
class Group:
    """Changes that are released together: positions of new ratings and of released ones.

    After it, all of them that are not gone are counted under `labels`, as the released ones were before it, when the
    plan's classes have been lowered.
    """

    labels: Labels
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be released of a treatment: first the classes of labels that lose some of them, then the groups."""

    lowered: Mapping[Labels, Labels]
    groups: Sequence[Group]


NOTHING = Plan({}, ())


def step_of(released: int) -> int:
    """How many changes make a release due, where so many ratings are released already."""
    return max(LEAST, released // STEP_SHARE)


def plan_release(new: Sequence[Labels], changes: Sequence[Change], class_sizes: Mapping[Labels, int]) -> Plan:
    """Plan what is released of a treatment now; nothing unless enough changes can be.

    Args:
        new: the labels of the ratings of which nothing has been released.
        changes: the released ratings that were revised or are gone.
        class_sizes: how many ratings of the treatment are released under which labels.

    Returns:
        The groups, each with at least `LEAST` new or revised ratings, or with the whole of a class that is gone. New
        ratings are in a group if there are at least `LEAST` of them; others stay changes.
    """
    released = sum(class_sizes.values())
    waiting: dict[Labels, list[int]] = defaultdict(list)
    for place, change in enumerate(changes):
        waiting[change.labels].append(place)
    alone = [
        Group(labels, changed=places)
        for labels, places in waiting.items()
        if _can_go_alone([changes[place].gone for place in places], class_sizes[labels])
    ]
    parts = [Group(shared(new[place] for place in places), new=places) for places in cut(new)]
    ready = sum(len(group.changed) for group in alone) + sum(len(part.new) for part in parts)
    if ready < step_of(released):
        return NOTHING
    for group in alone:
        del waiting[group.labels]
    _join_alike(waiting, parts)
    lowered = {}
    if parts and WAITING_SHARE * sum(map(len, waiting.values())) >= released:
        lowered = _join_unlike(waiting, parts, class_sizes)
    return Plan(lowered, [*alone, *parts])


def _can_go_alone(gone: Sequence[bool], class_size: int) -> bool:
    """Whether enough of a class's changes are revised, or all of the class is gone."""
    return len(gone) - sum(gone) >= LEAST or sum(gone) == class_size


def _join_alike(waiting: dict[Labels, list[int]], parts: Iterable[Group]) -> None:
    """Release changes together with new ratings that have the same labels."""
    for part in parts:
        part.changed += waiting.pop(part.labels, [])


def _join_unlike(
    waiting: Mapping[Labels, list[int]], parts: Sequence[Group], class_sizes: Mapping[Labels, int]
) -> dict[Labels, Labels]:
    """Release changes together with new ratings that have other labels, and count both under what they share.

    Of the parts the one is taken with which the fewest ratings lose the fewest labels.

    Returns:
        The classes that lose labels, and the labels that they keep.
    """
    members: list[list[Labels]] = [[part.labels] if part.changed else [] for part in parts]
    for labels, places in waiting.items():

        def loss(place: int, labels: Labels = labels) -> int:
            part = parts[place]
            left = _number(shared((labels, part.labels)))
            lost_by_members = sum(class_sizes[member] for member in members[place]) + len(part.new)
            return class_sizes[labels] * (_number(labels) - left) + lost_by_members * (_number(part.labels) - left)

        chosen = min(range(len(parts)), key=loss)
        parts[chosen].labels = shared((labels, parts[chosen].labels))
        parts[chosen].changed += places
        members[chosen].append(labels)
    return {
        labels: part.labels
        for part, of_part in zip(parts, members, strict=True)
        for labels in of_part
        if labels != part.labels
    }


def _number(labels: Labels) -> int:
    """How many labels there are."""
    return sum(label is not None for label in labels)
