"""Withdrawing one's own rating."""

from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import ModerationCase, Rating
from models.activity import HelpfulMark
from models.feed import ADDED, GONE, FeedEvent
from models.moderation import WITHDRAWN, HeldComment, RatingReport, RetiredRating
from resolvers.helpful import mark_helpful
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.reports import report_rating
from tests.plain_counts import stored_counts
from tests.raters import NOW, Rater, add_account, add_rater, submit, wrong_counts

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(days=1)


async def withdraw(rater: Rater, rating_id: int) -> None:
    async with in_transaction():
        await withdraw_rating(rater.physician_id, rating_id, LATER)


async def test_a_withdrawn_rating_counts_nowhere_and_leaves_no_text() -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater, comment="Works fast.")).rating_id

    await withdraw(rater, rating_id)

    retired = await RetiredRating.get()
    assert await Rating.all().count() == 0
    assert await stored_counts() == ({}, {})
    assert (retired.rating_id, retired.state, retired.efficacy, retired.retired_at) == (rating_id, WITHDRAWN, 5, LATER)
    assert (retired.comment, retired.reason) == (None, None)
    assert [(event.kind, event.at) for event in await FeedEvent.all().order_by("id")] == [(ADDED, NOW), (GONE, LATER)]


async def test_the_other_ratings_stay_counted() -> None:
    rater = await add_rater("ann")
    withdrawn = await submit(rater)
    kept = [await submit(rater, "allopurinol"), await submit(rater, "febuxostat"), await submit(await add_rater("bob"))]

    await withdraw(rater, withdrawn.rating_id)

    assert set(await Rating.all().values_list("id", flat=True)) == {outcome.rating_id for outcome in kept}
    assert await wrong_counts() == 0


async def test_withdrawing_again_finds_nothing() -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    await withdraw(rater, rating_id)

    with pytest.raises(RatingUnknown):
        await withdraw(rater, rating_id)

    assert await wrong_counts() == 0


async def test_nobody_withdraws_the_rating_of_another() -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id

    with pytest.raises(RatingUnknown):
        await withdraw(await add_rater("bob"), rating_id)

    assert (await Rating.get()).id == rating_id
    assert await wrong_counts() == 0


async def test_all_that_was_said_about_it_goes_with_it() -> None:
    rater, reader = await add_rater("ann"), await add_account("bob")
    rating_id = (await submit(rater, comment="Write to me@example.org.", findings=("EMAIL",))).rating_id
    async with in_transaction():
        await mark_helpful(reader, None, rating_id, True, NOW)
    async with in_transaction():
        await report_rating(reader, None, rating_id, "SPAM", "Look at this.", NOW)

    await withdraw(rater, rating_id)

    assert await HeldComment.all().count() == await HelpfulMark.all().count() == await RatingReport.all().count() == 0
    assert [case.closed_at for case in await ModerationCase.all()] == [LATER, LATER]


async def test_given_again_it_has_its_id_and_nothing_else_of_before() -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater, comment="Works fast.")).rating_id
    await withdraw(rater, rating_id)

    outcome = await submit(rater, levels=(1,) * 6, at=LATER)
    await withdraw(rater, rating_id)

    assert (outcome.rating_id, outcome.created) == (rating_id, True)
    assert (await RetiredRating.get()).efficacy == 1
    assert await stored_counts() == ({}, {})


async def test_the_id_of_a_withdrawn_rating_is_given_to_no_other() -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    await withdraw(rater, rating_id)

    other = await submit(rater, "allopurinol")

    assert other.rating_id > rating_id
