"""Trials with the API's own schema."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import strawberry

from graph.context import Context
from graph.mutation import Mutation
from graph.planning import PlannedExecution
from graph.query import Query
from graph.schema import PeerscoreSchema, build_schema
from graph.subscription import Subscription
from graph.types.drug import Drug
from graph.types.feed import (
    EVENT_TYPES,
    Checkpoint,
    RatingAdded,
    RatingRevised,
    RatingsReleased,
    RatingWithdrawn,
    ScoreChanged,
)
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.rating import Rating
from graph.types.treatment import Treatment
from resolvers.database import database
from resolvers.viewers import ANONYMOUS, Viewer
from tests.executors.events import EventTrials
from tests.executors.knowing import KnowsValid
from tests.executors.peerscore.database import NOW, Contexts
from tests.executors.peerscore.faults import FAULTS, NO_FAULTS, Faults, break_loaders
from tests.executors.trials import Trials

NOWHERE = 999_999
"""The key of no entry."""


@cache
def build_bare(*, planned: bool) -> strawberry.Schema:
    """The API's types, with nothing around their execution: no limits, and errors as they are."""
    schema = PeerscoreSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Drug, Indication, Treatment, Rating, Physician, *EVENT_TYPES],
        extensions=[KnowsValid, *([partial(PlannedExecution, tells=True)] if planned else [])],
    )
    assert schema.as_str() == build_schema().as_str()
    return schema


class Circumstances:
    """Who asks, and what fails meanwhile; both can be set."""

    def __init__(self) -> None:
        self.viewer: Viewer = ANONYMOUS
        self.faults: Faults = NO_FAULTS
        self._contexts = Contexts()

    def context(self) -> Context:
        """What the fields of one execution share."""
        context = self._contexts.of(self.viewer)
        break_loaders(context.loaders, self.faults)
        FAULTS.set(self.faults)
        return context


def operation_trials(circumstances: Circumstances) -> Trials:
    """Trials of queries and mutations on the open database."""
    return Trials(build_bare(planned=False), build_bare(planned=True), circumstances.context)


def event_trials(circumstances: Circumstances, events: Sequence[object]) -> EventTrials:
    """Trials of subscriptions on the open database, for these events."""
    return EventTrials(
        build_bare(planned=False),
        build_bare(planned=True),
        circumstances.context,
        events=lambda name: [one for one in events if isinstance(one, ScoreChanged) is (name == "scoreChanged")],
    )


async def some_events() -> list[object]:
    """Events of every kind, about entries of the open database and about some that there are not."""
    rows = await database().execute_query_dict("SELECT id, drug_id, indication_id FROM rating ORDER BY id DESC LIMIT 3")
    events: list[object] = [Checkpoint(cursor="a", at=NOW)]
    for row in rows:
        about: dict[str, Any] = {"at": NOW, "drug_id": row["drug_id"], "indication_id": row["indication_id"]}
        events += [
            RatingAdded(cursor="b", rating_id=row["id"], first_for_treatment=True, **about),
            RatingRevised(cursor="c", rating_id=row["id"], **about),
            RatingWithdrawn(cursor="d", rating_id=strawberry.ID("gone"), **about),
            RatingsReleased(cursor="e", first_for_treatment=False, **about),
            ScoreChanged(**about),
            ScoreChanged(at=NOW, drug_id=row["drug_id"], indication_id=None),
        ]
    none: dict[str, Any] = {"at": NOW, "drug_id": NOWHERE, "indication_id": NOWHERE}
    return [
        *events,
        RatingAdded(cursor="f", rating_id=NOWHERE, first_for_treatment=False, **none),
        ScoreChanged(**none),
    ]
