"""What subscribers are told."""

from datetime import datetime
from typing import cast

import strawberry

from graph.connections import later
from graph.context import Info
from graph.global_ids import global_id
from graph.relations import loaded
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.rating import Rating
from graph.types.score import Score, score_asked, score_question
from graph.types.segment import SegmentArgument
from graph.types.weights import PriorVersionArgument, WeightsArgument
from resolvers.feed.reading import EventRecord
from resolvers.feed.writing import EventKind

SCORE = "; as it is when the event is delivered, for the one who subscribes."


@strawberry.interface(
    description="One event of a subscription. Events come in the order in which they were committed, each once: first "
    "what has happened since `after`, if that is given, then a `Checkpoint`, then what happens from there on."
)
class FeedEvent:
    cursor: str = strawberry.field(
        description="Opaque, 32 characters. Keep that of the last event that you have dealt with: given back as "
        "`after`, in the same subscription with the same filter, it goes on right behind this event, with no gap and "
        "no repeat, on any server of this installation."
    )
    at: datetime = strawberry.field(
        description="When it happened, in UTC. What happens at the same time may be committed in another order, so do "
        "not sort by it: events come in their order."
    )


@strawberry.type(description="Something that happened to the ratings of a drug for an indication.")
class TreatmentEvent(FeedEvent):
    drug_id: strawberry.Private[int]
    indication_id: strawberry.Private[int]
    drug: Drug = loaded("drug_by_id", key="drug_id", description="The drug that is rated.")
    indication: Indication = loaded("indication_by_id", key="indication_id", description="What the drug was used for.")


@strawberry.type(
    description="A physician has rated a drug for an indication, or a rating that a moderator had taken out counts "
    "again under its former id. For those who see single ratings."
)
class RatingAdded(TreatmentEvent):
    rating_id: strawberry.Private[int]
    first_for_treatment: bool = strawberry.field(
        description="Whether there was no other rating of the drug for the indication."
    )
    rating: Rating | None = loaded(
        "rating_by_id",
        key="rating_id",
        description="The rating as it is when the event is delivered; null if it is gone since, as a later "
        "`RatingWithdrawn` tells.",
    )


@strawberry.type(
    description="A rating looks otherwise: its physician has revised it, or a moderator has decided on its comment. "
    "For those who see single ratings."
)
class RatingRevised(TreatmentEvent):
    rating_id: strawberry.Private[int]
    rating: Rating | None = loaded(
        "rating_by_id",
        key="rating_id",
        description="The rating as it is when the event is delivered; null if it is gone since, as a later "
        "`RatingWithdrawn` tells.",
    )


@strawberry.type(
    description="A rating counts no longer, and is not shown any more: its physician has withdrawn it, a moderator has "
    "taken it out, or it was erased. For those who see single ratings."
)
class RatingWithdrawn(TreatmentEvent):
    rating_id: strawberry.ID = strawberry.field(description="The id that the rating had: delete what you keep of it.")


@strawberry.type(
    description="New and changed ratings of a drug for an indication, eleven or more at once, have begun to count in "
    "what everybody sees. For those who do not see single ratings, instead of the events about these."
)
class RatingsReleased(TreatmentEvent):
    first_for_treatment: bool = strawberry.field(
        description="Whether nothing of the drug for the indication had been released before."
    )

    score: Score = loaded(
        "treatment_score",
        key="drug_id,indication_id",
        asked=score_asked,
        description=f"What physicians think of the drug for this indication{SCORE}",
    )


@strawberry.type(
    description="Nothing that the subscription is about: it only carries the cursor forward. The first one tells that "
    "the subscription has caught up: all that comes later has just happened. Without `after` it is the first event; "
    "with `after`, the empty one too, it follows what has happened since. More come where nothing has met the filter "
    "for 30 seconds while other things have happened."
)
class Checkpoint(FeedEvent):
    pass


@strawberry.type(description="The latest score of a drug.")
class ScoreChanged:
    at: datetime = strawberry.field(description="As of when, in UTC.")
    drug_id: strawberry.Private[int]
    indication_id: strawberry.Private[int | None]
    drug: Drug = loaded("drug_by_id", key="drug_id", description="The drug.")

    @strawberry.field(description="The indication, as asked for; null: all indications together.")
    def indication(self, info: Info) -> Indication | None:
        if self.indication_id is None:
            return None
        return later(info.context.loaders.indication_by_id.load(self.indication_id))

    @strawberry.field(description=f"What physicians think of the drug, for the indication or over all{SCORE}")
    def score(
        self,
        info: Info,
        segment: SegmentArgument = None,
        weights: WeightsArgument = None,
        prior_version: PriorVersionArgument = None,
    ) -> Score:
        loaders = info.context.loaders
        question = score_question(segment, weights, prior_version)
        if self.indication_id is None:
            return cast("Score", loaders.drug_score.of((False, question)).load(self.drug_id))
        return later(loaders.treatment_score.of(question).load((self.drug_id, self.indication_id)))


EVENT_TYPES = (RatingAdded, RatingRevised, RatingWithdrawn, RatingsReleased, Checkpoint)
"""All types of `FeedEvent`."""


def feed_event_of(record: EventRecord, cursor: str) -> FeedEvent:
    """What subscribers are told of an event about ratings.

    Args:
        record: of the kind ADDED, REVISED, GONE or RELEASED.
        cursor: of the record's position.

    Raises:
        ValueError: the event is of another kind, which subscribers of ratings are not told of.
    """
    drug_id, indication_id, rating_id = record.drug_id, record.indication_id, record.rating_id
    if drug_id is None or indication_id is None:
        raise ValueError(record.kind)
    if record.kind is EventKind.RELEASED:
        return RatingsReleased(
            cursor=cursor,
            at=record.at,
            drug_id=drug_id,
            indication_id=indication_id,
            first_for_treatment=record.first,
        )
    if rating_id is None:
        raise ValueError(record.kind)
    if record.kind is EventKind.ADDED:
        return RatingAdded(
            cursor=cursor,
            at=record.at,
            drug_id=drug_id,
            indication_id=indication_id,
            rating_id=rating_id,
            first_for_treatment=record.first,
        )
    if record.kind is EventKind.REVISED:
        return RatingRevised(
            cursor=cursor, at=record.at, drug_id=drug_id, indication_id=indication_id, rating_id=rating_id
        )
    if record.kind is EventKind.GONE:
        return RatingWithdrawn(
            cursor=cursor,
            at=record.at,
            drug_id=drug_id,
            indication_id=indication_id,
            rating_id=strawberry.ID(global_id("Rating", rating_id)),
        )
    raise ValueError(record.kind)


def checkpoint_of(cursor: str, at: datetime) -> Checkpoint:
    """What carries the cursor forward where there is no event to tell of."""
    return Checkpoint(cursor=cursor, at=at)


def score_changed_of(drug_id: int, indication_id: int | None, at: datetime) -> ScoreChanged:
    """That the score of a drug is to be looked at, for one indication or (None) over all."""
    return ScoreChanged(drug_id=drug_id, indication_id=indication_id, at=at)
