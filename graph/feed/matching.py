"""Which events reach which subscribers."""

import asyncio
from collections.abc import Collection, Mapping

from graph.feed.audience import Audience
from graph.feed.sources import Selection
from models.activity import ANY_INDICATION
from resolvers.feed.reading import EventRecord
from resolvers.feed.writing import EventKind
from resolvers.follows import followed_drugs

RATING_KINDS = frozenset({EventKind.ADDED, EventKind.REVISED, EventKind.GONE})
"""Events about single ratings."""

RELEASE_KINDS = frozenset({EventKind.RELEASED})
"""Events for those who see no single ratings."""

EXACT_SCORE_KINDS = RATING_KINDS | {EventKind.RECOUNTED}
"""Events that change the scores of those who see single ratings."""


class Follows:
    """What an account follows, as it changes.

    Attributes:
        indications: for each drug the keys of the indications that it is followed for, or `ANY_INDICATION`.
    """

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.indications: Mapping[int, Collection[int]] = {}
        self._reading = asyncio.Lock()

    async def read(self) -> None:
        """Read it anew."""
        # One after the other, or what was read first could be stored last.
        async with self._reading:
            self.indications = await followed_drugs(self.account_id)

    @property
    def drug_ids(self) -> Collection[int]:
        """Keys of the drugs."""
        return self.indications.keys()

    def wants(self, event: EventRecord) -> bool:
        """Whether an event is about something followed."""
        indications = self.indications.get(event.drug_id or 0, ())
        return ANY_INDICATION in indications or event.indication_id in indications


def kinds_for(audience: Audience) -> frozenset[EventKind]:
    """Which events about ratings an audience is told of."""
    return RATING_KINDS if audience.sees_single_ratings else RELEASE_KINDS


def changes_scores(event: EventRecord, audience: Audience) -> bool:
    """Whether an event changes scores that an audience sees."""
    if audience.sees_single_ratings:
        return event.kind in EXACT_SCORE_KINDS
    # The scores of all drugs change with the priors, for everybody. That those of one drug were recounted tells that it
    # has new ratings.
    return event.kind in RELEASE_KINDS or (event.kind is EventKind.RECOUNTED and event.drug_id is None)


def wants(selection: Selection | Follows, event: EventRecord) -> bool:
    """Whether an event about ratings meets every condition of a selection."""
    if isinstance(selection, Follows):
        return selection.wants(event)
    return (
        (selection.drug_ids is None or event.drug_id in selection.drug_ids)
        and (selection.indication_ids is None or event.indication_id in selection.indication_ids)
        and (selection.specialty_ids is None or event.specialty_id in selection.specialty_ids)
        and (selection.countries is None or event.country in selection.countries)
        and (not selection.first_only or event.first)
    )
