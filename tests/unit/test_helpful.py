"""Finding ratings of others helpful."""

import pytest
from tortoise.transactions import in_transaction

from models.activity import HelpfulMark
from resolvers.helpful import found_helpful, helpful_counts, mark_helpful
from resolvers.ratings.of_others import OwnRating
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.withdrawing import withdraw_rating
from tests.raters import NOW, add_account, add_rater, submit
from tests.simultaneous import at_once, while_uncommitted

pytestmark = pytest.mark.usefixtures("catalogue")


async def mark(account_id: int, rating_id: int, *, helpful: bool = True, physician_id: int | None = None) -> None:
    async with in_transaction():
        await mark_helpful(account_id, physician_id, rating_id, helpful, NOW)


async def test_marks_are_counted_by_rating_and_known_by_reader() -> None:
    ann = await add_rater("ann")
    first, second = (await submit(ann)).rating_id, (await submit(ann, "allopurinol")).rating_id
    bob, eve = await add_account("bob"), await add_account("eve")

    await mark(bob, first)
    await mark(eve, first)
    await mark(eve, second)

    assert await helpful_counts([second, 999, first]) == [1, 0, 2]
    assert await found_helpful(bob, [second, 999, first]) == [False, False, True]


async def test_saying_it_again_changes_nothing() -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    bob = await add_account("bob")

    await mark(bob, rating_id)
    await mark(bob, rating_id)
    assert await helpful_counts([rating_id]) == [1]
    await mark(bob, rating_id, helpful=False)
    await mark(bob, rating_id, helpful=False)

    assert await helpful_counts([rating_id]) == [0]


async def test_nobody_finds_their_own_rating_helpful() -> None:
    ann = await add_rater("ann")
    rating_id = (await submit(ann)).rating_id

    with pytest.raises(OwnRating):
        await mark(ann.account_id, rating_id, physician_id=ann.physician_id)

    assert await HelpfulMark.all().count() == 0


@pytest.mark.parametrize("helpful", [True, False])
async def test_there_has_to_be_a_rating(helpful: bool) -> None:
    with pytest.raises(RatingUnknown):
        await mark(await add_account("bob"), 999, helpful=helpful)


async def test_many_marks_at_once_count_once_for_each_reader(catalogue_url: str) -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    readers = [await add_account(f"reader{number}") for number in range(5)]

    results = await at_once(catalogue_url, [lambda reader=reader: mark(reader, rating_id) for reader in readers * 4])

    assert results == [None] * 20
    assert await helpful_counts([rating_id]) == [5]


async def test_no_mark_outlives_a_rating_that_is_withdrawn_meanwhile(catalogue_url: str) -> None:
    ann, bob, eve = await add_rater("ann"), await add_account("bob"), await add_account("eve")
    rating_id = (await submit(ann)).rating_id

    def withdraw() -> object:
        return withdraw_rating(ann.physician_id, rating_id, NOW)

    await while_uncommitted(catalogue_url, lambda: mark_helpful(bob, None, rating_id, True, NOW), withdraw)
    assert await HelpfulMark.all().count() == 0

    await submit(ann)
    with pytest.raises(RatingUnknown):
        await while_uncommitted(catalogue_url, withdraw, lambda: mark_helpful(eve, None, rating_id, True, NOW))
    assert await HelpfulMark.all().count() == 0
