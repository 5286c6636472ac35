"""The moderators' queue, and what they read next to a case."""

from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from models import HeldComment, ModerationCase, Rating, RatingReport, RetiredRating
from models.moderation import EXCLUDED, HELD, REMOVED, WITHDRAWN
from models.ratings import CRITERIA
from resolvers.moderation.cases import CaseKind, close_case, open_case
from resolvers.moderation.comments import CommentState, HeldRecord, comment_states, comment_version, held_comments
from resolvers.moderation.queue import URGENT_THEN_OLDEST, Urgency, cases_by_id, count_queue, queue_page
from resolvers.moderation.reported import REPORTS_SHOWN, ReportRecord, Reports, reports
from resolvers.moderation.retired import retired_ratings
from resolvers.paging import PageRequest
from resolvers.ratings.retiring import Retirement
from tests.gout import add_gout
from tests.statements import recorded_statements

MORNING = datetime(2026, 2, 20, 8, tzinfo=UTC)

BEYOND_ALL_IDS = 2**63
"""Greater than the column of ids can hold."""


async def waiting(*subjects: int, kind: CaseKind = CaseKind.COMMENT, adverse_event: bool = False) -> None:
    """Open a case for each subject, each a minute after the one before."""
    for subject in subjects:
        of = "physician_id" if kind is CaseKind.REGISTRATION else "rating_id"
        async with in_transaction():
            now = MORNING + timedelta(minutes=subject)
            await open_case(kind, **{of: subject}, adverse_event=adverse_event, now=now)


async def closed(*subjects: int, kind: CaseKind = CaseKind.COMMENT) -> None:
    for subject in subjects:
        async with in_transaction():
            assert await close_case(kind, subject, MORNING + timedelta(days=1))


async def ratings_in(request: PageRequest) -> list[int | None]:
    return [case.rating_id for case in (await queue_page(request)).records]


@pytest.mark.usefixtures("migrated")
async def test_urgent_cases_come_first_and_then_the_oldest() -> None:
    await waiting(5, 4)
    await waiting(9, 8, adverse_event=True)
    await waiting(3)

    page = await queue_page(PageRequest(10))

    assert [(case.rating_id, case.urgency) for case in page.records] == [
        (8, Urgency.URGENT),
        (9, Urgency.URGENT),
        (3, Urgency.ORDINARY),
        (4, Urgency.ORDINARY),
        (5, Urgency.ORDINARY),
    ]
    assert (page.has_previous, page.has_next) == (False, False)


@pytest.mark.usefixtures("migrated")
async def test_of_two_cases_of_the_same_moment_the_first_one_comes_first() -> None:
    for rating_id in (2, 1, 3):
        async with in_transaction():
            await open_case(CaseKind.COMMENT, rating_id=rating_id, now=MORNING)

    assert await ratings_in(PageRequest(10)) == [2, 1, 3]


@pytest.mark.usefixtures("migrated")
async def test_a_case_tells_what_is_to_be_looked_at_and_until_when() -> None:
    async with in_transaction():
        findings = ["EMAIL", "ADVERSE_EVENT"]
        await open_case(CaseKind.COMMENT, rating_id=7, findings=findings, adverse_event=True, now=MORNING)
        await open_case(CaseKind.REGISTRATION, physician_id=4, now=MORNING)

    event, registration = (await queue_page(PageRequest(10))).records

    assert (event.kind, event.rating_id, event.physician_id) == (CaseKind.COMMENT, 7, None)
    assert event.findings == ("ADVERSE_EVENT", "EMAIL")
    assert (event.opened_at, event.aware_at, event.due_at) == (
        MORNING,
        MORNING,
        datetime(2026, 3, 7, 8, tzinfo=UTC),
    )
    assert (registration.kind, registration.rating_id, registration.physician_id) == (CaseKind.REGISTRATION, None, 4)
    assert (registration.findings, registration.aware_at, registration.due_at) == ((), None, None)


@pytest.mark.usefixtures("migrated")
async def test_the_queue_of_some_kinds() -> None:
    await waiting(1, 2, 3, kind=CaseKind.REPORT)
    await waiting(1, 2)
    await waiting(1, kind=CaseKind.REGISTRATION)
    await closed(1)

    async def counted(*kinds: CaseKind) -> tuple[int, int]:
        return await count_queue(kinds), len((await queue_page(PageRequest(10), kinds)).records)

    assert await count_queue() == 5
    assert await counted(CaseKind.REPORT) == (3, 3)
    assert await counted(CaseKind.COMMENT) == (1, 1)
    assert await counted(CaseKind.COMMENT, CaseKind.REGISTRATION) == (2, 2)
    assert await counted() == (0, 0)


@pytest.mark.usefixtures("migrated")
async def test_a_case_is_found_by_its_id_also_when_it_is_closed() -> None:
    await waiting(1, 2)
    await closed(1)
    first, second = await ModerationCase.all().order_by("id").values_list("id", flat=True)

    found = await cases_by_id([second, BEYOND_ALL_IDS, first, 0, -1])

    assert [case and (case.rating_id, case.closed_at) for case in found] == [
        (2, None),
        None,
        (1, MORNING + timedelta(days=1)),
        None,
        None,
    ]


@pytest.mark.usefixtures("migrated")
async def test_who_pages_meets_every_case_once_while_others_are_opened_and_closed() -> None:
    await waiting(*range(10, 22))

    met: list[int | None] = []
    first = await queue_page(PageRequest(4))
    met += [case.rating_id for case in first.records]
    await closed(10, 13, 14)  # The cursor's own case is among them.
    await waiting(30)
    second = await queue_page(PageRequest(4, after=first.key_of(first.places[-1])))
    met += [case.rating_id for case in second.records]
    await waiting(40, adverse_event=True)  # Before everything that was read.
    await closed(18)
    third = await queue_page(PageRequest(4, after=second.key_of(second.places[-1])))
    met += [case.rating_id for case in third.records]

    assert met == [10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 30]
    assert not third.has_next
    assert await ratings_in(PageRequest(2)) == [40, 11]


@pytest.mark.usefixtures("migrated")
async def test_paging_backwards_meets_the_same_cases() -> None:
    await waiting(*range(10, 15))
    await waiting(20, adverse_event=True)

    last = await queue_page(PageRequest(4, backward=True))
    rest = await queue_page(PageRequest(4, before=last.key_of(last.places[0]), backward=True))

    assert [case.rating_id for case in last.records] == [11, 12, 13, 14]
    assert [case.rating_id for case in rest.records] == [20, 10]
    assert (last.has_previous, rest.has_previous) == (True, False)


@pytest.mark.usefixtures("migrated")
async def test_a_cursor_of_the_queue_can_be_given_back() -> None:
    await waiting(1, 2)
    page = await queue_page(PageRequest(1))

    cursor = URGENT_THEN_OLDEST.encode(page.key_of(page.places[0]))

    assert await ratings_in(PageRequest(5, after=URGENT_THEN_OLDEST.decode(cursor, "after"))) == [2]


@pytest.mark.usefixtures("migrated")
async def test_held_comments_in_the_order_asked_for() -> None:
    await HeldComment.create(rating_id=7, comment="Call 555-0100.", state=HELD, held_at=MORNING)
    await HeldComment.create(rating_id=3, comment="Nonsense.", state=REMOVED, held_at=MORNING)

    found = await held_comments([3, 5, 7, BEYOND_ALL_IDS, 3])

    removed = HeldRecord(3, "Nonsense.", CommentState.REMOVED, MORNING)
    held = HeldRecord(7, "Call 555-0100.", CommentState.HELD, MORNING)
    assert found == [removed, None, held, None, removed]


def test_a_version_belongs_to_one_text() -> None:
    # The first 64 bits of SHA-256("abc"), as FIPS 180-4's example has them.
    assert comment_version("abc") == "ba7816bf8f01cfea"
    assert HeldRecord(1, "abc", CommentState.HELD, MORNING).version == "ba7816bf8f01cfea"
    assert comment_version("abc ") != comment_version("abc")


@pytest.mark.usefixtures("catalogue")
async def test_what_has_become_of_comments() -> None:
    await add_gout()
    shown = await Rating.filter(comment__not_isnull=True).order_by("id").first()
    silent, held, removed = await Rating.filter(comment__isnull=True).order_by("id").limit(3)
    await HeldComment.create(rating_id=held.id, comment="…", state=HELD, held_at=MORNING)
    await HeldComment.create(rating_id=removed.id, comment="…", state=REMOVED, held_at=MORNING)

    ids = [held.id, shown.id, silent.id, BEYOND_ALL_IDS, removed.id, 999_999, held.id]

    assert [state.name for state in await comment_states(ids)] == [
        "HELD",
        "PUBLISHED",
        "NONE",
        "NONE",
        "REMOVED",
        "NONE",
        "HELD",
    ]


@pytest.mark.usefixtures("migrated")
async def test_the_newest_reports_come_first_and_do_not_tell_who_reported() -> None:
    noon = MORNING + timedelta(hours=4)
    await RatingReport.create(rating_id=7, account_id=1, reason="SPAM", note="Advertising.", reported_at=MORNING)
    await RatingReport.create(rating_id=8, account_id=1, reason="OTHER", reported_at=MORNING)
    await RatingReport.create(rating_id=7, account_id=3, reason="OFFENSIVE", reported_at=noon)
    await RatingReport.create(rating_id=7, account_id=2, reason="SPAM", reported_at=noon)

    assert await reports([8, 9, 7]) == [
        Reports(1, (ReportRecord("OTHER", None, MORNING),)),
        Reports(0, ()),
        Reports(
            3,
            (
                ReportRecord("SPAM", None, noon),
                ReportRecord("OFFENSIVE", None, noon),
                ReportRecord("SPAM", "Advertising.", MORNING),
            ),
        ),
    ]


@pytest.mark.usefixtures("migrated")
async def test_of_many_reports_the_newest_are_read_and_all_are_counted() -> None:
    everybody = range(1, REPORTS_SHOWN + 4)
    await RatingReport.bulk_create(
        RatingReport(rating_id=7, account_id=account, reason="SPAM", reported_at=MORNING + timedelta(minutes=account))
        for account in everybody
    )

    [found] = await reports([7])

    assert (found.total, len(found.newest)) == (REPORTS_SHOWN + 3, REPORTS_SHOWN)
    assert found.newest[0].reported_at == MORNING + timedelta(minutes=REPORTS_SHOWN + 3)
    assert found.newest[-1].reported_at == MORNING + timedelta(minutes=4)


@pytest.mark.usefixtures("migrated")
async def test_retired_ratings_are_as_they_were() -> None:
    levels = dict(zip(CRITERIA, (5, 4, 3, None, 2, 1), strict=True))
    common = {"drug_id": 11, "indication_id": 12, "specialty_id": 13, "country": "DE", "years_in_practice": 4}
    times = {
        "created_at": MORNING,
        "updated_at": MORNING + timedelta(days=1),
        "retired_at": MORNING + timedelta(days=2),
    }
    await RetiredRating.create(
        rating_id=7,
        physician_id=1,
        comment="Buy now.",
        state=EXCLUDED,
        reason="Advertising.",
        **common,
        **levels,
        **times,
    )
    await RetiredRating.create(rating_id=8, physician_id=2, state=WITHDRAWN, **common, **levels, **times)

    withdrawn, unknown, excluded, beyond = await retired_ratings([8, 9, 7, BEYOND_ALL_IDS])

    assert (unknown, beyond) == (None, None)
    assert withdrawn is not None
    assert excluded is not None
    rating = excluded.rating
    assert (rating.id, rating.drug_id, rating.indication_id, rating.physician_id) == (7, 11, 12, 1)
    assert [getattr(rating, criterion) for criterion in CRITERIA] == [5, 4, 3, None, 2, 1]
    assert (rating.comment, rating.created_at, rating.updated_at) == (
        "Buy now.",
        MORNING,
        MORNING + timedelta(days=1),
    )
    assert (excluded.state, excluded.reason, excluded.retired_at) == (
        Retirement.EXCLUDED,
        "Advertising.",
        MORNING + timedelta(days=2),
    )
    assert (withdrawn.state, withdrawn.reason, withdrawn.rating.physician_id) == (Retirement.WITHDRAWN, None, 2)


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("size", [1, 20])
async def test_a_page_of_any_size_takes_one_statement_for_each_kind_of_thing(size: int) -> None:
    await waiting(*range(1, 21))

    with recorded_statements() as statements:
        page = await queue_page(PageRequest(size))
        ids = [case.rating_id for case in page.records if case.rating_id is not None]
        await held_comments(ids)
        await reports(ids)
        await retired_ratings(ids)
        await comment_states(ids)
        await cases_by_id(ids)

    assert len(ids) == size
    assert len(statements) == 6
