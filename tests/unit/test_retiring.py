"""Excluding ratings, and putting them back."""

from datetime import timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models import Rating
from models.feed import ADDED, GONE, FeedEvent
from models.moderation import EXCLUDED, HeldComment, RetiredRating
from resolvers.database import database
from resolvers.ratings.retiring import NotExcluded, exclude_rating, reinstate_rating
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.ratings.writing import write_ratings
from tests.gout import GOUT, add, add_gout, rows_of
from tests.plain_counts import stored_counts
from tests.raters import NOW, add_rater, submit, wrong_counts

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(days=1)


async def exclude(rating_id: int, reason: str | None = "Advertising.") -> None:
    async with in_transaction():
        await exclude_rating(rating_id, reason, LATER)


async def reinstate(rating_id: int) -> None:
    async with in_transaction():
        await reinstate_rating(rating_id, LATER)


async def row(table: str) -> dict[str, Any]:
    """The only row of the table, as stored."""
    [found] = await database().execute_query_dict(f"SELECT * FROM {table}")
    return dict(found)


async def test_an_excluded_rating_counts_nowhere_and_can_be_looked_at() -> None:
    outcome = await submit(await add_rater("ann"), levels=(5, None, 3, 2, 1, 4), comment="Works fast.")
    before = await row("rating")

    await exclude(outcome.rating_id)

    retired = await row("retired_rating")
    assert await Rating.all().count() == 0
    assert await stored_counts() == ({}, {})
    assert retired["rating_id"] == before.pop("id")
    assert {name: retired[name] for name in before} == before
    assert (retired["state"], retired["reason"]) == (EXCLUDED, "Advertising.")
    assert [event.kind for event in await FeedEvent.all().order_by("id")] == [ADDED, GONE]


async def test_a_reinstated_rating_is_as_it_was() -> None:
    rater = await add_rater("ann")
    await submit(rater, "allopurinol")
    await exclude((await Rating.get()).id)
    outcome = await submit(rater, levels=(5, None, 3, 2, 1, 4), comment="Works fast.")
    before, counts = await row("rating"), await stored_counts()

    await exclude(outcome.rating_id)
    await reinstate(outcome.rating_id)

    assert await row("rating") == before
    assert await stored_counts() == counts
    assert [event.kind for event in await FeedEvent.all().order_by("id")][-2:] == [GONE, ADDED]


async def test_with_its_head_to_heads() -> None:
    await add_gout()
    counts = await stored_counts()
    ids = [rating.id for rating in await Rating.all().order_by("id")]

    for rating_id in ids:
        await exclude(rating_id)
    assert await stored_counts() == ({}, {})
    for rating_id in reversed(ids):
        await reinstate(rating_id)

    assert await stored_counts() == counts
    assert await RetiredRating.all().count() == 0


async def test_a_held_comment_stays_held() -> None:
    outcome = await submit(await add_rater("ann"), comment="Write to me@example.org.", findings=("EMAIL",))

    await exclude(outcome.rating_id)
    await reinstate(outcome.rating_id)

    assert (await HeldComment.get()).rating_id == outcome.rating_id
    assert (await Rating.get()).comment is None


async def test_what_is_not_there_cannot_be_excluded_or_reinstated() -> None:
    outcome = await submit(await add_rater("ann"))
    with pytest.raises(NotExcluded):
        await reinstate(outcome.rating_id)
    await exclude(outcome.rating_id)

    with pytest.raises(RatingUnknown):
        await exclude(outcome.rating_id)
    with pytest.raises(RatingUnknown):
        await exclude(outcome.rating_id + 1)
    with pytest.raises(RatingUnknown):
        await reinstate(outcome.rating_id + 1)

    assert await stored_counts() == ({}, {})


async def test_a_withdrawn_rating_cannot_be_put_back() -> None:
    rater = await add_rater("ann")
    outcome = await submit(rater)
    async with in_transaction():
        await withdraw_rating(rater.physician_id, outcome.rating_id, NOW)

    with pytest.raises(NotExcluded):
        await reinstate(outcome.rating_id)

    assert await Rating.all().count() == 0


async def test_an_import_does_not_bring_an_excluded_rating_back() -> None:
    await add(GOUT[:1])
    rating_id = (await Rating.get()).id
    await exclude(rating_id)

    rows = await rows_of(GOUT[:2])
    async with in_transaction():
        not_written = await write_ratings(rows)

    assert not_written == rows[:1]
    assert sorted(await Rating.all().values_list("id", flat=True)) == [rating_id + 1]
    assert await wrong_counts() == 0
    await reinstate(rating_id)
    assert await wrong_counts() == 0
