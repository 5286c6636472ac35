"""What events of the feed say of answers that were given before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from resolvers.feed.waking import Happening
from resolvers.feed.writing import EventKind

HARMLESS = frozenset({EventKind.FOLLOWS, EventKind.STANDING})
"""Events about people, which no score depends on."""

OF_SINGLE_RATINGS = frozenset({EventKind.ADDED, EventKind.REVISED, EventKind.GONE})


class Subject(NamedTuple):
    """What an answer is about.

    Attributes:
        from_ratings: whether it is made from all ratings, or from the released ones alone.
        drug_id: None: of all drugs.
        indication_id: None: over all indications.
    """

    from_ratings: bool
    drug_id: int | None
    indication_id: int | None


NOTHING = Subject(from_ratings=False, drug_id=0, indication_id=0)
"""What is told of no rating: no drug has this key, so that answers about it go only with everything."""


@dataclass(slots=True)
class Changes:
    """Which answers are no longer right.

    What is made from released ratings changes with releases only. If single ratings made it go, those who see none
    could tell from the time that an answer takes that somebody has rated something.

    Attributes:
        everything: all of them.
        subjects: those about these.
        recounted: those made from all ratings in which one of these drugs counts, for whatever indication.
    """

    everything: bool = False
    subjects: set[Subject] = field(default_factory=set)
    recounted: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self.everything or bool(self.subjects or self.recounted)

    def reach(self, subject: Subject) -> bool:
        """Whether answers about a subject are no longer right."""
        return self.everything or subject in self.subjects or self.recounts(subject)

    def recounts(self, subject: Subject) -> bool:
        """Whether one of the recounted drugs counts in a subject; in each indication's ranking, any might."""
        return (
            bool(self.recounted)
            and subject.from_ratings
            and (subject.drug_id is None or subject.drug_id in self.recounted)
        )


def changes_of(events: Iterable[Happening]) -> Changes:
    """What events change; one of a kind or a form that is not known here changes everything."""
    changes = Changes()
    for event in events:
        if event.kind in HARMLESS:
            continue
        drug_id, indication_id = event.drug_id, event.indication_id
        if event.kind is EventKind.RECOUNTED and drug_id is not None:
            changes.recounted.add(drug_id)
        elif event.kind in OF_SINGLE_RATINGS and drug_id is not None and indication_id is not None:
            changes.subjects.update(_about(drug_id, indication_id, from_ratings=True))
        elif event.kind is EventKind.RELEASED and drug_id is not None and indication_id is not None:
            changes.subjects.update(_about(drug_id, indication_id, from_ratings=False))
        else:
            changes.everything = True
    return changes


def _about(drug_id: int, indication_id: int, *, from_ratings: bool) -> tuple[Subject, ...]:
    """All subjects in which a treatment counts."""
    return (
        Subject(from_ratings, drug_id, indication_id),
        Subject(from_ratings, drug_id, None),
        Subject(from_ratings, None, indication_id),
        Subject(from_ratings, None, None),
    )
