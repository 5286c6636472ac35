"""Writers at the same time, on both databases: one rating of each physician and treatment, and exact counts."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import Cell, Rating, Registration
from models.accounts import SUSPENDED
from models.cells import EVERYBODY
from models.feed import ADDED, GONE, REVISED, FeedEvent
from models.moderation import EXCLUDED, WITHDRAWN, HeldComment, ModerationCase, RetiredRating
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.ratings.retiring import NotExcluded, exclude_rating, reinstate_rating
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.submitting import NotVerifiedNow, RatingExcluded, Submission, Submitted, submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.viewers import Status
from tests.random_writes import RandomWrites
from tests.raters import NOW, add_rater, submission_of, submit, wrong_counts
from tests.simultaneous import at_once, while_uncommitted

pytestmark = pytest.mark.usefixtures("catalogue")

WRITERS = 4
WRITES = 25

LATER = NOW + timedelta(days=1)


async def submit_again(submission: Submission) -> Submitted:
    """Submit in a transaction of its own."""
    async with in_transaction():
        return await submit_rating(submission)


async def test_fifty_submissions_of_one_rating_at_once_leave_one(catalogue_url: str) -> None:
    submission = await submission_of(await add_rater("ann"))
    works = [lambda level=level: submit_again(replace(submission, levels=(1 + level % 5,) * 6)) for level in range(50)]

    results = await at_once(catalogue_url, works)

    rating, cell = await Rating.get(), await Cell.get(segment_kind=EVERYBODY)
    outcomes = [result for result in results if isinstance(result, Submitted)]
    assert len(outcomes) == 50
    assert {outcome.rating_id for outcome in outcomes} == {rating.id}
    assert [outcome.created for outcome in outcomes].count(True) == 1
    assert cell.rating_count == 1
    assert [cell.efficacy_1, cell.efficacy_2, cell.efficacy_3, cell.efficacy_4, cell.efficacy_5] == [
        int(rating.efficacy == level) for level in (1, 2, 3, 4, 5)
    ]
    kinds = await FeedEvent.all().order_by("id").values_list("kind", flat=True)
    assert Counter(kinds) == {ADDED: 1, REVISED: 49}
    assert await wrong_counts() == 0


async def test_comments_held_at_the_same_time_are_one_case(catalogue_url: str) -> None:
    submission = await submission_of(await add_rater("ann"))
    texts = [f"Write to me{number}@example.org." for number in range(20)]
    works = [lambda text=text: submit_again(replace(submission, comment=text, findings=("EMAIL",))) for text in texts]

    results = await at_once(catalogue_url, works)

    assert all(isinstance(result, Submitted) for result in results)
    assert (await HeldComment.get()).comment in texts
    assert await ModerationCase.filter(closed_at=None).count() == 1


async def test_a_physician_who_rates_many_drugs_at_once_has_all_head_to_heads(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    drugs = ("colchicine", "allopurinol", "febuxostat", "naproxen")
    submissions = [await submission_of(rater, drug) for drug in drugs]

    results = await at_once(catalogue_url, [lambda one=one: submit_again(one) for one in submissions])

    assert all(isinstance(result, Submitted) for result in results)
    assert await Rating.all().count() == 4
    assert await wrong_counts() == 0


async def test_a_withdrawal_takes_what_a_revision_before_it_has_written(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    revision = replace(await submission_of(rater), levels=(1,) * 6)

    await while_uncommitted(
        catalogue_url,
        lambda: submit_rating(revision),
        lambda: withdraw_rating(rater.physician_id, rating_id, LATER),
    )

    retired = await RetiredRating.get()
    assert (retired.state, retired.efficacy, await Rating.all().count()) == (WITHDRAWN, 1, 0)
    assert await wrong_counts() == 0


async def test_a_submission_during_a_withdrawal_is_a_new_rating(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    submission = replace(await submission_of(rater), levels=(1,) * 6, at=LATER)

    await while_uncommitted(
        catalogue_url,
        lambda: withdraw_rating(rater.physician_id, rating_id, NOW),
        lambda: submit_rating(submission),
    )

    rating = await Rating.get()
    assert (rating.id, rating.efficacy, rating.created_at) == (rating_id, 1, LATER)
    assert await RetiredRating.all().count() == 0
    assert await FeedEvent.all().order_by("id").values_list("kind", flat=True) == [ADDED, GONE, ADDED]
    assert await wrong_counts() == 0


async def test_of_two_withdrawals_at_once_one_finds_nothing(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id

    with pytest.raises(RatingUnknown):
        await while_uncommitted(
            catalogue_url,
            lambda: withdraw_rating(rater.physician_id, rating_id, NOW),
            lambda: withdraw_rating(rater.physician_id, rating_id, NOW),
        )

    assert await RetiredRating.all().count() == 1
    assert await wrong_counts() == 0


async def test_a_submission_during_a_suspension_is_refused(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    submission = await submission_of(rater)

    with pytest.raises(NotVerifiedNow) as refusal:
        await while_uncommitted(
            catalogue_url,
            lambda: decide_physician(rater.physician_id, Decision.SUSPEND, None, "account:99", NOW),
            lambda: submit_rating(submission),
        )

    assert refusal.value.status is Status.SUSPENDED
    assert await Rating.all().count() == 0


async def test_a_suspension_waits_for_a_submission(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    submission = await submission_of(rater)

    await while_uncommitted(
        catalogue_url,
        lambda: submit_rating(submission),
        lambda: decide_physician(rater.physician_id, Decision.SUSPEND, None, "account:99", NOW),
    )

    assert await Rating.all().count() == 1
    assert (await Registration.get()).status == SUSPENDED
    assert await wrong_counts() == 0


async def test_a_submission_during_an_exclusion_is_refused(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    submission = await submission_of(rater)

    with pytest.raises(RatingExcluded):
        await while_uncommitted(
            catalogue_url,
            lambda: exclude_rating(rating_id, "Advertising.", NOW),
            lambda: submit_rating(submission),
        )

    assert await Rating.all().count() == 0
    assert await wrong_counts() == 0


async def test_an_exclusion_takes_what_a_revision_before_it_has_written(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id
    revision = replace(await submission_of(rater), levels=(1,) * 6)

    await while_uncommitted(
        catalogue_url, lambda: submit_rating(revision), lambda: exclude_rating(rating_id, "Advertising.", NOW)
    )

    retired = await RetiredRating.get()
    assert (retired.state, retired.efficacy, await Rating.all().count()) == (EXCLUDED, 1, 0)
    assert await wrong_counts() == 0


async def test_a_withdrawal_during_an_exclusion_finds_nothing(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    rating_id = (await submit(rater)).rating_id

    with pytest.raises(RatingUnknown):
        await while_uncommitted(
            catalogue_url,
            lambda: exclude_rating(rating_id, "Advertising.", NOW),
            lambda: withdraw_rating(rater.physician_id, rating_id, NOW),
        )

    assert (await RetiredRating.get()).state == EXCLUDED
    assert await wrong_counts() == 0


async def test_of_two_reinstatements_at_once_one_finds_it_back(catalogue_url: str) -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    async with in_transaction():
        await exclude_rating(rating_id, None, NOW)

    with pytest.raises(NotExcluded):
        await while_uncommitted(
            catalogue_url, lambda: reinstate_rating(rating_id, NOW), lambda: reinstate_rating(rating_id, NOW)
        )

    assert (await Rating.get()).id == rating_id
    assert await wrong_counts() == 0


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_written_the_counts_are_those_of_what_is_left(seed: int) -> None:
    raters = [await add_rater(f"rater{number}") for number in range(3)]
    writes = await RandomWrites.of(seed, raters)

    for _ in range(60):
        await writes.make()

    assert await wrong_counts() == 0
    assert await RetiredRating.all().count() > 0


@pytest.mark.parametrize("seed", [1, 2])
async def test_many_writers_of_many_kinds_leave_exact_counts(catalogue_url: str, seed: int) -> None:
    raters = [await add_rater(f"rater{number}") for number in range(3)]

    async def write(number: int) -> None:
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            writes = await RandomWrites.of(seed * WRITERS + number, raters)
            for _ in range(WRITES):
                await writes.make()

    await asyncio.gather(*(write(number) for number in range(WRITERS)))

    assert await Rating.all().count() > 0
    assert await wrong_counts() == 0
    # A rating either counts or is retired, and nothing is kept of comments of withdrawn ones.
    ids = set(await Rating.all().values_list("id", flat=True))
    retired = {rating.rating_id: rating for rating in await RetiredRating.all()}
    assert not ids & retired.keys()
    excluded = {rating_id for rating_id, rating in retired.items() if rating.state == EXCLUDED}
    assert {held.rating_id for held in await HeldComment.all()} <= ids | excluded
