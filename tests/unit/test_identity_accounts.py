"""Accounts: made at the first sign-in, and the same ever after."""

import asyncio
from datetime import UTC, datetime

import pytest

from models import Account, Installation
from resolvers.identity.accounts import SignedIn, account_of, accounts_of, standing_of
from resolvers.versions import Versions
from resolvers.viewers import Status
from tests.people import NOW as REGISTERED_AT
from tests.people import account_id_of, register
from tests.statements import recorded_statements

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 8, 1, 12, tzinfo=UTC)

ANN, BOB, EVE = "a" * 64, "b" * 64, "e" * 64


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


@pytest.mark.usefixtures("migrated")
async def test_known_accounts_and_the_versions_of_the_same_moment_are_one_statement() -> None:
    ann, bob = await account_of(ANN, NOW), await account_of(BOB, NOW)
    await Installation.filter(id=1).update(catalogue_version=7, prior_version=3)

    with recorded_statements() as statements:
        found = await accounts_of([BOB, ANN], LATER)

    assert found == ([bob, ann], Versions(7, 3))
    assert len(statements) == 1


@pytest.mark.usefixtures("migrated")
async def test_the_versions_come_with_accounts_that_are_made_as_well() -> None:
    ann = await account_of(ANN, NOW)
    await Installation.filter(id=1).update(catalogue_version=7, prior_version=3)

    accounts, versions = await accounts_of([EVE, ANN], NOW)

    assert accounts == [await account_of(EVE, LATER), ann]
    assert await accounts_of([BOB], NOW) == ([await account_of(BOB, LATER)], Versions(7, 3))
    assert versions == Versions(7, 3)


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
