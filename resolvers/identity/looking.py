"""Looking at a physician's identity: one's own, or, with an entry in the audit log, another's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from resolvers.audit import write_audit
from resolvers.identity.deciding import UnknownPhysician
from resolvers.identity.key import IdentityKey
from resolvers.identity.sealing import licence_context
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, as_time, fetch_rows
from resolvers.viewers import Status


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """A licence in clear. The number is left out where the record is printed."""

    country: str
    authority: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """What a moderator needs to verify a physician.

    `licence` is None for a rejected physician with whose licence somebody else has registered since.
    `practising_since` is a year, `decided_at` None as long as nothing has been decided.
    """

    physician_id: int
    status: Status
    specialty: str
    country: str
    practising_since: int
    registered_at: datetime
    decided_at: datetime | None
    licence: LicenceRecord | None


async def look_at_identity(physician_id: int, key: IdentityKey, actor: str, now: datetime) -> IdentityRecord:
    """The identity of a physician; that somebody has looked at it is in the audit log before they see anything.

    There is no other way to another's licence number.

    Args:
        physician_id: whose identity.
        key: opens the number.
        actor: who looks, such as `account:7`.
        now: when.

    Raises:
        UnknownPhysician: nobody with this id has registered.
        SealBroken: the number was changed, or sealed with another key; the look is not in the log then.
    """
    async with in_transaction() as connection:
        await begin_writing(connection)
        parameters = Parameters()
        rows = await fetch_rows(
            "SELECT registration.status, specialty.name, physician.country, registration.practising_since,"
            " registration.registered_at, registration.decided_at, licence.country, licence.authority,"
            " licence.number_sealed FROM registration JOIN physician ON physician.id = registration.physician_id"
            " JOIN specialty ON specialty.id = physician.specialty_id"
            " LEFT JOIN licence ON licence.physician_id = physician.id"
            f" WHERE registration.physician_id = {parameters.bind(physician_id)}",
            parameters,
        )
        if not rows:
            raise UnknownPhysician(physician_id)
        [(status, specialty, country, practising_since, registered_at, decided_at, *licence)] = rows
        record = IdentityRecord(
            physician_id,
            Status(status),
            specialty,
            country,
            practising_since,
            as_time(registered_at),
            None if decided_at is None else as_time(decided_at),
            _opened(physician_id, licence, key),
        )
        await write_audit(actor, "IDENTITY_SEEN", f"physician:{physician_id}", {}, now)
    return record


async def own_licence(physician_id: int, key: IdentityKey) -> LicenceRecord | None:
    """A physician's licence, for themselves; None if they have none (any more).

    Raises:
        SealBroken: the number was changed, or sealed with another key.
    """
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT country, authority, number_sealed FROM licence WHERE physician_id = {parameters.bind(physician_id)}",
        parameters,
    )
    return _opened(physician_id, rows[0], key) if rows else None


def _opened(physician_id: int, licence: Sequence[Any], key: IdentityKey) -> LicenceRecord | None:
    country, authority, sealed = licence
    if sealed is None:
        return None
    return LicenceRecord(country, authority, key.unseal(bytes(sealed), licence_context(physician_id)))
