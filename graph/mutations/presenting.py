"""Failures below GraphQL as members of a mutation's result."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from graph.errors import message_of
from graph.mutations import errors
from graph.mutations.errors import Error, FieldProblem, RegistrationStatus
from resolvers.errors import PeerscoreError
from resolvers.identity import deciding as physicians
from resolvers.identity import registering
from resolvers.identity.errors import AccountGone
from resolvers.moderation import errors as moderation
from resolvers.ratings import of_others, retiring, revising, submitting
from resolvers.references import UnknownReference
from resolvers.viewers import Status
from resolvers.writes import allowance, replays


def status_of(status: Status | None) -> RegistrationStatus | None:
    """How far a registration has come, as the API has it; None without one."""
    return None if status is None else RegistrationStatus[status.name]


def presented_failure(failure: PeerscoreError, now: datetime) -> Error | None:
    """The failure as clients see it; None for one that no mutation foresees."""
    if isinstance(failure, allowance.WritesUsedUp):
        seconds = max(1, math.ceil((failure.retry_at - now).total_seconds()))
        return errors.RateLimited(message=str(failure), retry_at=failure.retry_at, retry_after_seconds=seconds)
    present = PRESENTED.get(type(failure))
    return None if present is None else present(failure)


def _unknown_reference(failure: UnknownReference) -> Error:
    kind = errors.UnknownDrug if failure.kind == "drug" else errors.UnknownIndication
    return kind(message=message_of(failure))


REGISTRATION_FIELDS = {
    "country": "licence.country",
    "authority": "licence.authority",
    "number": "licence.number",
    "years_in_practice": "yearsInPractice",
}
"""What the input calls the fields that go by another name below GraphQL."""


def _invalid_registration(failure: registering.InvalidRegistration) -> Error:
    problems = [
        FieldProblem(field=REGISTRATION_FIELDS.get(name, name), reason=reason) for name, reason in failure.problems
    ]
    sentence = "; ".join(f"`{problem.field}` {problem.reason}" for problem in problems)
    return errors.InvalidRegistration(message=f"The registration cannot be taken: {sentence}.", problems=problems)


PRESENTED: dict[type[PeerscoreError], Callable[[Any], Error]] = {
    replays.MutationIdReused: lambda failure: errors.ClientMutationIdReused(message=str(failure)),
    submitting.NotVerifiedNow: lambda failure: errors.NotVerified(
        message=str(failure), status=status_of(failure.status)
    ),
    submitting.RatingExcluded: lambda failure: errors.RatingExcluded(message=str(failure), reason=failure.reason),
    revising.RatingUnknown: lambda _: errors.UnknownRating(message="There is no such rating."),
    of_others.OwnRating: lambda failure: errors.OwnRating(message=str(failure)),
    UnknownReference: _unknown_reference,
    registering.InvalidRegistration: _invalid_registration,
    registering.AlreadyRegistered: lambda failure: errors.AlreadyRegistered(
        message=str(failure), status=RegistrationStatus[failure.status.name]
    ),
    registering.LicenceTaken: lambda failure: errors.LicenceTaken(message=str(failure)),
    AccountGone: lambda failure: errors.NotAuthenticated(message=str(failure)),
    physicians.UnknownPhysician: lambda failure: errors.UnknownPhysician(message=str(failure)),
    physicians.ImpossibleDecision: lambda failure: errors.ImpossibleDecision(message=str(failure)),
    physicians.LicenceGone: lambda failure: errors.ImpossibleDecision(message=str(failure)),
    retiring.NotExcluded: lambda _: errors.ImpossibleDecision(message="The rating is not excluded."),
    moderation.ImpossibleModeration: lambda failure: errors.ImpossibleDecision(message=str(failure)),
    moderation.CommentChanged: lambda failure: errors.CommentChanged(message=str(failure)),
    moderation.InvalidNote: lambda failure: errors.InvalidNote(message=str(failure)),
}
"""What each failure becomes."""
