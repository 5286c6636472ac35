"""Becoming a rater: from signing in to being verified."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from models import AuditEntry, Licence, Physician, Registration
from tests.api.people import Person, Server, served, submit
from tests.registrations import NPI, import_registry

REGISTER = """mutation($input: RegisterPhysicianInput!) { registerPhysician(input: $input) { __typename
  ... on RegisterPhysicianSuccess { status clientMutationId
    physician { id specialty country experience verified ratingCount } }
  ... on InvalidRegistration { problems { field reason } } ... on AlreadyRegistered { status }
  ... on Error { message } } }"""
VIEWER = """{ viewer { role status licence { country authority number } physician { id specialty } } }"""
DECIDE = """mutation($id: ID!, $decision: VerificationDecision!) { verifyPhysician(id: $id, decision: $decision) {
  __typename ... on VerifyPhysicianSuccess { status } ... on Error { message } } }"""
QUEUE = "{ moderationQueue(kinds: [REGISTRATION]) { edges { node { kind urgent physician { id specialty } } } } }"

GERMAN = {"country": "de", "authority": " Ärztekammer  Köln ", "number": "AB-12/345"}
AMERICAN = {"country": "US", "authority": "", "number": NPI}


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


def registration(licence: dict[str, str] = GERMAN, **changes: object) -> dict[str, object]:
    return {"licence": licence, "specialty": "rheumatology", "yearsInPractice": 10, **changes}


async def register(person: Person, licence: dict[str, str] = GERMAN, **changes: object) -> Any:  # noqa: ANN401
    return await person.result(REGISTER, input=registration(licence, **changes))


async def test_somebody_registers_and_waits(server: Server) -> None:
    ann = server.person("ann")
    registered = await register(ann)
    me = registered["physician"]["id"]
    assert registered == {
        "__typename": "RegisterPhysicianSuccess",
        "status": "PENDING",
        "clientMutationId": None,
        "physician": {
            "id": me,
            "specialty": "Rheumatology",
            "country": "DE",
            "experience": "ESTABLISHED",
            "verified": False,
            "ratingCount": 0,
        },
    }
    assert await ann.result(VIEWER) == {
        "role": "REGISTERED",
        "status": "PENDING",
        "licence": {"country": "DE", "authority": "Ärztekammer Köln", "number": "AB-12/345"},
        "physician": {"id": me, "specialty": "Rheumatology"},
    }
    assert await submit(ann) == {
        "__typename": "NotVerified",
        "status": "PENDING",
        "message": "Only verified physicians may do this.",
    }
    (case,) = (await server.moderator().result(QUEUE))["edges"]
    assert case["node"]["physician"]["id"] != me
    assert (case["node"]["kind"], case["node"]["urgent"]) == ("REGISTRATION", False)


async def test_an_exact_match_with_a_registry_verifies_at_once(server: Server, tmp_path: Path) -> None:
    await import_registry(tmp_path, "country,authority,number\nDE,Ärztekammer Köln,AB12345\n")
    ann = server.person("ann")
    registered = await register(ann)
    assert (registered["status"], registered["physician"]["verified"]) == ("VERIFIED", True)
    assert (await ann.result(VIEWER))["role"] == "PHYSICIAN"
    assert (await submit(ann))["__typename"] == "SubmitRatingSuccess"
    assert (await server.moderator().result(QUEUE))["edges"] == []


async def test_a_registry_that_comes_later_verifies_who_waits(server: Server, tmp_path: Path) -> None:
    ann, bob = server.person("ann"), server.person("bob")
    await register(ann)
    await register(bob, AMERICAN)
    await import_registry(tmp_path, f"country,authority,number\nUS,NPI,{NPI}\n")
    assert [(await one.result(VIEWER))["status"] for one in (ann, bob)] == ["PENDING", "VERIFIED"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"licence": {**AMERICAN, "number": "1234567890"}},
            [("licence.number", "is not an NPI: ten digits, of which the last checks the others")],
        ),
        (
            {"licence": {**AMERICAN, "authority": "FDA"}},
            [("licence.authority", "is NPI for US, or left empty")],
        ),
        (
            {"licence": {"country": "XX", "authority": " ", "number": ""}},
            [
                ("licence.country", "is not an ISO 3166-1 alpha-2 code"),
                ("licence.authority", "is empty"),
                ("licence.number", "is empty"),
            ],
        ),
        (
            {"licence": {**GERMAN, "authority": "\0", "number": "12\x00345"}},
            [
                ("licence.authority", "has characters that cannot be printed"),
                (
                    "licence.number",
                    "has other characters than letters, digits, blanks, hyphens, slashes and full stops",
                ),
            ],
        ),
        (
            {"licence": {**GERMAN, "authority": "x" * 101, "number": "1" * 100_000}},
            [
                ("licence.authority", "is longer than 100 characters"),
                ("licence.number", "has not 3 to 30 letters and digits"),
            ],
        ),
        (
            {"specialty": "Astrology\0", "yearsInPractice": 81},
            [("specialty", "is none of the catalogue's specialties"), ("yearsInPractice", "is not from 0 to 80")],
        ),
        ({"yearsInPractice": -1}, [("yearsInPractice", "is not from 0 to 80")]),
    ],
)
async def test_what_cannot_be_registered_says_all_that_is_wrong(
    server: Server, changes: dict[str, object], problems: list[tuple[str, str]]
) -> None:
    ann = server.person("ann")
    sentence = "; ".join(f"`{field}` {reason}" for field, reason in problems)
    assert await ann.result(REGISTER, input=registration(**{"licence": GERMAN, **changes})) == {
        "__typename": "InvalidRegistration",
        "message": f"The registration cannot be taken: {sentence}.",
        "problems": [{"field": field, "reason": reason} for field, reason in problems],
    }
    assert await Registration.all().count() == await Physician.all().count() == 0


async def test_one_licence_is_one_physician_and_one_person_registers_once(server: Server) -> None:
    ann, bob = server.person("ann"), server.person("bob")
    await register(ann)
    taken = await register(bob, {**GERMAN, "number": "ab 12 345"})
    assert taken == {
        "__typename": "LicenceTaken",
        "message": "Another account has registered with this licence. If it is yours, ask the people who run this "
        "service.",
    }
    assert await register(ann, AMERICAN) == {
        "__typename": "AlreadyRegistered",
        "status": "PENDING",
        "message": "You have registered as a physician already; your registration is pending.",
    }
    assert await Registration.all().count() == await Physician.all().count() == await Licence.all().count() == 1


async def test_many_who_claim_a_licence_at_once_are_one_physician(server: Server) -> None:
    claimed = await asyncio.gather(*(register(server.person(f"person {number}")) for number in range(20)))
    kinds = [one["__typename"] for one in claimed]
    assert sorted(set(kinds)) == ["LicenceTaken", "RegisterPhysicianSuccess"]
    assert kinds.count("RegisterPhysicianSuccess") == 1
    assert await Physician.all().count() == 1
    assert await AuditEntry.filter(action="PHYSICIAN_REGISTERED").count() == 1


async def test_who_was_rejected_may_register_again_and_stays_the_same_physician(server: Server) -> None:
    ann, moderator = server.person("ann"), server.moderator()
    first = await register(ann)
    (case,) = (await moderator.result(QUEUE))["edges"]
    decided = await moderator.result(DECIDE, id=case["node"]["physician"]["id"], decision="REJECT")
    assert decided == {"__typename": "VerifyPhysicianSuccess", "status": "REJECTED"}
    assert (await ann.result(VIEWER))["status"] == "REJECTED"
    again = await register(ann, AMERICAN, specialty="Nephrology")
    assert again["status"] == "PENDING"
    assert (again["physician"]["id"], again["physician"]["specialty"]) == (first["physician"]["id"], "Nephrology")


async def test_only_a_person_registers(server: Server) -> None:
    assert (await register(server.anonymous()))["__typename"] == "NotAuthenticated"
    assert (await register(await server.integrator()))["__typename"] == "NotPermitted"
    assert await Registration.all().count() == 0


async def test_a_moderator_may_be_a_physician_as_well(server: Server) -> None:
    moderator = server.moderator()
    assert (await register(moderator))["status"] == "PENDING"
    found = await moderator.result(VIEWER)
    assert (found["role"], found["status"]) == ("MODERATOR", "PENDING")
    (case,) = (await moderator.result(QUEUE))["edges"]
    own = {"id": case["node"]["physician"]["id"], "decision": "VERIFY"}
    assert await moderator.result(DECIDE, **own) == {
        "__typename": "NotPermitted",
        "message": "Another moderator has to decide about you and your ratings.",
    }
    assert (await server.moderator("another").result(DECIDE, **own))["status"] == "VERIFIED"
