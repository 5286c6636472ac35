"""Following drugs, and having seen what is new of them."""

from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.mutations import errors
from graph.mutations.carrying_out import Request, Work, carried_out
from graph.mutations.errors import ClientMutationId
from graph.mutations.references import known_drug, known_indication
from graph.mutations.requiring import require_person
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.viewer import Viewer as ViewerType
from graph.types.viewer import viewer_of
from resolvers.follows import follow_drug, mark_reviews_seen, unfollow_drug
from resolvers.viewers import Viewer
from resolvers.writes.replays import Outcome


@strawberry.type(description="The viewer follows the drug.")
class FollowDrugSuccess:
    drug: Drug = strawberry.field(description="The drug.")
    indication: Indication | None = strawberry.field(description="For which indication; null: for all.")
    new: bool = strawberry.field(description="false: the viewer followed it like this already.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="The viewer does not follow the drug any more.")
class UnfollowDrugSuccess:
    drug: Drug = strawberry.field(description="The drug.")
    indication: Indication | None = strawberry.field(description="For which indication; null: at all.")
    followed: bool = strawberry.field(description="false: the viewer did not follow it like this before either.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="What was new until now is not unread any more.")
class MarkReviewsSeenSuccess:
    viewer: ViewerType = strawberry.field(description="The viewer.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


FollowDrugResult = Annotated[
    FollowDrugSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.UnknownDrug
    | errors.UnknownIndication
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("FollowDrugResult", description="What became of following a drug."),
]

UnfollowDrugResult = Annotated[
    UnfollowDrugSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.UnknownDrug
    | errors.UnknownIndication
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("UnfollowDrugResult", description="What became of following a drug no more."),
]

MarkReviewsSeenResult = Annotated[
    MarkReviewsSeenSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("MarkReviewsSeenResult", description="What became of having seen the reviews."),
]

DrugId = Annotated[strawberry.ID, strawberry.argument(description="Id or slug of the drug.")]


@strawberry.type
class FollowingMutations:
    @strawberry.mutation(
        description="Follows a drug, for one indication or for all; following it twice changes nothing."
    )
    async def follow_drug(
        self,
        info: Info,
        drug_id: DrugId,
        indication_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Id or slug of the indication; for all, if left out."),
        ] = None,
        client_mutation_id: ClientMutationId = None,
    ) -> FollowDrugResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            account_id = require_person(viewer)
            drug_key, indication_key = await _keys(info, drug_id, indication_id)

            async def work() -> Outcome:
                new = await follow_drug(account_id, drug_key, indication_key, now)
                return {"drug": drug_key, "indication": indication_key, "new": new}

            return work

        async def present(outcome: Outcome) -> FollowDrugSuccess:
            drug, indication = await _followed(info, outcome)
            return FollowDrugSuccess(
                drug=drug, indication=indication, new=outcome["new"], client_mutation_id=client_mutation_id
            )

        request = Request("followDrug", {"drugId": drug_id, "indicationId": indication_id}, client_mutation_id)
        return await carried_out(info, request, require_person, plan, present)

    @strawberry.mutation(
        description="Follows a drug no more: for one indication or, if that is left out, for any. Who follows a drug "
        "for all indications goes on doing so when they unfollow it for one."
    )
    async def unfollow_drug(
        self,
        info: Info,
        drug_id: DrugId,
        indication_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Id or slug of the indication; at all, if left out."),
        ] = None,
        client_mutation_id: ClientMutationId = None,
    ) -> UnfollowDrugResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            account_id = require_person(viewer)
            drug_key, indication_key = await _keys(info, drug_id, indication_id)

            async def work() -> Outcome:
                followed = await unfollow_drug(account_id, drug_key, indication_key, now)
                return {"drug": drug_key, "indication": indication_key, "followed": followed}

            return work

        async def present(outcome: Outcome) -> UnfollowDrugSuccess:
            drug, indication = await _followed(info, outcome)
            return UnfollowDrugSuccess(
                drug=drug, indication=indication, followed=outcome["followed"], client_mutation_id=client_mutation_id
            )

        request = Request("unfollowDrug", {"drugId": drug_id, "indicationId": indication_id}, client_mutation_id)
        return await carried_out(info, request, require_person, plan, present)

    @strawberry.mutation(
        description="Notes that the viewer has seen what is new of the drugs that they follow: `viewer.unreadReviews` "
        "begins anew from now."
    )
    async def mark_reviews_seen(self, info: Info, client_mutation_id: ClientMutationId = None) -> MarkReviewsSeenResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            account_id = require_person(viewer)

            async def work() -> Outcome:
                await mark_reviews_seen(account_id, now)
                return {}

            return work

        async def present(_: Outcome) -> MarkReviewsSeenSuccess:
            viewer = viewer_of(info)
            assert viewer is not None  # noqa: S101 - a person has signed in
            return MarkReviewsSeenSuccess(viewer=viewer, client_mutation_id=client_mutation_id)

        request = Request("markReviewsSeen", {}, client_mutation_id)
        return await carried_out(info, request, require_person, plan, present)


async def _keys(info: Info, drug_id: str, indication_id: str | None) -> tuple[int, int | None]:
    drug_key = await known_drug(info, drug_id, "drugId")
    return drug_key, None if indication_id is None else await known_indication(info, indication_id, "indicationId")


async def _followed(info: Info, outcome: Outcome) -> tuple[Drug, Indication | None]:
    (drug,) = await info.context.loaders.known_drugs([outcome["drug"]])
    key = outcome["indication"]
    return drug, None if key is None else await info.context.loaders.known_indication(key)
