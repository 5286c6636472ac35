"""Verifying physicians whose licence an imported registry has."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from resolvers.audit import REGISTRY, write_audit
from resolvers.database import database, dialect_of
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_standing
from resolvers.moderation.cases import CaseKind, close_case
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, fetch_returned, fetch_rows
from resolvers.viewers import Status

REGISTRY_LOCK = 7_337_004
"""PostgreSQL advisory lock between registering and matching. The number means nothing."""

VERIFIED_AT_ONCE = 1_000
"""How many physicians one transaction verifies at most: their rows stay locked until it ends."""

MATCHES = (
    "EXISTS (SELECT 1 FROM registry_licence JOIN licence ON licence.number_hash = registry_licence.number_hash"
    " JOIN physician ON physician.id = licence.physician_id WHERE licence.physician_id = registration.physician_id"
    " AND (registry_licence.specialty_id IS NULL OR registry_licence.specialty_id = physician.specialty_id))"
)
"""A condition on a registration: a registry has the licence, with the physician's specialty or with none."""


async def lock_registry_against_matching(connection: BaseDBAsyncClient) -> None:
    """Let no matching begin until this transaction ends. On SQLite a writing transaction is alone anyway.

    Somebody who registers while a registry is being imported is then either seen by the matching that follows each
    batch, or sees the batch.
    """
    if dialect_of(connection) == "postgres":
        await connection.execute_query("SELECT pg_advisory_xact_lock_shared($1)", [REGISTRY_LOCK])


async def is_in_registry(number_hash: str, specialty_id: int) -> bool:
    """Whether a registry has this licence, with this specialty or with none."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT 1 FROM registry_licence WHERE number_hash = {parameters.bind(number_hash)}"
        f" AND (specialty_id IS NULL OR specialty_id = {parameters.bind(specialty_id)})",
        parameters,
    )
    return bool(rows)


async def verify_matching(now: datetime) -> int:
    """Verify all physicians who wait for it and whose licence a registry has.

    Returns:
        How many have been verified.
    """
    verified = 0
    while step := await _verify_some(now):
        verified += step
    return verified


async def _verify_some(now: datetime) -> int:
    async with in_transaction() as connection:
        await begin_writing(connection)
        if dialect_of(connection) == "postgres":
            await connection.execute_query("SELECT pg_advisory_xact_lock($1)", [REGISTRY_LOCK])
        parameters = Parameters()
        rows = await fetch_rows(
            f"SELECT physician_id FROM registration WHERE status = {parameters.bind(Status.PENDING.value)}"
            f" AND {MATCHES} ORDER BY physician_id LIMIT {VERIFIED_AT_ONCE}",
            parameters,
        )
        found = [physician_id for (physician_id,) in rows]
        await lock_physicians(connection, found)
        verified = await _set_verified(found, now)
        for physician_id, account_id in verified:
            await close_case(CaseKind.REGISTRATION, physician_id, now)
            details = {"from": Status.PENDING.name, "to": Status.VERIFIED.name}
            await note_standing(now, account_id=account_id)
            await write_audit(REGISTRY, "PHYSICIAN_VERIFIED", f"physician:{physician_id}", details, now)
    wake_followers()
    return len(verified)


async def _set_verified(physicians: list[int], now: datetime) -> list[tuple[int, int]]:
    """Those of the physicians, now locked, for whom no moderator has decided in the meantime, with their accounts."""
    parameters = Parameters()
    changed = ", ".join(
        f"{column} = {parameters.bind(value)}"
        for column, value in (("status", Status.VERIFIED.value), ("decided_at", now))
    )
    rows = await fetch_returned(
        f"UPDATE registration SET {changed} WHERE {parameters.member_of('physician_id', physicians)}"
        f" AND status = {parameters.bind(Status.PENDING.value)} AND {MATCHES} RETURNING physician_id, account_id",
        parameters,
    )
    verified = sorted((physician_id, account_id) for physician_id, account_id in rows)
    parameters = Parameters()
    await database().execute_query(
        f"UPDATE physician SET verified = {parameters.bind(True)}"
        f" WHERE {parameters.member_of('id', [physician_id for physician_id, _ in verified])}",
        parameters.values,
    )
    return verified
