"""Giving, revising and withdrawing one's own ratings."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.mutations import errors
from graph.mutations.carrying_out import Refusal, Request, Work, carried_out
from graph.mutations.errors import ClientMutationId
from graph.mutations.rating_input import SubmitRatingInput, checked_rating
from graph.mutations.references import known_drug, known_indication, rating_key
from graph.mutations.requiring import require_person, require_verified
from graph.types.rating import Rating
from resolvers.comments.screening import screen
from resolvers.ratings.submitting import Submission, submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.viewers import Viewer
from resolvers.writes.replays import Outcome


@strawberry.type(description="The rating was written and counts.")
class SubmitRatingSuccess:
    rating: Rating = strawberry.field(description="The rating as written.")
    created: bool = strawberry.field(description="true: a new rating; false: an earlier one was revised.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="The rating counts no longer.")
class WithdrawRatingSuccess:
    rating_id: strawberry.ID = strawberry.field(description="The id that the rating had.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


SubmitRatingResult = Annotated[
    SubmitRatingSuccess
    | errors.CommentHeld
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.NotVerified
    | errors.UnknownDrug
    | errors.UnknownIndication
    | errors.UnknownRating
    | errors.InvalidRating
    | errors.RatingExcluded
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("SubmitRatingResult", description="What became of a rating."),
]

WithdrawRatingResult = Annotated[
    WithdrawRatingSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.UnknownRating
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("WithdrawRatingResult", description="What became of a withdrawal."),
]


@strawberry.type
class RatingMutations:
    @strawberry.mutation(
        description="Adds the viewer's rating of a drug for an indication, or revises it: each physician has one. What "
        "is left out of a revision is not answered any more."
    )
    async def submit_rating(
        self,
        info: Info,
        input: Annotated[SubmitRatingInput, strawberry.argument(description="The rating.")],
    ) -> SubmitRatingResult:
        client_mutation_id = input.client_mutation_id

        async def plan(viewer: Viewer, now: datetime) -> Work:
            checked = checked_rating(input)
            if isinstance(checked, errors.InvalidRating):
                raise Refusal(checked)
            drug_id = await known_drug(info, input.drug_id, "input.drugId")
            indication_id = await known_indication(info, input.indication_id, "input.indicationId")
            assert viewer.account_id is not None  # noqa: S101 - verified physicians have both
            assert viewer.physician_id is not None  # noqa: S101
            screened = None if checked.comment is None else screen(checked.comment)
            submission = Submission(
                viewer.account_id,
                viewer.physician_id,
                drug_id,
                indication_id,
                checked.levels,
                checked.comment,
                () if screened is None else screened.findings,
                screened is not None and screened.adverse_event,
                now,
            )

            async def work() -> Outcome:
                submitted = await submit_rating(submission)
                return {
                    "rating": submitted.rating_id,
                    "created": submitted.created,
                    "held": submitted.held,
                    "findings": list(submitted.findings),
                }

            return work

        async def present(outcome: Outcome) -> SubmitRatingSuccess | errors.CommentHeld:
            rating = await written_rating(info, outcome["rating"])
            if not outcome["held"]:
                return SubmitRatingSuccess(
                    rating=rating, created=outcome["created"], client_mutation_id=client_mutation_id
                )
            return errors.CommentHeld(
                message="The rating counts; a moderator looks at its comment before it is shown.",
                rating=rating,
                findings=[errors.CommentFinding(name) for name in outcome["findings"]],
                created=outcome["created"],
                client_mutation_id=client_mutation_id,
            )

        request = Request("submitRating", asdict(input), client_mutation_id)
        return await carried_out(info, request, require_verified, plan, present)

    @strawberry.mutation(
        description="Takes the viewer's own rating back: it counts and shows no longer. The same drug can be rated for "
        "the same indication again."
    )
    async def withdraw_rating(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the rating.")],
        client_mutation_id: ClientMutationId = None,
    ) -> WithdrawRatingResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            rating_id, physician_id = rating_key(id, "id"), viewer.physician_id
            if physician_id is None:
                raise Refusal(errors.UnknownRating(message="This is not a rating of yours."))

            async def work() -> Outcome:
                await withdraw_rating(physician_id, rating_id, now)
                return {}

            return work

        async def present(_: Outcome) -> WithdrawRatingSuccess:
            return WithdrawRatingSuccess(rating_id=id, client_mutation_id=client_mutation_id)

        request = Request("withdrawRating", {"id": id}, client_mutation_id)
        return await carried_out(info, request, require_person, plan, present)


async def written_rating(info: Info, rating_id: int) -> Rating:
    """A rating that a mutation has written, or wrote when it was carried out first.

    Raises:
        Refusal: it is gone since.
    """
    rating = await info.context.loaders.rating_by_id.load(rating_id)
    if rating is None:
        raise Refusal(errors.UnknownRating(message="The rating was written, and is gone since."))
    return rating
