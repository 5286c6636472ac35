"""Accounts: made at the first sign-in, and the same ever after."""

import asyncio
from datetime import UTC, datetime

import pytest

from models import Account
from resolvers.identity.accounts import SignedIn, account_of, standing_of
from resolvers.viewers import Status
from tests.people import NOW as REGISTERED_AT
from tests.people import account_id_of, register
from tests.statements import recorded_statements

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 8, 1, 12, tzinfo=UTC)

ANN = "a" * 64


@pytest.mark.usefixtures("migrated")
async def test_the_first_sign_in_makes_the_account() -> None:
    first = await account_of(ANN, NOW)
    second = await account_of(ANN, LATER)

    account = await Account.get()
    assert first == second == SignedIn(account.id, None, None)
    assert (account.subject_hash, account.created_at, account.reviews_seen_at) == (ANN, NOW, NOW)


@pytest.mark.usefixtures("migrated")
async def test_a_known_account_is_one_statement() -> None:
    await account_of(ANN, NOW)

    with recorded_statements() as statements:
        await account_of(ANN, LATER)

    assert len(statements) == 1


@pytest.mark.usefixtures("migrated")
async def test_many_first_sign_ins_at_once_make_one_account() -> None:
    found = await asyncio.gather(*(account_of(ANN, NOW) for _ in range(20)))

    assert len(set(found)) == 1
    assert await Account.all().count() == 1


@pytest.mark.usefixtures("catalogue")
async def test_standings_are_those_of_now_and_erased_accounts_have_none() -> None:
    registered = await register("ann", Status.SUSPENDED)
    visitor = await account_id_of("bob")

    found = await standing_of([registered, visitor, 999])

    assert REGISTERED_AT < LATER
    assert set(found) == {registered, visitor}
    assert found[registered].status is Status.SUSPENDED
    assert found[registered].physician_id is not None
    assert found[visitor] == SignedIn(visitor, None, None)
    assert await standing_of([]) == {}
