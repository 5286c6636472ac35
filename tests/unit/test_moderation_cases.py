"""Cases for moderators: one open case of a kind for each subject, and when it is due."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import ModerationCase
from models.moderation import COMMENT_CASE, ORDINARY, REGISTRATION_CASE, REPORT_CASE, URGENT
from resolvers.database import DatabaseUrl, open_database
from resolvers.moderation.cases import CaseKind, close_case, open_case

pytestmark = pytest.mark.usefixtures("migrated")

MORNING = datetime(2026, 2, 20, 8, tzinfo=UTC)


async def opened(kind: CaseKind, now: datetime = MORNING, **details: object) -> ModerationCase:
    """Open a case and look at the newest one."""
    async with in_transaction():
        await open_case(kind, now=now, **details)
    case = await ModerationCase.all().order_by("-id").first()
    assert case is not None
    return case


async def closed(kind: CaseKind, subject_id: int, now: datetime = MORNING) -> bool:
    async with in_transaction():
        return await close_case(kind, subject_id, now)


async def test_a_held_comment_opens_a_case_without_a_due_date() -> None:
    case = await opened(CaseKind.COMMENT, rating_id=7, findings=["PHONE", "EMAIL", "PHONE"])

    assert (case.kind, case.rating_id, case.physician_id, case.open_key) == (COMMENT_CASE, 7, None, "comment:7")
    assert (case.urgency, case.findings) == (ORDINARY, ["EMAIL", "PHONE"])
    assert (case.opened_at, case.aware_at, case.due_at, case.closed_at) == (MORNING, None, None, None)


async def test_a_possible_adverse_event_is_due_fifteen_days_after_somebody_became_aware_of_it() -> None:
    case = await opened(CaseKind.COMMENT, rating_id=7, findings=["ADVERSE_EVENT"], adverse_event=True)

    assert case.urgency == URGENT
    # 8 days are left of that February, so the 15th is the 7th of March.
    assert (case.aware_at, case.due_at) == (MORNING, datetime(2026, 3, 7, 8, tzinfo=UTC))


async def test_times_are_kept_in_utc() -> None:
    in_vienna = datetime(2026, 2, 20, 9, tzinfo=timezone(timedelta(hours=1)))

    case = await opened(CaseKind.COMMENT, now=in_vienna, rating_id=7, adverse_event=True)

    assert (case.opened_at, case.aware_at) == (MORNING, MORNING)


async def test_a_second_reason_joins_the_open_case() -> None:
    await opened(CaseKind.REPORT, rating_id=7, findings=["SPAM", "OFFENSIVE"])
    case = await opened(CaseKind.REPORT, MORNING + timedelta(days=1), rating_id=7, findings=["PRIVACY", "SPAM"])

    assert await ModerationCase.all().count() == 1
    assert case.findings == ["OFFENSIVE", "PRIVACY", "SPAM"]
    assert (case.kind, case.opened_at, case.urgency) == (REPORT_CASE, MORNING, ORDINARY)


async def test_a_reason_without_findings_keeps_those_there_are() -> None:
    await opened(CaseKind.REPORT, rating_id=7)
    assert (await opened(CaseKind.REPORT, rating_id=7)).findings == []
    assert (await opened(CaseKind.REPORT, rating_id=7, findings=["SPAM"])).findings == ["SPAM"]
    assert (await opened(CaseKind.REPORT, rating_id=7)).findings == ["SPAM"]


async def test_an_open_case_becomes_urgent_and_never_less_urgent() -> None:
    await opened(CaseKind.COMMENT, rating_id=7, findings=["EMAIL"])

    noon = MORNING + timedelta(hours=4)
    urgent = await opened(CaseKind.COMMENT, noon, rating_id=7, findings=["ADVERSE_EVENT"], adverse_event=True)
    later = await opened(CaseKind.COMMENT, noon + timedelta(days=2), rating_id=7, adverse_event=True)
    last = await opened(CaseKind.COMMENT, noon + timedelta(days=3), rating_id=7, findings=["PHONE"])

    assert (urgent.urgency, urgent.aware_at, urgent.due_at) == (URGENT, noon, noon + timedelta(days=15))
    for case in (later, last):
        assert (case.id, case.opened_at) == (urgent.id, MORNING)
        assert (case.urgency, case.aware_at, case.due_at) == (URGENT, noon, noon + timedelta(days=15))
    assert last.findings == ["ADVERSE_EVENT", "EMAIL", "PHONE"]


async def test_the_earliest_awareness_counts_even_if_it_is_written_last() -> None:
    await opened(CaseKind.COMMENT, MORNING, rating_id=7, adverse_event=True)
    earlier = MORNING - timedelta(seconds=0.25)

    case = await opened(CaseKind.COMMENT, earlier, rating_id=7, adverse_event=True)

    assert (case.aware_at, case.due_at) == (earlier, earlier + timedelta(days=15))


async def test_kinds_and_subjects_have_cases_of_their_own() -> None:
    await opened(CaseKind.COMMENT, rating_id=7)
    await opened(CaseKind.COMMENT, rating_id=70)
    await opened(CaseKind.REPORT, rating_id=7)
    case = await opened(CaseKind.REGISTRATION, physician_id=7)

    assert (case.kind, case.rating_id, case.physician_id) == (REGISTRATION_CASE, None, 7)
    assert sorted(await ModerationCase.all().values_list("open_key", flat=True)) == [
        "comment:7",
        "comment:70",
        "registration:7",
        "report:7",
    ]


async def test_reasons_that_come_at_the_same_time_share_one_case(migrated_url: str) -> None:
    reasons = ["OFFENSIVE", "OTHER", "PRIVACY", "SPAM"]

    async def report(reason: str) -> None:
        async with open_database(DatabaseUrl.parse(migrated_url)), in_transaction():
            await open_case(
                CaseKind.REPORT, rating_id=7, findings=[reason], adverse_event=reason == "OTHER", now=MORNING
            )

    await asyncio.gather(*map(report, reasons))

    [case] = await ModerationCase.all()
    assert (case.findings, case.urgency, case.aware_at) == (reasons, URGENT, MORNING)


async def test_a_case_is_closed_once() -> None:
    await opened(CaseKind.COMMENT, rating_id=7)
    await opened(CaseKind.REPORT, rating_id=7)

    evening = MORNING + timedelta(hours=12)
    assert await closed(CaseKind.COMMENT, 7, evening)
    assert not await closed(CaseKind.COMMENT, 7, evening + timedelta(hours=1))
    assert not await closed(CaseKind.REGISTRATION, 7)

    comment, report = await ModerationCase.all().order_by("kind")
    assert (comment.open_key, comment.closed_at) == (None, evening)
    assert (report.open_key, report.closed_at) == ("report:7", None)


async def test_a_subject_gets_a_new_case_when_the_last_one_is_closed() -> None:
    first = await opened(CaseKind.COMMENT, rating_id=7, findings=["ADVERSE_EVENT"], adverse_event=True)
    await closed(CaseKind.COMMENT, 7)

    second = await opened(CaseKind.COMMENT, MORNING + timedelta(days=1), rating_id=7, findings=["EMAIL"])

    assert second.id != first.id
    assert (second.findings, second.urgency, second.due_at) == (["EMAIL"], ORDINARY, None)
    assert (await ModerationCase.get(id=first.id)).findings == ["ADVERSE_EVENT"]


async def test_what_is_rolled_back_opens_nothing() -> None:
    async def fail() -> None:
        async with in_transaction():
            await open_case(CaseKind.COMMENT, rating_id=7, now=MORNING)
            await ModerationCase.create(
                kind=COMMENT_CASE, open_key="comment:7", urgency=ORDINARY, findings=[], opened_at=MORNING
            )

    with pytest.raises(IntegrityError):
        await fail()

    assert await ModerationCase.all().count() == 0


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (CaseKind.COMMENT, {"physician_id": 7}),
        (CaseKind.REPORT, {}),
        (CaseKind.REGISTRATION, {"rating_id": 7}),
    ],
)
async def test_a_case_without_its_subject_is_a_mistake_of_the_caller(kind: CaseKind, subject: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=kind.name):
        await opened(kind, **subject)
