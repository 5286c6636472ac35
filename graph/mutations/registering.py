"""Becoming a rater."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.mutations import errors
from graph.mutations.carrying_out import Refusal, Request, Work, carried_out
from graph.mutations.errors import MUTATION_ID, RegistrationStatus
from graph.mutations.requiring import require_person
from graph.types.physician import Physician
from resolvers.identity.registering import Registration, register_physician
from resolvers.viewers import Role, Status, Viewer
from resolvers.writes.replays import Outcome


@strawberry.input(description="A licence to practise medicine. Only its owner and moderators ever see its number.")
class LicenceInput:
    country: str = strawberry.field(description="The country that it is good for, ISO 3166-1 alpha-2.")
    authority: str = strawberry.field(
        description="Who gave it, such as `General Medical Council`; for the US `NPI`, or an empty text."
    )
    number: str = strawberry.field(
        description="Its number as it is written on it; for the US the NPI of 10 digits with its check digit."
    )


@strawberry.input(description="What somebody says of themselves who registers as a physician.")
class RegisterPhysicianInput:
    licence: LicenceInput = strawberry.field(description="The licence by which they are verified.")
    specialty: str = strawberry.field(description="One of `meta.specialties`, in any letter case.")
    years_in_practice: int = strawberry.field(description="Whole years, 0 to 80.")
    client_mutation_id: str | None = strawberry.field(default=None, description=MUTATION_ID)


@strawberry.type(description="The viewer has registered as a physician.")
class RegisterPhysicianSuccess:
    physician: Physician = strawberry.field(description="The viewer as a physician, under their own pseudonym.")
    status: RegistrationStatus = strawberry.field(
        description="VERIFIED if a registry has exactly this licence; otherwise PENDING, until a moderator decides."
    )
    client_mutation_id: str | None = strawberry.field(description="As given.")


RegisterPhysicianResult = Annotated[
    RegisterPhysicianSuccess
    | errors.NotAuthenticated
    | errors.NotPermitted
    | errors.InvalidRegistration
    | errors.AlreadyRegistered
    | errors.LicenceTaken
    | errors.UnknownPhysician
    | errors.RateLimited
    | errors.ClientMutationIdReused,
    strawberry.union("RegisterPhysicianResult", description="What became of a registration."),
]


@strawberry.type
class RegisteringMutations:
    @strawberry.mutation(
        description="Registers the viewer as a physician. One licence, one physician; somebody who was rejected may "
        "register again."
    )
    async def register_physician(
        self,
        info: Info,
        input: Annotated[RegisterPhysicianInput, strawberry.argument(description="Who they are.")],
    ) -> RegisterPhysicianResult:
        licence, client_mutation_id = input.licence, input.client_mutation_id
        registration = Registration(
            licence.country, licence.authority, licence.number, input.specialty, input.years_in_practice
        )
        key = info.context.identity_key

        async def plan(viewer: Viewer, now: datetime) -> Work:
            account_id = require_person(viewer)
            assert key is not None  # noqa: S101 - a person has signed in

            async def work() -> Outcome:
                registered = await register_physician(account_id, registration, key, now)
                return {"physician": registered.physician_id, "status": registered.status.name}

            return work

        async def present(outcome: Outcome) -> RegisterPhysicianSuccess:
            status = Status[outcome["status"]]
            _become(info, outcome["physician"], status)
            physician = await info.context.loaders.physician_by_id.load(outcome["physician"])
            if physician is None:
                raise Refusal(errors.UnknownPhysician(message="The registration was written, and is gone since."))
            return RegisterPhysicianSuccess(
                physician=physician,
                status=RegistrationStatus[status.name],
                client_mutation_id=client_mutation_id,
            )

        # The number takes part as what it is recognised by: a plain digest of so few digits could be guessed.
        number = "" if key is None else key.number_hash(licence.country, licence.authority, licence.number)
        arguments = {
            "country": licence.country,
            "authority": licence.authority,
            "number": number,
            "specialty": input.specialty,
            "yearsInPractice": input.years_in_practice,
        }
        request = Request("registerPhysician", arguments, client_mutation_id)
        return await carried_out(info, request, require_person, plan, present)


def _become(info: Info, physician_id: int, status: Status) -> None:
    """The rest of this operation is asked by who the viewer is now."""
    viewer = info.context.viewer
    role = viewer.role
    if role is not Role.MODERATOR:
        role = Role.PHYSICIAN if status is Status.VERIFIED else Role.REGISTERED
    info.context.forget(replace(viewer, role=role, physician_id=physician_id, status=status))
