"""Registering as a physician."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from models import Account, AuditEntry, Licence, ModerationCase, Physician, Specialty
from models import Registration as StoredRegistration
from models.moderation import REGISTRATION_CASE
from resolvers.audit import REGISTRY
from resolvers.identity.accounts import standing_of
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.identity.looking import LicenceRecord, own_licence
from resolvers.identity.registering import (
    AccountGone,
    AlreadyRegistered,
    InvalidRegistration,
    LicenceTaken,
    Registered,
    Registration,
    register_physician,
)
from resolvers.viewers import Status
from tests.raters import add_account
from tests.registrations import ANN, BOB, KEY, LATER, MODERATOR, NOW, NPI, audit, import_registry, register

pytestmark = pytest.mark.usefixtures("catalogue")


async def test_a_physician_waits_for_a_moderator() -> None:
    account_id = await add_account("ann")

    registered = await register_physician(account_id, replace(ANN, specialty=" rheumatology "), KEY, NOW)

    physician = await Physician.get(id=registered.physician_id).prefetch_related("specialty")
    assert registered == Registered(physician.id, Status.PENDING)
    assert (physician.specialty.name, physician.country, physician.years_in_practice) == ("Rheumatology", "DE", 10)
    assert (physician.profile_at, physician.verified, physician.simulated) == (NOW, False, False)
    registration = await StoredRegistration.get(account_id=account_id, physician_id=physician.id)
    assert (registration.practising_since, registration.registered_at, registration.decided_at) == (2016, NOW, None)
    assert (await standing_of([account_id]))[account_id].status is Status.PENDING
    case = await ModerationCase.get()
    assert (case.kind, case.physician_id, case.closed_at) == (REGISTRATION_CASE, physician.id, None)
    subject = f"physician:{physician.id}"
    assert await audit() == [(subject, "PHYSICIAN_REGISTERED", subject)]


async def test_a_licence_is_hashed_and_sealed_and_its_owner_can_read_it() -> None:
    registered = await register("ann")

    licence = await Licence.get()
    assert (licence.country, licence.authority) == ("DE", "Ärztekammer Köln")
    # As tests/unit/test_identity_licences.py has it: words of the authority, letters and digits of the number.
    assert licence.number_hash == KEY.number_hash("DE", "arztekammer koln", "AB12345")
    assert b"12" not in bytes(licence.number_sealed)[12:] or b"AB-12/345" not in bytes(licence.number_sealed)
    found = await own_licence(registered.physician_id, KEY)
    assert found == LicenceRecord("DE", "Ärztekammer Köln", "AB-12/345")
    assert "345" not in repr(found)
    assert await own_licence(999, KEY) is None


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"number": ""}, ["number"]),
        ({"country": "XX"}, ["country"]),
        ({"authority": " "}, ["authority"]),
        ({"specialty": "Astrology"}, ["specialty"]),
        ({"specialty": ""}, ["specialty"]),
        ({"years_in_practice": -1}, ["years_in_practice"]),
        ({"years_in_practice": 81}, ["years_in_practice"]),
        ({"country": "US", "authority": "", "number": "1234567890"}, ["number"]),
        ({"country": "", "number": "#", "specialty": "?", "years_in_practice": 99}, None),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_written(
    changes: dict[str, str | int], fields: list[str] | None
) -> None:
    with pytest.raises(InvalidRegistration) as raised:
        await register("ann", **changes)

    found = [field for field, _ in raised.value.problems]
    assert found == (fields or ["country", "number", "specialty", "years_in_practice"])
    assert await Physician.all().count() == 0
    assert await audit() == []


@pytest.mark.parametrize("years", [0, 80])
async def test_the_first_and_the_last_possible_year(years: int) -> None:
    await register("ann", years_in_practice=years)

    assert (await StoredRegistration.get()).practising_since == 2026 - years


async def test_a_registry_verifies_at_once(tmp_path: Path) -> None:
    await import_registry(tmp_path, f"country,authority,number,specialty\nUS,NPI,{NPI},Family Practice\n")

    registered = await register("bob", BOB)

    assert registered.status is Status.VERIFIED
    assert (await Physician.get()).verified
    stored = await StoredRegistration.get()
    assert (stored.status, stored.decided_at) == (Status.VERIFIED.value, NOW)
    assert await ModerationCase.all().count() == 0
    subject = f"physician:{registered.physician_id}"
    assert await audit() == [(subject, "PHYSICIAN_REGISTERED", subject), (REGISTRY, "PHYSICIAN_VERIFIED", subject)]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (f"US,,{NPI},", Status.VERIFIED),
        (f"us,npi,{NPI},family practice", Status.VERIFIED),
        (f"US,NPI,{NPI},Rheumatology", Status.PENDING),
        ("US,NPI,1245319599,Family Practice", Status.PENDING),
        (f"CA,NPI,{NPI},Family Practice", Status.PENDING),
    ],
)
async def test_only_an_exact_match_verifies(line: str, status: Status, tmp_path: Path) -> None:
    outcome = await import_registry(tmp_path, f"country,authority,number,specialty\n{line}\n")

    assert (outcome.accepted, (await register("bob", BOB)).status) == (1, status)


async def test_an_account_registers_once() -> None:
    account_id = await add_account("ann")
    await register_physician(account_id, ANN, KEY, NOW)

    with pytest.raises(AlreadyRegistered) as raised:
        await register_physician(account_id, BOB, KEY, NOW)

    assert raised.value.status is Status.PENDING
    assert await Physician.all().count() == 1


async def test_a_licence_has_one_physician_however_it_is_written() -> None:
    await register("ann")

    with pytest.raises(LicenceTaken) as raised:
        await register("eve", number="ab12345", authority="ärztekammer köln")

    assert "12345" not in str(raised.value)
    assert await Physician.all().count() == 1
    assert await StoredRegistration.all().count() == 1
    assert await ModerationCase.all().count() == 1


async def test_of_twenty_with_one_licence_one_is_registered() -> None:
    accounts = [await add_account(f"eve{number}x") for number in range(20)]

    outcomes = await asyncio.gather(
        *(register_physician(account_id, ANN, KEY, NOW) for account_id in accounts), return_exceptions=True
    )

    assert sum(isinstance(outcome, Registered) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LicenceTaken) for outcome in outcomes) == 19
    assert await Physician.all().count() == await Licence.all().count() == await AuditEntry.all().count() == 1


async def test_of_twenty_registrations_of_one_account_one_is_made() -> None:
    account_id = await add_account("ann")

    outcomes = await asyncio.gather(
        *(register_physician(account_id, replace(ANN, number=f"AB{number}000"), KEY, NOW) for number in range(20)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Registered) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyRegistered) for outcome in outcomes) == 19
    assert await Physician.all().count() == await Licence.all().count() == 1


async def test_who_was_rejected_may_register_again_and_stays_the_same_physician() -> None:
    account_id = await add_account("ann")
    first = await register_physician(account_id, ANN, KEY, NOW)
    await decide_physician(first.physician_id, Decision.REJECT, "Wrong number.", MODERATOR, NOW)

    second = await register_physician(account_id, Registration("FR", "Ordre", "98765", "Nephrology", 12), KEY, LATER)

    assert second == Registered(first.physician_id, Status.PENDING)
    physician = await Physician.get().prefetch_related("specialty")
    assert (physician.specialty.name, physician.country, physician.years_in_practice) == ("Nephrology", "FR", 12)
    assert await own_licence(first.physician_id, KEY) == LicenceRecord("FR", "Ordre", "98765")
    stored = await StoredRegistration.get()
    assert (stored.status, stored.registered_at, stored.decided_at) == (Status.PENDING.value, LATER, None)
    assert await ModerationCase.filter(closed_at=None).count() == 1
    assert await ModerationCase.all().count() == 2


async def test_a_licence_that_brought_a_rejection_is_free_for_its_owner() -> None:
    thief = await register("eve")
    await decide_physician(thief.physician_id, Decision.REJECT, None, MODERATOR, NOW)

    owner = await register("ann")

    assert owner.physician_id != thief.physician_id
    assert await own_licence(thief.physician_id, KEY) is None
    assert await own_licence(owner.physician_id, KEY) == LicenceRecord("DE", "Ärztekammer Köln", "AB-12/345")
    with pytest.raises(LicenceTaken):
        await register_physician((await Account.get(subject_hash="eve".ljust(64, "0"))).id, ANN, KEY, LATER)


async def test_of_ten_who_want_a_rejected_ones_licence_one_gets_it() -> None:
    thief = await register("eve")
    await decide_physician(thief.physician_id, Decision.REJECT, None, MODERATOR, NOW)
    accounts = [await add_account(f"ann{number}x") for number in range(10)]

    outcomes = await asyncio.gather(
        *(register_physician(account_id, ANN, KEY, NOW) for account_id in accounts), return_exceptions=True
    )

    assert sum(isinstance(outcome, Registered) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LicenceTaken) for outcome in outcomes) == 9
    assert await Licence.all().count() == 1


async def test_an_erased_account_cannot_register() -> None:
    with pytest.raises(AccountGone):
        await register_physician(999, ANN, KEY, NOW)


async def test_the_specialties_of_the_examples_exist() -> None:
    assert await Specialty.filter(name__in=["Rheumatology", "Family Practice", "Nephrology"]).count() == 3
