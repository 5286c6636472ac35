"""Those who follow drugs are told of what they follow, as that changes while they listen."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from graph.feed import matching
from graph.feed.matching import Follows
from models import Drug, Indication
from resolvers.feed.waking import wake_followers
from resolvers.follows import follow_drug, followed_drugs, unfollow_drug
from resolvers.viewers import Role, Viewer
from tests.feed_events import Process
from tests.feed_hub import NOW, HubUnderTest, Subscription, happens, running_hub
from tests.raters import add_account
from tests.viewers import verified


@pytest.fixture
async def running(catalogue: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


async def drugs(number: int) -> list[int]:
    """Keys of some drugs."""
    return [drug.id for drug in await Drug.all().order_by("id").limit(number)]


async def indications(number: int) -> list[int]:
    """Keys of some indications."""
    return [indication.id for indication in await Indication.all().order_by("id").limit(number)]


async def begin_to_follow(account_id: int, drug_id: int, indication_id: int | None = None) -> None:
    async with in_transaction():
        await follow_drug(account_id, drug_id, indication_id, NOW)
    wake_followers()


async def end_following(account_id: int, drug_id: int) -> None:
    async with in_transaction():
        await unfollow_drug(account_id, drug_id, None, NOW)
    wake_followers()


async def listening(running: HubUnderTest, account_id: int, **options: int | Viewer) -> Subscription:
    """Somebody who is told of what happens from now on."""
    outlet = running.followed(account_id, **options)
    await outlet.answered(1)
    return outlet


async def test_what_is_followed_is_told_for_all_indications_or_one(running: HubUnderTest) -> None:
    account_id = await add_account("a")
    (first, second, third), (gout, other) = await drugs(3), await indications(2)
    await begin_to_follow(account_id, first)
    await begin_to_follow(account_id, second, gout)
    await running.passed()
    before = 2
    outlet = await listening(running, account_id)

    for drug_id in (first, second, third):
        for indication_id in (gout, other):
            await happens(1, drug_id=drug_id, indication_id=indication_id)
    await happens(1, drug_id=first, indication_id=other)
    await outlet.happened(4)
    replayed = running.followed(account_id, after=0)
    await replayed.answered(5)

    expected = [before + place for place in (1, 2, 3, 7)]
    assert running.positions(outlet) == expected
    assert running.positions(replayed) == expected


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_what_is_followed_and_unfollowed_meanwhile_counts_from_then_on(
    elsewhere: bool, running: HubUnderTest, catalogue_url: str
) -> None:
    account_id, stranger = await add_account("a"), await add_account("b")
    (first, second), (gout,) = await drugs(2), await indications(1)
    outlet = await listening(running, account_id)
    # As a moderator they are another audience, and so get the same by another way.
    other = await listening(running, account_id, viewer=Viewer(Role.MODERATOR, account_id))
    everything = await running.joined()

    async def change(account_id: int, drug_id: int, *, follows: bool) -> None:
        async def work() -> None:
            await (begin_to_follow if follows else end_following)(account_id, drug_id)

        if elsewhere:
            async with Process(catalogue_url) as process:
                await process.do(work)
        else:
            await work()
        await running.passed()

    async def happen() -> None:
        await happens(1, drug_id=first, indication_id=gout)
        await happens(1, drug_id=second, indication_id=gout)
        await running.passed()

    await happen()
    await change(account_id, second, follows=True)
    await change(stranger, first, follows=True)
    await happen()
    await outlet.happened(1)
    await change(account_id, first, follows=True)
    await change(account_id, second, follows=False)
    await happen()
    await change(account_id, first, follows=False)
    await happen()
    await change(account_id, second, follows=True)
    await happen()
    for listener in (outlet, other):
        await listener.happened(3)

    # The second drug, then the first, then the second again.
    await everything.happened(10)
    seen = running.positions(everything)
    assert running.positions(outlet) == [seen[3], seen[4], seen[9]]
    assert running.positions(other) == running.positions(outlet)


async def test_who_follows_nothing_is_told_nothing(running: HubUnderTest) -> None:
    account_id = await add_account("a")
    (drug_id,) = await drugs(1)
    await happens(1, drug_id=drug_id)
    await running.passed()
    outlet = await listening(running, account_id, after=0)

    await happens(2, drug_id=drug_id)
    await begin_to_follow(account_id, drug_id)
    await running.passed()
    await happens(3, drug_id=drug_id)
    await outlet.happened(1)

    assert running.positions(outlet) == [4]


async def test_several_subscriptions_of_an_account_are_read_for_together(running: HubUnderTest) -> None:
    account_id = await add_account("a")
    (drug_id,) = await drugs(1)
    outlets = [await listening(running, account_id, viewer=verified(key)) for key in range(3)]
    outlets[0].leave()

    await begin_to_follow(account_id, drug_id)
    await running.passed()
    await happens(1, drug_id=drug_id)
    for outlet in outlets[1:]:
        await outlet.happened(1)
        outlet.leave()

    assert outlets[0].events == []
    assert len(running.hub) == 0


async def test_what_was_read_first_is_not_kept_last(
    catalogue: TortoiseContext,  # noqa: ARG001 - follows are in its database
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A subscriber who comes reads slowly, and meanwhile the account follows something more."""
    account_id = await add_account("a")
    (drug_id,) = await drugs(1)
    read, go_on = asyncio.Event(), asyncio.Event()
    first = True

    async def read_first_slowly(account_id: int) -> dict[int, frozenset[int]]:
        nonlocal first
        is_first, first = first, False
        found = await followed_drugs(account_id)
        if is_first:
            read.set()
            await go_on.wait()
        return found

    monkeypatch.setattr(matching, "followed_drugs", read_first_slowly)
    follows = Follows(account_id)
    slow = asyncio.create_task(follows.read())
    await read.wait()
    await begin_to_follow(account_id, drug_id)
    later = asyncio.create_task(follows.read())
    # The later one is given every chance to finish first.
    await followed_drugs(account_id)
    await followed_drugs(account_id)
    go_on.set()
    await asyncio.gather(slow, later)

    assert list(follows.drug_ids) == [drug_id]
