"""What readers say of ratings of others: that they help, or that a moderator should look at them."""

import enum
from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.mutations import errors
from graph.mutations.carrying_out import Request, Work, carried_out
from graph.mutations.errors import ClientMutationId
from graph.mutations.rating import written_rating
from graph.mutations.references import rating_key
from graph.mutations.requiring import require_verified
from graph.types.rating import Rating
from resolvers.helpful import mark_helpful
from resolvers.moderation.notes import checked_note
from resolvers.reports import report_rating
from resolvers.viewers import Viewer
from resolvers.writes.replays import Outcome


@strawberry.enum(description="Why a moderator should look at a rating.")
class ReportReason(enum.Enum):
    PATIENT_IDENTIFIABLE = strawberry.enum_value(
        "PATIENT_IDENTIFIABLE", description="A patient could be recognised by the comment."
    )
    ADVERSE_EVENT = strawberry.enum_value("ADVERSE_EVENT", description="It tells of a possible adverse event.")
    PROMOTIONAL = strawberry.enum_value("PROMOTIONAL", description="It advertises, or was paid for.")
    OFFENSIVE = strawberry.enum_value("OFFENSIVE", description="It offends.")
    WRONG = strawberry.enum_value("WRONG", description="It is about another drug or indication, or plainly wrong.")
    OTHER = strawberry.enum_value("OTHER", description="Something else; the note says what.")


@strawberry.type(description="It is noted whether the viewer finds the rating helpful.")
class MarkHelpfulSuccess:
    rating: Rating = strawberry.field(description="The rating with its new count.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="A moderator will look at the rating.")
class ReportRatingSuccess:
    rating: Rating = strawberry.field(description="The rating that was reported.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


MarkHelpfulResult = Annotated[
    MarkHelpfulSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.NotVerified
    | errors.UnknownRating
    | errors.OwnRating
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("MarkHelpfulResult", description="What became of a mark as helpful."),
]

ReportRatingResult = Annotated[
    ReportRatingSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.NotVerified
    | errors.UnknownRating
    | errors.OwnRating
    | errors.InvalidNote
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("ReportRatingResult", description="What became of a report."),
]

RatingId = Annotated[strawberry.ID, strawberry.argument(description="Id of somebody else's rating.")]


@strawberry.type
class OpinionMutations:
    @strawberry.mutation(
        description="Notes whether the viewer finds somebody else's rating helpful; saying the same again changes "
        "nothing."
    )
    async def mark_helpful(
        self,
        info: Info,
        rating_id: RatingId,
        helpful: Annotated[bool, strawberry.argument(description="false takes the mark back.")] = True,
        client_mutation_id: ClientMutationId = None,
    ) -> MarkHelpfulResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            key = rating_key(rating_id, "ratingId")
            account_id = require_verified(viewer)

            async def work() -> Outcome:
                await mark_helpful(account_id, viewer.physician_id, key, helpful, now)
                return {"rating": key}

            return work

        async def present(outcome: Outcome) -> MarkHelpfulSuccess:
            rating = await written_rating(info, outcome["rating"])
            return MarkHelpfulSuccess(rating=rating, client_mutation_id=client_mutation_id)

        request = Request("markHelpful", {"ratingId": rating_id, "helpful": helpful}, client_mutation_id)
        return await carried_out(info, request, require_verified, plan, present)

    @strawberry.mutation(
        description="Asks the moderators to look at somebody else's rating. Each reader has one report of a rating; "
        "another one replaces it."
    )
    async def report_rating(
        self,
        info: Info,
        rating_id: RatingId,
        reason: Annotated[ReportReason, strawberry.argument(description="Why.")],
        note: Annotated[
            str | None,
            strawberry.argument(description="More for the moderators, who alone see it; at most 1,000 characters."),
        ] = None,
        client_mutation_id: ClientMutationId = None,
    ) -> ReportRatingResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            key, checked = rating_key(rating_id, "ratingId"), checked_note(note)
            account_id = require_verified(viewer)

            async def work() -> Outcome:
                await report_rating(
                    account_id,
                    viewer.physician_id,
                    key,
                    reason.name,
                    checked,
                    now,
                    adverse_event=reason is ReportReason.ADVERSE_EVENT,
                )
                return {"rating": key}

            return work

        async def present(outcome: Outcome) -> ReportRatingSuccess:
            rating = await written_rating(info, outcome["rating"])
            return ReportRatingSuccess(rating=rating, client_mutation_id=client_mutation_id)

        arguments = {"ratingId": rating_id, "reason": reason.name, "note": note}
        request = Request("reportRating", arguments, client_mutation_id)
        return await carried_out(info, request, require_verified, plan, present)
