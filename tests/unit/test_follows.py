"""Following drugs, and what is new about them."""

from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import Account
from resolvers.follows import (
    count_followed,
    count_unread_reviews,
    follow_drug,
    followed_by,
    followed_page,
    follower_counts,
    mark_reviews_seen,
    unfollow_drug,
    unread_reviews,
)
from resolvers.paging import PageRequest
from resolvers.references import UnknownReference
from tests.raters import NOW, Rater, add_account, add_rater, submit, treatment
from tests.simultaneous import at_once

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(hours=1)


async def follow(account_id: int, drug: str, indication: str | None = None) -> bool:
    drug_id, indication_id = await treatment(drug, indication or "gout")
    async with in_transaction():
        return await follow_drug(account_id, drug_id, indication_id if indication else None, NOW)


async def unfollow(account_id: int, drug: str, indication: str | None = None) -> bool:
    drug_id, indication_id = await treatment(drug, indication or "gout")
    async with in_transaction():
        return await unfollow_drug(account_id, drug_id, indication_id if indication else None, LATER)


async def followed(account_id: int) -> list[tuple[int, int | None]]:
    """All that the account follows, in the order of the list."""
    page = await followed_page(account_id, PageRequest(10))
    return [(record.drug_id, record.indication_id) for record in page.records]


async def unread(account_id: int, physician_id: int | None = None) -> list[int]:
    """The ids of all unread reviews, in the order of the list."""
    page = await unread_reviews(account_id, physician_id, PageRequest(10))
    assert await count_unread_reviews(account_id, physician_id) == len(page.records)
    return [record.id for record in page.records]


async def test_a_drug_is_followed_once() -> None:
    bob = await add_account("bob")
    drug_id, gout = await treatment()

    assert [await follow(bob, "colchicine"), await follow(bob, "colchicine")] == [True, False]
    assert await follow(bob, "colchicine", "gout")

    assert await followed(bob) == [(drug_id, gout), (drug_id, None)]
    assert await count_followed(bob) == 2
    assert (await followed_page(bob, PageRequest(1))).records[0].since == NOW


async def test_pages_of_what_is_followed_begin_with_the_last_one() -> None:
    bob = await add_account("bob")
    drugs = ("colchicine", "allopurinol", "febuxostat")
    for drug in drugs:
        await follow(bob, drug)
    ids = [(await treatment(drug))[0] for drug in drugs]

    first = await followed_page(bob, PageRequest(2))
    second = await followed_page(bob, PageRequest(2, after=first.key_of(first.places[-1])))

    assert [record.drug_id for record in first.records] == [ids[2], ids[1]]
    assert [record.drug_id for record in second.records] == [ids[0]]
    assert (first.has_next, second.has_next) == (True, False)


async def test_one_indication_or_all_are_unfollowed() -> None:
    bob, eve = await add_account("bob"), await add_account("eve")
    drug_id, gout = await treatment()
    for indication in (None, "gout", "gout-prevention"):
        await follow(bob, "colchicine", indication)
    await follow(eve, "colchicine")

    assert await unfollow(bob, "colchicine", "gout-prevention")
    assert await followed(bob) == [(drug_id, gout), (drug_id, None)]
    assert await unfollow(bob, "colchicine")
    assert not await unfollow(bob, "colchicine")

    assert await followed(bob) == []
    assert await followed(eve) == [(drug_id, None)]


async def test_what_the_catalogue_lacks_cannot_be_followed() -> None:
    bob = await add_account("bob")
    drug_id, indication_id = await treatment()

    for drug, indication, kind in ((2**31 - 1, None, "drug"), (drug_id, 2**31 - 1, "indication")):
        with pytest.raises(UnknownReference) as refusal:
            async with in_transaction():
                await follow_drug(bob, drug, indication, NOW)
        assert refusal.value.kind == kind

    assert indication_id
    assert await followed(bob) == []


async def test_followers_are_counted_by_drug_and_known_by_account() -> None:
    bob, eve = await add_account("bob"), await add_account("eve")
    for account, drug, indication in (
        (bob, "colchicine", None),
        (bob, "colchicine", "gout"),
        (eve, "colchicine", "gout-prevention"),
        (eve, "allopurinol", None),
    ):
        await follow(account, drug, indication)
    ids = [(await treatment(drug))[0] for drug in ("febuxostat", "allopurinol", "colchicine")]

    assert await follower_counts(ids) == [0, 1, 2]
    assert await followed_by(bob, ids) == [False, False, True]
    assert await followed_by(eve, ids) == [False, True, True]


async def test_the_same_follow_many_times_at_once_is_one(catalogue_url: str) -> None:
    bob = await add_account("bob")

    results = await at_once(catalogue_url, [lambda: follow(bob, "colchicine")] * 20)

    assert sorted(map(bool, results)) == [False] * 19 + [True]
    assert await count_followed(bob) == 1


async def test_unread_are_reviews_of_followed_drugs_since_the_last_look() -> None:
    bob, ann, eve = await add_account("bob"), await add_rater("ann"), await add_rater("eve")
    await follow(bob, "colchicine")
    await follow(bob, "allopurinol", "gout")
    # As old as the last look, and so seen.
    await submit(ann)
    new = await submit(eve, at=LATER)
    of_the_indication = await submit(eve, "allopurinol", "gout", at=LATER + timedelta(seconds=1))
    await submit(eve, "allopurinol", "gout-prevention", at=LATER)
    await submit(eve, "febuxostat", at=LATER)

    assert await unread(bob) == [of_the_indication.rating_id, new.rating_id]


async def test_a_review_that_is_revised_is_unread_again() -> None:
    bob, ann = await add_account("bob"), await add_rater("ann")
    await follow(bob, "colchicine")
    rating_id = (await submit(ann)).rating_id
    assert await unread(bob) == []

    await submit(ann, levels=(1,) * 6, at=LATER)

    assert await unread(bob) == [rating_id]


async def test_nobody_has_to_read_their_own() -> None:
    ann = await add_rater("ann")
    await follow(ann.account_id, "colchicine")
    await submit(ann, at=LATER)
    other = await submit(await add_rater("eve"), at=LATER)

    assert await unread(ann.account_id, ann.physician_id) == [other.rating_id]


async def test_pages_of_unread_reviews() -> None:
    bob = await add_account("bob")
    await follow(bob, "colchicine")
    raters = [await add_rater(f"rater{number}") for number in range(3)]
    ids = [await _rated_after(rater, minutes) for minutes, rater in enumerate(raters, start=1)]

    first = await unread_reviews(bob, None, PageRequest(2))
    second = await unread_reviews(bob, None, PageRequest(2, after=first.key_of(first.places[-1])))

    assert [record.id for record in first.records] == [ids[2], ids[1]]
    assert [record.id for record in second.records] == [ids[0]]
    assert (first.has_next, second.has_next) == (True, False)


async def _rated_after(rater: Rater, minutes: int) -> int:
    return (await submit(rater, at=NOW + timedelta(minutes=minutes))).rating_id


async def test_what_was_looked_at_is_read_and_stays_so() -> None:
    bob = await add_account("bob")
    await follow(bob, "colchicine")
    await submit(await add_rater("ann"), at=LATER)

    await mark_reviews_seen(bob, LATER)
    assert await unread(bob) == []
    await mark_reviews_seen(bob, NOW)

    assert await unread(bob) == []
    assert (await Account.get(id=bob)).reviews_seen_at == LATER
