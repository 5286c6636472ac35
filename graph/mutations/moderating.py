"""What moderators decide."""

import enum
from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.global_ids import global_id
from graph.mutations import errors
from graph.mutations.carrying_out import Refusal, Request, Work, carried_out
from graph.mutations.errors import ClientMutationId, RegistrationStatus
from graph.mutations.references import physician_key, rating_key
from graph.mutations.requiring import require_moderator
from graph.signing_in.sockets import close_sockets_of
from graph.types.comment import CommentState
from graph.types.physician import Physician
from graph.types.rating import Rating
from resolvers.identity.accounts import account_of_physician
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.moderation.deciding import ModerationDecision as Moderation
from resolvers.moderation.deciding import moderate_rating
from resolvers.moderation.retired import physician_of_rating
from resolvers.viewers import Status, Viewer
from resolvers.writes.replays import Outcome


@strawberry.enum(description="What a moderator can decide about a physician.")
class VerificationDecision(enum.Enum):
    VERIFY = strawberry.enum_value("VERIFY", description="The licence is theirs: they may rate.")
    REJECT = strawberry.enum_value("REJECT", description="It could not be verified.")
    SUSPEND = strawberry.enum_value(
        "SUSPEND", description="A verified physician may do nothing more than others, until they are reinstated."
    )
    REINSTATE = strawberry.enum_value("REINSTATE", description="A suspended physician is verified again.")


@strawberry.enum(description="What a moderator can decide about a rating.")
class ModerationDecision(enum.Enum):
    PUBLISH = strawberry.enum_value(
        "PUBLISH", description="The comment that is held, or was removed, is shown. Needs `commentVersion`."
    )
    REMOVE_COMMENT = strawberry.enum_value(
        "REMOVE_COMMENT", description="The comment is shown to nobody but its author and moderators; the levels count."
    )
    EXCLUDE = strawberry.enum_value(
        "EXCLUDE", description="The rating counts and shows no longer; the note is told to its author as the reason."
    )
    REINSTATE = strawberry.enum_value("REINSTATE", description="An excluded rating is as it was before.")
    KEEP = strawberry.enum_value("KEEP", description="Reports are dismissed; nothing else changes.")


@strawberry.type(description="The physician has a new status.")
class VerifyPhysicianSuccess:
    physician: Physician = strawberry.field(description="The physician.")
    status: RegistrationStatus = strawberry.field(description="How far the registration has come now.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="The decision is carried out.")
class ModerateRatingSuccess:
    rating_id: strawberry.ID = strawberry.field(description="The rating's id.")
    rating: Rating | None = strawberry.field(description="The rating; null when it is excluded or withdrawn.")
    comment_state: CommentState = strawberry.field(description="What has become of its comment.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


VerifyPhysicianResult = Annotated[
    VerifyPhysicianSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.UnknownPhysician
    | errors.ImpossibleDecision
    | errors.InvalidNote
    | errors.ClientMutationIdReused,
    strawberry.union("VerifyPhysicianResult", description="What became of a decision about a physician."),
]

ModerateRatingResult = Annotated[
    ModerateRatingSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.UnknownRating
    | errors.ImpossibleDecision
    | errors.CommentChanged
    | errors.InvalidNote
    | errors.ClientMutationIdReused,
    strawberry.union("ModerateRatingResult", description="What became of a decision about a rating."),
]

Note = Annotated[
    str | None, strawberry.argument(description="Why; kept in the audit log. At most 1,000 characters, one paragraph.")
]


@strawberry.type
class ModeratingMutations:
    @strawberry.mutation(description="Decides whether a physician may rate. For moderators.")
    async def verify_physician(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the physician.")],
        decision: Annotated[VerificationDecision, strawberry.argument(description="What is decided.")],
        note: Note = None,
        client_mutation_id: ClientMutationId = None,
    ) -> VerifyPhysicianResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            physician_id = await physician_key(info, id, "id")
            _refuse_own(viewer, physician_id)
            actor = f"account:{require_moderator(viewer)}"

            async def work() -> Outcome:
                status = await decide_physician(physician_id, Decision[decision.name], note, actor, now)
                return {"physician": physician_id, "status": status.name}

            return work

        async def present(outcome: Outcome) -> VerifyPhysicianSuccess:
            status = Status[outcome["status"]]
            if status is Status.SUSPENDED:
                await _close_sockets(outcome["physician"])
            physician = await info.context.loaders.physician_by_id.load(outcome["physician"])
            if physician is None:
                raise Refusal(errors.UnknownPhysician(message="The physician was erased since."))
            return VerifyPhysicianSuccess(
                physician=physician, status=RegistrationStatus[status.name], client_mutation_id=client_mutation_id
            )

        arguments = {"id": id, "decision": decision.name, "note": note}
        request = Request("verifyPhysician", arguments, client_mutation_id)
        return await carried_out(info, request, require_moderator, plan, present)

    @strawberry.mutation(description="Decides about a rating or its comment. For moderators.")
    async def moderate_rating(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of the rating.")],
        decision: Annotated[ModerationDecision, strawberry.argument(description="What is decided.")],
        note: Note = None,
        comment_version: Annotated[
            str | None,
            strawberry.argument(
                description="`version` of the comment that the moderator has read, so that none is published unread."
            ),
        ] = None,
        client_mutation_id: ClientMutationId = None,
    ) -> ModerateRatingResult:
        async def plan(viewer: Viewer, now: datetime) -> Work:
            key, actor = rating_key(id, "id"), f"account:{require_moderator(viewer)}"
            _refuse_own(viewer, await physician_of_rating(key))

            async def work() -> Outcome:
                moderated = await moderate_rating(
                    key, Moderation[decision.name], note, actor, now, seen_version=comment_version
                )
                return {"rating": moderated.rating_id, "comment": moderated.comment.value}

            return work

        async def present(outcome: Outcome) -> ModerateRatingSuccess:
            return ModerateRatingSuccess(
                rating_id=strawberry.ID(global_id("Rating", outcome["rating"])),
                rating=await info.context.loaders.rating_by_id.load(outcome["rating"]),
                comment_state=CommentState(outcome["comment"]),
                client_mutation_id=client_mutation_id,
            )

        arguments = {"id": id, "decision": decision.name, "note": note, "commentVersion": comment_version}
        request = Request("moderateRating", arguments, client_mutation_id)
        return await carried_out(info, request, require_moderator, plan, present)


def _refuse_own(viewer: Viewer, physician_id: int | None) -> None:
    """Nobody decides about themselves."""
    if physician_id is not None and physician_id == viewer.physician_id:
        raise Refusal(errors.NotPermitted(message="Another moderator has to decide about you and your ratings."))


async def _close_sockets(physician_id: int) -> None:
    """What a suspended physician has open in this process ends now; other processes look every few seconds."""
    account_id = await account_of_physician(physician_id)
    if account_id is not None:
        await close_sockets_of(account_ids=[account_id])
