"""Whoever has lost a right has lost it before anything later reaches them."""

import asyncio
from collections.abc import AsyncIterator, Collection

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from models.feed import STANDING
from resolvers.feed import follower
from tests.feed_events import Process, commit
from tests.feed_hub import HubUnderTest, happens, running_hub


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


async def standing_of(**about: int) -> None:
    await commit(None, kind=STANDING, drug_id=None, indication_id=None, **about)


async def test_accounts_and_keys_are_looked_at_once_for_each_change(running: HubUnderTest, migrated_url: str) -> None:
    outlet = await running.joined()

    await standing_of(account_id=7)
    async with Process(migrated_url) as other:
        await other.do(lambda: standing_of(key_id=8))
    await happens(1)
    await outlet.happened(1)

    assert running.looked_at == [([7], []), ([], [8])]


async def test_nothing_later_is_delivered_before_everybody_has_been_looked_at(running: HubUnderTest) -> None:
    live = await running.joined()
    looking, looked = asyncio.Event(), asyncio.Event()

    async def look_at(_accounts: Collection[int], _keys: Collection[int]) -> None:
        looking.set()
        await looked.wait()
        # Whoever is closed here must not have got the event behind.
        live.leave()

    running.hub._look_at = look_at  # noqa: SLF001 - instead of the one that the hub was made with
    await happens(1)
    await standing_of(account_id=7)
    await happens(2)
    await looking.wait()
    replayed = running.ratings(after=0)
    await replayed.answered(2)

    assert running.positions(replayed) == [1]
    looked.set()
    await replayed.happened(2)
    assert running.positions(replayed) == [1, 3]
    assert running.positions(live) == [1]


async def test_a_look_that_fails_is_tried_again_and_nothing_is_lost(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "FIRST_PAUSE", 0)
    outlet = await running.joined()
    failures = [asyncpg.PostgresConnectionError(), OSError()]

    def fail() -> None:
        if failures:
            raise failures.pop()

    running.on_look = fail
    await happens(1)
    await standing_of(account_id=7)
    await happens(2)
    await outlet.happened(2)

    assert running.looked_at == [([7], [])]
    assert running.positions(outlet) == [1, 3]
