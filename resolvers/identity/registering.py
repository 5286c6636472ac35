"""Registering as a physician: from an account to somebody who waits to be verified, or is verified at once."""

from dataclasses import dataclass, field
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from models import Physician
from resolvers.audit import REGISTRY, write_audit
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.feed.writing import note_standing
from resolvers.identity.errors import AccountGone
from resolvers.identity.key import IdentityKey
from resolvers.identity.licences import InvalidLicence, LicenceNumber, Problem, normalised
from resolvers.identity.matching import is_in_registry, lock_registry_against_matching
from resolvers.identity.sealing import licence_context
from resolvers.moderation.cases import CaseKind, open_case
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.writing import begin_writing
from resolvers.reads.specialties import UnknownSpecialty, specialty_named
from resolvers.sql import Parameters, fetch_returned, fetch_rows
from resolvers.viewers import Status

LONGEST_PRACTICE = 80
"""Years; what the table of physicians holds."""


class InvalidRegistration(PeerscoreError):
    """What was given cannot be registered; `problems` has each field and the reason, and repeats no licence number."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name} {reason}" for name, reason in problems) + ".")


class AlreadyRegistered(PeerscoreError):
    """The account has registered as a physician; `status` is what has become of it."""

    def __init__(self, status: Status) -> None:
        self.status = status
        super().__init__(f"You have registered as a physician already; your registration is {status.name.lower()}.")


class LicenceTaken(PeerscoreError):
    """Another physician has registered with the same licence."""

    def __init__(self) -> None:
        super().__init__(
            "Another account has registered with this licence. If it is yours, ask the people who run this service."
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody says of themselves who registers as a physician.

    `country`, `authority` and `number` are those of the licence; the country is also the one where they practise.
    """

    country: str
    authority: str
    number: str = field(repr=False)
    specialty: str
    years_in_practice: int


@dataclass(frozen=True, slots=True)
class Registered:
    """What has become of a registration."""

    physician_id: int
    status: Status


@dataclass(frozen=True, slots=True)
class _Checked:
    """A registration whose values can be kept."""

    licence: LicenceNumber
    number_hash: str
    specialty_id: int
    years_in_practice: int


async def register_physician(
    account_id: int, registration: Registration, key: IdentityKey, now: datetime
) -> Registered:
    """Make a physician of an account, all or nothing.

    If a registry that was imported has the licence, with the same specialty or with none, they are verified at once;
    otherwise they wait for a moderator. Somebody who was rejected may register again, and stays the same physician. A
    licence with which somebody was rejected is free for others, so that nobody can keep a licence from its owner.

    Args:
        account_id: whose registration it is.
        registration: what they say of themselves.
        key: hashes and seals the licence's number.
        now: when.

    Raises:
        InvalidRegistration: with each field that is wrong.
        AlreadyRegistered: the account has a registration that was not rejected.
        LicenceTaken: another physician has this licence.
        AccountGone: there is no such account any more.
    """
    checked = await _checked(registration, key)
    async with in_transaction() as connection:
        await begin_writing(connection)
        await lock_registry_against_matching(connection)
        await _lock_account(account_id)
        earlier = await _earlier_physician(account_id)
        await _free_licences(connection, earlier, checked.number_hash)
        physician_id = await _described(earlier, checked, now)
        await _add_licence(physician_id, checked, key)
        in_registry = await is_in_registry(checked.number_hash, checked.specialty_id)
        status = Status.VERIFIED if in_registry else Status.PENDING
        await _set_registration(account_id, physician_id, status, checked.years_in_practice, now)
        subject = f"physician:{physician_id}"
        await write_audit(subject, "PHYSICIAN_REGISTERED", subject, {"again": earlier is not None}, now)
        if in_registry:
            await Physician.filter(id=physician_id).update(verified=True)
            await note_standing(now, account_id=account_id)
            await write_audit(
                REGISTRY, "PHYSICIAN_VERIFIED", subject, {"from": Status.PENDING.name, "to": status.name}, now
            )
        else:
            await open_case(CaseKind.REGISTRATION, physician_id=physician_id, now=now)
    return Registered(physician_id, status)


async def _checked(registration: Registration, key: IdentityKey) -> _Checked:
    problems: list[Problem] = []
    licence, specialty_id, years = None, 0, registration.years_in_practice
    try:
        licence = normalised(registration.country, registration.authority, registration.number)
    except InvalidLicence as error:
        problems += error.problems
    try:
        specialty_id, _ = await specialty_named(registration.specialty.strip())
    except UnknownSpecialty:
        problems.append(("specialty", "is none of the catalogue's specialties"))
    if not 0 <= years <= LONGEST_PRACTICE:
        problems.append(("years_in_practice", f"is not from 0 to {LONGEST_PRACTICE}"))
    if problems or licence is None:
        raise InvalidRegistration(tuple(problems))
    return _Checked(licence, licence.hashed(key), specialty_id, years)


async def _lock_account(account_id: int) -> None:
    """Let no other transaction register or erase this account until this one ends; on SQLite this one is alone.

    Other mutations of the account, which keep it from being erased, go on.
    """
    parameters = Parameters()
    lock = "" if parameters.dialect == "sqlite" else " FOR NO KEY UPDATE"
    if not await fetch_rows(f"SELECT id FROM account WHERE id = {parameters.bind(account_id)}{lock}", parameters):
        raise AccountGone


async def _earlier_physician(account_id: int) -> int | None:
    """The physician that the account registered as before and was rejected."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT physician_id, status FROM registration WHERE account_id = {parameters.bind(account_id)}", parameters
    )
    if not rows:
        return None
    [(physician_id, status)] = rows
    # A moderator may change their mind about a rejected one until its row is locked below.
    if Status(status) is not Status.REJECTED:
        raise AlreadyRegistered(Status(status))
    return int(physician_id)


async def _free_licences(connection: BaseDBAsyncClient, earlier: int | None, number_hash: str) -> None:
    """Take away the licence with which the account was rejected, and the wanted one from whoever was rejected with it.

    The physicians are locked first, all at once, and only what is then still rejected counts.
    """
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT physician_id FROM licence WHERE number_hash = {parameters.bind(number_hash)}", parameters
    )
    concerned = {physician_id for (physician_id,) in rows} | ({earlier} if earlier is not None else set())
    if not concerned:
        return
    await lock_physicians(connection, concerned)
    if earlier is not None:
        parameters = Parameters()
        [(status,)] = await fetch_rows(
            f"SELECT status FROM registration WHERE physician_id = {parameters.bind(earlier)}", parameters
        )
        if Status(status) is not Status.REJECTED:
            raise AlreadyRegistered(Status(status))
    parameters = Parameters()
    await connection.execute_query(
        f"DELETE FROM licence WHERE {parameters.member_of('physician_id', concerned)} AND EXISTS (SELECT 1"
        " FROM registration WHERE registration.physician_id = licence.physician_id"
        f" AND registration.status = {parameters.bind(Status.REJECTED.value)})",
        parameters.values,
    )


async def _described(earlier: int | None, checked: _Checked, now: datetime) -> int:
    """The physician as they describe themselves now: a new one, or the one that they were before."""
    parameters = Parameters()
    description = {
        "specialty_id": checked.specialty_id,
        "country": checked.licence.country,
        "years_in_practice": checked.years_in_practice,
        "profile_at": now,
    }
    if earlier is not None:
        await Physician.filter(id=earlier).update(**description)
        return earlier
    values = (*description.values(), False, False)
    [(physician_id,)] = await fetch_returned(
        f"INSERT INTO physician ({', '.join(description)}, verified, simulated)"
        f" VALUES ({', '.join(map(parameters.bind, values))}) RETURNING id",
        parameters,
    )
    return int(physician_id)


async def _add_licence(physician_id: int, checked: _Checked, key: IdentityKey) -> None:
    parameters = Parameters()
    licence = checked.licence
    sealed = key.seal(licence.number, licence_context(physician_id))
    values = (physician_id, licence.country, licence.authority, checked.number_hash, sealed)
    added = await fetch_returned(
        "INSERT INTO licence (physician_id, country, authority, number_hash, number_sealed)"
        f" VALUES ({', '.join(map(parameters.bind, values))}) ON CONFLICT (number_hash) DO NOTHING RETURNING id",
        parameters,
    )
    if not added:
        raise LicenceTaken


async def _set_registration(account_id: int, physician_id: int, status: Status, years: int, now: datetime) -> None:
    parameters = Parameters()
    decided_at = now if status is Status.VERIFIED else None
    values = (account_id, physician_id, status.value, now.year - years, now, decided_at)
    await database().execute_query(
        "INSERT INTO registration (account_id, physician_id, status, practising_since, registered_at, decided_at)"
        f" VALUES ({', '.join(map(parameters.bind, values))}) ON CONFLICT (account_id) DO UPDATE SET"
        " status = excluded.status, practising_since = excluded.practising_since,"
        " registered_at = excluded.registered_at, decided_at = excluded.decided_at",
        parameters.values,
    )
