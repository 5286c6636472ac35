"""Why a mutation did not do what it was asked: expected failures, as members of its result."""

import enum
from datetime import datetime
from typing import Annotated

import strawberry

from graph.types.rating import Rating


@strawberry.interface(description="Why a mutation did not do what it was asked; the message is written for people.")
class Error:
    message: str = strawberry.field(description="What was wrong, in a sentence.")


@strawberry.type(description="Nobody has signed in, and this needs a person.")
class NotAuthenticated(Error):
    pass


@strawberry.type(description="Who asks may not do this.")
class NotPermitted(Error):
    pass


@strawberry.enum(description="How far a physician's registration has come.")
class RegistrationStatus(enum.Enum):
    PENDING = strawberry.enum_value("PENDING", description="A moderator has to look at the licence.")
    VERIFIED = strawberry.enum_value("VERIFIED", description="The licence is verified: the physician may rate.")
    REJECTED = strawberry.enum_value("REJECTED", description="The licence could not be verified.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="A moderator has suspended the physician.")


@strawberry.type(description="Only verified physicians may do this.")
class NotVerified(Error):
    status: RegistrationStatus | None = strawberry.field(
        description="How far the registration has come; null without one: `registerPhysician` begins it."
    )


@strawberry.type(description="There is no such drug.")
class UnknownDrug(Error):
    pass


@strawberry.type(description="There is no such indication.")
class UnknownIndication(Error):
    pass


@strawberry.type(description="There is no such rating, or it is not one that who asks can change.")
class UnknownRating(Error):
    pass


@strawberry.type(description="There is no such physician.")
class UnknownPhysician(Error):
    pass


@strawberry.type(description="One thing that is wrong with an input.")
class FieldProblem:
    field: str = strawberry.field(description="The field of the input, such as `efficacy`.")
    reason: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="The rating cannot be taken as it is; nothing was written.")
class InvalidRating(Error):
    problems: list[FieldProblem] = strawberry.field(description="Everything that is wrong, field by field.")


@strawberry.enum(description="What the screening of a comment looks for.")
class CommentFinding(enum.Enum):
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail address.")
    PHONE = strawberry.enum_value("PHONE", description="A telephone number.")
    DATE_OF_BIRTH = strawberry.enum_value("DATE_OF_BIRTH", description="A full date that may be a patient's.")
    RECORD_NUMBER = strawberry.enum_value("RECORD_NUMBER", description="The number of a record or an insurance.")
    PERSON_NAME = strawberry.enum_value("PERSON_NAME", description="What may be a person's name.")
    AGE_OVER_89 = strawberry.enum_value("AGE_OVER_89", description="An age above 89 years.")
    ADDRESS = strawberry.enum_value("ADDRESS", description="A postal address.")
    ADVERSE_EVENT = strawberry.enum_value("ADVERSE_EVENT", description="A possible adverse event in a patient.")


@strawberry.type(
    description="The rating was written and its levels count; its comment waits for a moderator before it is shown."
)
class CommentHeld(Error):
    rating: Rating = strawberry.field(description="The rating as written, without the comment.")
    findings: list[CommentFinding] = strawberry.field(description="What in the comment has to be looked at.")
    created: bool = strawberry.field(description="true: a new rating; false: an earlier one was revised.")
    client_mutation_id: str | None = strawberry.field(description="As given.")


@strawberry.type(description="A moderator has taken the rating out; it cannot be given anew.")
class RatingExcluded(Error):
    reason: str | None = strawberry.field(description="The moderator's reason, if there is one.")


@strawberry.type(description="One's own rating cannot be found helpful or reported.")
class OwnRating(Error):
    pass


@strawberry.type(description="The registration cannot be taken as it is; nothing was written.")
class InvalidRegistration(Error):
    problems: list[FieldProblem] = strawberry.field(description="Everything that is wrong, field by field.")


@strawberry.type(description="Who asks has registered as a physician already.")
class AlreadyRegistered(Error):
    status: RegistrationStatus = strawberry.field(description="How far that registration has come.")


@strawberry.type(description="Another physician has registered with this licence.")
class LicenceTaken(Error):
    pass


@strawberry.type(description="Too many writes in too short a time; nothing was written.")
class RateLimited(Error):
    retry_at: datetime = strawberry.field(description="When the same can be tried again, in UTC.")
    retry_after_seconds: int = strawberry.field(description="The same as whole seconds from now, at least 1.")


@strawberry.type(description="The `clientMutationId` was used before, with another input or for another mutation.")
class ClientMutationIdReused(Error):
    pass


@strawberry.type(description="The decision is not possible as things stand.")
class ImpossibleDecision(Error):
    pass


@strawberry.type(description="The comment is not the one that the moderator has read; nothing was decided.")
class CommentChanged(Error):
    pass


@strawberry.type(description="The note cannot be taken as it is; nothing was decided.")
class InvalidNote(Error):
    pass


MUTATION_ID = (
    "Any text of 1 to 100 characters that the client makes up. The same mutation sent again with it gives the same "
    "result and does nothing, for 7 days."
)

ClientMutationId = Annotated[str | None, strawberry.argument(description=MUTATION_ID)]
