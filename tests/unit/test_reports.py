"""Reporting ratings to the moderators."""

from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import ModerationCase
from models.moderation import ORDINARY, REPORT_CASE, RatingReport
from resolvers.ratings.of_others import OwnRating
from resolvers.ratings.revising import RatingUnknown
from resolvers.reports import report_rating
from tests.raters import NOW, add_account, add_rater, submit
from tests.simultaneous import at_once

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(hours=1)


async def test_a_report_waits_for_the_moderators() -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    bob = await add_account("bob")

    async with in_transaction():
        await report_rating(bob, None, rating_id, "SPAM", "Look at the brand.", NOW)

    report, case = await RatingReport.get(), await ModerationCase.get()
    assert (report.account_id, report.rating_id, report.reason, report.note, report.reported_at) == (
        bob,
        rating_id,
        "SPAM",
        "Look at the brand.",
        NOW,
    )
    assert (case.kind, case.rating_id, case.findings) == (REPORT_CASE, rating_id, ["SPAM"])
    assert (case.urgency, case.opened_at, case.closed_at) == (ORDINARY, NOW, None)


async def test_a_second_report_of_the_same_reader_replaces_the_first() -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    bob = await add_account("bob")

    for reason, note, now in (("SPAM", "Look at the brand.", NOW), ("OFFENSIVE", None, LATER)):
        async with in_transaction():
            await report_rating(bob, None, rating_id, reason, note, now)

    report = await RatingReport.get()
    assert (report.reason, report.note, report.reported_at) == ("OFFENSIVE", None, LATER)
    assert await ModerationCase.all().count() == 1


async def test_reports_of_many_readers_at_once_are_one_case(catalogue_url: str) -> None:
    rating_id = (await submit(await add_rater("ann"))).rating_id
    readers = [await add_account(f"reader{number}") for number in range(10)]

    async def report(reader: int) -> None:
        async with in_transaction():
            await report_rating(reader, None, rating_id, "SPAM", None, NOW)

    results = await at_once(catalogue_url, [lambda reader=reader: report(reader) for reader in readers])

    assert results == [None] * 10
    assert await RatingReport.all().count() == 10
    assert await ModerationCase.all().count() == 1


async def test_there_has_to_be_a_rating_of_somebody_else() -> None:
    ann = await add_rater("ann")
    rating_id = (await submit(ann)).rating_id

    with pytest.raises(OwnRating):
        async with in_transaction():
            await report_rating(ann.account_id, ann.physician_id, rating_id, "SPAM", None, NOW)
    with pytest.raises(RatingUnknown):
        async with in_transaction():
            await report_rating(ann.account_id, ann.physician_id, rating_id + 1, "SPAM", None, NOW)

    assert await RatingReport.all().count() == await ModerationCase.all().count() == 0
