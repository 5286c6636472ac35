"""Accounts of people who sign in, and what each has come to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.database import database
from resolvers.sql import Parameters, fetch_rows
from resolvers.versions import VERSIONS, Versions
from resolvers.viewers import Status

COLUMNS = "account.id, registration.physician_id, registration.status, account.subject_hash"

OF_REGISTRATION = "LEFT JOIN registration ON registration.account_id = account.id"

SIGNED_IN = f"SELECT {COLUMNS} FROM account {OF_REGISTRATION}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account; `physician_id` and `status` are None for somebody who has not registered as a physician."""

    account_id: int
    physician_id: int | None
    status: Status | None


async def account_of(subject_hash: str, now: datetime) -> SignedIn:
    """The account of a person, which is made when they sign in for the first time.

    Args:
        subject_hash: by what they are recognised; see `IdentityKey.subject_hash`.
        now: when they sign in. Reviews that are older do not count as unread for a new account.
    """
    found = await _with_hash(subject_hash)
    while not found:
        # Another process may make the account at the same time, or erase it: the constraint decides.
        parameters = Parameters()
        values = ", ".join(map(parameters.bind, (subject_hash, now, now)))
        await database().execute_query(
            f"INSERT INTO account (subject_hash, created_at, reviews_seen_at) VALUES ({values})"
            " ON CONFLICT (subject_hash) DO NOTHING",
            parameters.values,
        )
        found = await _with_hash(subject_hash)
    return _signed_in(found[0])


async def accounts_of(subject_hashes: Sequence[str], now: datetime) -> tuple[list[SignedIn], Versions]:
    """The accounts of several people, in this order, as `account_of` has them, and the versions of the same moment.

    One statement for the versions and all accounts that exist.
    """
    parameters = Parameters()
    # The installation comes first, so that there is a row for its versions if none of the accounts exists.
    rows = await fetch_rows(
        f"SELECT {COLUMNS}, {VERSIONS} FROM installation"
        f" LEFT JOIN account ON {parameters.member_of('account.subject_hash', subject_hashes, 'text')}"
        f" {OF_REGISTRATION} WHERE installation.id = 1",
        parameters,
    )
    found = {row[3]: _signed_in(row[:4]) for row in rows if row[3] is not None}
    for subject_hash in subject_hashes:
        if subject_hash not in found:
            found[subject_hash] = await account_of(subject_hash, now)
    return [found[subject_hash] for subject_hash in subject_hashes], Versions._make(rows[0][4:])


async def standing_of(account_ids: Iterable[int]) -> dict[int, SignedIn]:
    """What has become of accounts, by their ids; one that has been erased is absent."""
    parameters = Parameters()
    rows = await fetch_rows(f"{SIGNED_IN} WHERE {parameters.member_of('account.id', account_ids)}", parameters)
    return {row[0]: _signed_in(row) for row in rows}


async def account_of_physician(physician_id: int) -> int | None:
    """The account of a physician who has registered; None for another."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT account_id FROM registration WHERE physician_id = {parameters.bind(physician_id)}", parameters
    )
    return rows[0][0] if rows else None


async def _with_hash(subject_hash: str) -> list[Sequence[Any]]:
    parameters = Parameters()
    return await fetch_rows(f"{SIGNED_IN} WHERE account.subject_hash = {parameters.bind(subject_hash)}", parameters)


def _signed_in(row: Sequence[Any]) -> SignedIn:
    account_id, physician_id, status, _ = row
    return SignedIn(account_id, physician_id, None if status is None else Status(status))
