"""Decisions of moderators: what becomes of the rating, its comment, the counts, the queue and the audit log."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from models import (
    Account,
    AuditEntry,
    Cell,
    FeedEvent,
    HeldComment,
    ModerationCase,
    PhysicianSource,
    Rating,
    Registration,
)
from models.accounts import VERIFIED
from models.cells import EVERYBODY
from models.feed import ADDED, GONE, REVISED
from models.moderation import HELD, REMOVED
from resolvers.counts.verifying import verify_counts
from resolvers.database import DatabaseUrl, database, dialect_of, open_database
from resolvers.moderation.cases import CaseKind, open_case
from resolvers.moderation.comments import CommentState, comment_version, held_comments
from resolvers.moderation.deciding import Moderated, ModerationDecision, moderate_rating
from resolvers.moderation.errors import CommentChanged, ImpossibleModeration, InvalidNote
from resolvers.moderation.notes import LONGEST_NOTE
from resolvers.moderation.queue import CaseRecord, queue_page
from resolvers.moderation.retired import retired_ratings
from resolvers.paging import PageRequest
from resolvers.ratings.retiring import Retirement
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.submitting import RatingExcluded, Submission, Submitted, submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.reads.ratings import ratings_by_id
from tests.gout import add_gout
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("catalogue")

PUBLISH = ModerationDecision.PUBLISH
REMOVE_COMMENT = ModerationDecision.REMOVE_COMMENT
EXCLUDE = ModerationDecision.EXCLUDE
REINSTATE = ModerationDecision.REINSTATE
KEEP = ModerationDecision.KEEP

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)

PHONE = "My patient's number is 555-0100."
HARMLESS = "Well tolerated."
SHOWN = "Works fast."
"""What p1 says of colchicine in the table."""


async def gout_rating() -> Rating:
    """The rating of colchicine for gout by p1, who is a verified physician, with account 1."""
    await add_gout()
    source = await PhysicianSource.get(key="p1")
    rating = await Rating.get(physician_id=source.physician_id, drug__slug="colchicine", indication__slug="gout")
    account = await Account.create(subject_hash="a" * 64, created_at=NOON, reviews_seen_at=NOON)
    await Registration.create(
        account=account,
        physician_id=source.physician_id,
        status=VERIFIED,
        practising_since=2023,
        registered_at=NOON,
    )
    return rating


async def said(rating: Rating, comment: str | None, *findings: str, now: datetime = NOON) -> Submitted:
    """The physician revises the rating, with a comment in which the screening finds something."""
    account = await Account.first()
    assert account is not None
    submission = Submission(
        account.id,
        rating.physician_id,
        rating.drug_id,
        rating.indication_id,
        (2, 2, None, None, None, 5),
        comment,
        findings,
        "ADVERSE_EVENT" in findings,
        now,
    )
    async with in_transaction():
        return await submit_rating(submission)


async def reported(rating: Rating, *reasons: str) -> None:
    async with in_transaction():
        await open_case(CaseKind.REPORT, rating_id=rating.id, findings=reasons, now=NOON)


async def withdrawn(rating: Rating) -> None:
    async with in_transaction():
        await withdraw_rating(rating.physician_id, rating.id, NOON)


async def decided(
    rating_id: int,
    decision: ModerationDecision,
    note: str | None = None,
    seen: str | None = None,
) -> Moderated:
    """Account 99 decides, having read the comment `seen`."""
    async with in_transaction():
        version = None if seen is None else comment_version(seen)
        return await moderate_rating(rating_id, decision, note, "account:99", LATER, seen_version=version)


async def shown_comment(rating: Rating) -> str | None:
    return (await Rating.get(id=rating.id)).comment


async def kept_comment(rating: Rating) -> tuple[str, CommentState] | None:
    [held] = await held_comments([rating.id])
    return held and (held.text, held.state)


async def queue() -> list[CaseRecord]:
    return (await queue_page(PageRequest(100))).records


async def waiting_kinds() -> list[CaseKind]:
    return [case.kind for case in await queue()]


async def counted(rating: Rating) -> int:
    """How many ratings of the treatment everybody's cell counts, all counts being what the ratings say."""
    verification = await verify_counts()
    assert (verification.counts, verification.listed) == (0, ())
    cell = await Cell.get(
        drug_id=rating.drug_id, indication_id=rating.indication_id, segment_kind=EVERYBODY, segment_value=""
    )
    return cell.rating_count


async def last_entry() -> AuditEntry:
    entry = await AuditEntry.all().order_by("-id").first()
    assert entry is not None
    return entry


async def test_a_held_comment_is_published_when_a_moderator_has_read_it() -> None:
    rating = await gout_rating()
    assert (await said(rating, PHONE, "PHONE")).held
    assert await shown_comment(rating) is None

    moderated = await decided(rating.id, PUBLISH, "A number of a hotline.", seen=PHONE)

    assert moderated == Moderated(rating.id, PUBLISH, None, CommentState.PUBLISHED)
    assert (await shown_comment(rating), await kept_comment(rating)) == (PHONE, None)
    assert await waiting_kinds() == []
    # The rating is what it was, so it stays in the month in which it is counted.
    assert (await Rating.get(id=rating.id)).updated_at == NOON
    assert await counted(rating) == 3


async def test_a_held_comment_is_removed_and_can_be_published_after_all() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")

    removed = await decided(rating.id, REMOVE_COMMENT, seen=PHONE)

    assert removed == Moderated(rating.id, REMOVE_COMMENT, None, CommentState.REMOVED)
    assert (await shown_comment(rating), await kept_comment(rating)) == (None, (PHONE, CommentState.REMOVED))
    assert (await HeldComment.get(rating_id=rating.id)).held_at == NOON
    assert await waiting_kinds() == []

    assert (await decided(rating.id, PUBLISH, seen=PHONE)).comment is CommentState.PUBLISHED
    assert (await shown_comment(rating), await kept_comment(rating)) == (PHONE, None)
    assert await counted(rating) == 3


async def test_a_comment_that_is_shown_is_removed() -> None:
    rating = await gout_rating()
    await reported(rating, "PRIVACY")

    moderated = await decided(rating.id, REMOVE_COMMENT)

    assert moderated.comment is CommentState.REMOVED
    assert (await shown_comment(rating), await kept_comment(rating)) == (None, (SHOWN, CommentState.REMOVED))
    assert (await HeldComment.get(rating_id=rating.id)).held_at == LATER
    assert await waiting_kinds() == []
    assert await counted(rating) == 3


async def test_an_excluded_rating_counts_no_longer_and_can_come_back_as_it_was() -> None:
    rating = await gout_rating()
    await reported(rating, "SPAM")
    before = await ratings_by_id([rating.id])
    assert await counted(rating) == 3

    excluded = await decided(rating.id, EXCLUDE, "Advertising.")

    assert excluded.retirement is Retirement.EXCLUDED
    assert await ratings_by_id([rating.id]) == [None]
    [retired] = await retired_ratings([rating.id])
    assert retired is not None
    assert ([retired.rating], retired.reason, retired.retired_at) == (before, "Advertising.", LATER)
    assert await waiting_kinds() == []
    assert await counted(rating) == 2

    assert (await decided(rating.id, REINSTATE)) == Moderated(rating.id, REINSTATE, None, CommentState.PUBLISHED)
    assert await ratings_by_id([rating.id]) == before
    assert await retired_ratings([rating.id]) == [None]
    assert await counted(rating) == 3


async def test_a_comment_that_waited_waits_again_after_the_rating_is_reinstated() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE", "ADVERSE_EVENT")
    [before] = await queue()

    assert (await decided(rating.id, EXCLUDE)).comment is CommentState.HELD
    assert await queue() == []
    assert (await decided(rating.id, REINSTATE)).comment is CommentState.HELD

    # The same case with the same due date: nobody has become aware of the event anew.
    assert await queue() == [before]
    assert before.due_at == NOON + timedelta(days=15)
    assert (await decided(rating.id, PUBLISH, seen=PHONE)).comment is CommentState.PUBLISHED
    assert await queue() == []
    assert await ModerationCase.all().count() == 1


async def test_a_removed_comment_does_not_wait_after_the_rating_is_reinstated() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")
    await decided(rating.id, REMOVE_COMMENT)
    await decided(rating.id, EXCLUDE)

    assert (await decided(rating.id, REINSTATE)).comment is CommentState.REMOVED
    assert await queue() == []


async def test_reports_are_dismissed_and_nothing_else_changes() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")
    await reported(rating, "SPAM")
    before = await ratings_by_id([rating.id])

    moderated = await decided(rating.id, KEEP, "A fair opinion.")

    assert moderated == Moderated(rating.id, KEEP, None, CommentState.HELD)
    assert await ratings_by_id([rating.id]) == before
    assert await waiting_kinds() == [CaseKind.COMMENT]
    assert await counted(rating) == 3


async def test_each_decision_is_in_the_audit_log_without_the_comment() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE", "PERSON_NAME")
    await reported(rating, "PRIVACY", "SPAM")
    expected = [
        (KEEP, None, "Fair.", "RATING_KEPT", ["PRIVACY", "SPAM"]),
        (REMOVE_COMMENT, PHONE, None, "COMMENT_REMOVED", ["PERSON_NAME", "PHONE"]),
        (PUBLISH, PHONE, "A hotline.", "COMMENT_PUBLISHED", []),
        (EXCLUDE, None, "Advertising.", "RATING_EXCLUDED", []),
        (REINSTATE, None, "It was none.", "RATING_REINSTATED", []),
    ]

    for number, (decision, seen, note, action, findings) in enumerate(expected, start=1):
        await decided(rating.id, decision, note, seen)

        assert await AuditEntry.all().count() == number
        entry = await last_entry()
        assert (entry.actor, entry.action, entry.subject, entry.at) == (
            "account:99",
            action,
            f"rating:{rating.id}",
            LATER,
        )
        assert entry.details == {"decision": decision.value, "note": note, "findings": findings}


async def test_one_decision_answers_a_held_comment_and_reports_together() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")
    await reported(rating, "SPAM")

    await decided(rating.id, REMOVE_COMMENT)

    assert await waiting_kinds() == []
    assert (await last_entry()).details["findings"] == ["PHONE", "SPAM"]


async def test_readers_are_told_when_a_comment_appears_or_disappears() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")

    async def noted_by(decision: ModerationDecision, seen: str | None = None) -> list[int]:
        before = await FeedEvent.all().count()
        await decided(rating.id, decision, seen=seen)
        events = await FeedEvent.all().order_by("id").offset(before)
        assert all((event.rating_id, event.at) == (rating.id, LATER) for event in events)
        return [event.kind for event in events]

    assert await noted_by(REMOVE_COMMENT) == []
    assert await noted_by(PUBLISH, PHONE) == [REVISED]
    assert await noted_by(REMOVE_COMMENT) == [REVISED]
    assert await noted_by(EXCLUDE) == [GONE]
    assert await noted_by(REINSTATE) == [ADDED]
    await reported(rating)
    assert await noted_by(KEEP) == []


@pytest.mark.parametrize("seen", [HARMLESS, None])
async def test_nobody_publishes_a_comment_that_they_have_not_read(seen: str | None) -> None:
    rating = await gout_rating()
    await said(rating, HARMLESS, "PERSON_NAME")
    await said(rating, PHONE, "PHONE")

    with pytest.raises(CommentChanged) as changed:
        await decided(rating.id, PUBLISH, seen=seen)

    assert changed.value.rating_id == rating.id
    assert PHONE not in str(changed.value)
    assert (await shown_comment(rating), await kept_comment(rating)) == (None, (PHONE, CommentState.HELD))
    assert await waiting_kinds() == [CaseKind.COMMENT]
    assert await AuditEntry.all().count() == 0


async def test_a_comment_that_was_changed_meanwhile_is_not_removed_for_what_it_said() -> None:
    rating = await gout_rating()
    await said(rating, HARMLESS)

    with pytest.raises(CommentChanged):
        await decided(rating.id, REMOVE_COMMENT, seen=SHOWN)
    with pytest.raises(CommentChanged):
        await decided(rating.id, EXCLUDE, seen=SHOWN)

    assert await shown_comment(rating) == HARMLESS
    assert (await decided(rating.id, REMOVE_COMMENT, seen=HARMLESS)).comment is CommentState.REMOVED


async def test_a_rating_whose_comment_is_gone_is_not_excluded_for_it() -> None:
    rating = await gout_rating()
    await said(rating, None)

    with pytest.raises(CommentChanged):
        await decided(rating.id, EXCLUDE, seen=SHOWN)

    assert (await decided(rating.id, EXCLUDE)).retirement is Retirement.EXCLUDED


async def impossible(rating: Rating, *decisions: ModerationDecision) -> set[str]:
    """Try decisions that all have to be refused, changing nothing; how the rating stands, as they say."""
    entries, cases = await AuditEntry.all().count(), await queue()
    states = set()
    for decision in decisions:
        with pytest.raises(ImpossibleModeration) as refused:
            await decided(rating.id, decision)
        assert refused.value.decision == decision.value
        assert str(refused.value) == f"{decision.value} is not possible: the rating {refused.value.state}."
        states.add(refused.value.state)
    assert (await AuditEntry.all().count(), await queue()) == (entries, cases)
    return states


async def test_decisions_that_do_not_fit_a_rating_that_counts() -> None:
    rating = await gout_rating()

    assert await impossible(rating, PUBLISH) == {"has no comment that waits or was removed"}
    assert await impossible(rating, REINSTATE) == {"is not excluded"}
    assert await impossible(rating, KEEP) == {"has no open report"}
    await decided(rating.id, REMOVE_COMMENT)
    assert await impossible(rating, REMOVE_COMMENT) == {"has no comment that waits or is shown"}
    await said(rating, None)
    assert await impossible(rating, REMOVE_COMMENT) == {"has no comment that waits or is shown"}
    assert await counted(rating) == 3


async def test_decisions_that_do_not_fit_an_excluded_rating() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")
    await decided(rating.id, EXCLUDE)

    assert await impossible(rating, PUBLISH, REMOVE_COMMENT, EXCLUDE) == {"is excluded"}
    assert await impossible(rating, KEEP) == {"has no open report"}
    assert await counted(rating) == 2


async def test_decisions_that_do_not_fit_a_withdrawn_rating() -> None:
    rating = await gout_rating()
    await withdrawn(rating)

    assert await impossible(rating, PUBLISH, REMOVE_COMMENT, EXCLUDE, REINSTATE) == {"was withdrawn by its physician"}
    assert await counted(rating) == 2


@pytest.mark.parametrize("rating_id", [0, -1, 999_999, 2**63, 10**19])
async def test_a_rating_that_there_is_not(rating_id: int) -> None:
    await add_gout()

    with pytest.raises(RatingUnknown) as unknown:
        await decided(rating_id, EXCLUDE)

    assert unknown.value.rating_id == rating_id


@pytest.mark.parametrize(
    "note",
    [
        "x" * (LONGEST_NOTE + 1),
        "one\ntwo",
        "nul\0",
        "bell\x07",
        "\u202etxt.exe",
        "\u2066isolate",
        "half \ud83d",
        "a\u2028b",
    ],
)
async def test_a_note_that_cannot_be_kept_decides_nothing(note: str) -> None:
    rating = await gout_rating()

    with pytest.raises(InvalidNote) as invalid:
        await decided(rating.id, EXCLUDE, note)

    assert note not in str(invalid.value)
    assert (await AuditEntry.all().count(), await counted(rating)) == (0, 3)


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("  Advertising. ", "Advertising."),
        (" \t\n", None),
        ("", None),
        ("Größe 😀 é \u200f", "Größe 😀 é \u200f"),
        ("x" * LONGEST_NOTE, "x" * LONGEST_NOTE),
    ],
)
async def test_a_note_is_kept_without_blanks_around_it(note: str, kept: str | None) -> None:
    rating = await gout_rating()

    await decided(rating.id, EXCLUDE, note)

    assert (await last_entry()).details["note"] == kept
    [retired] = await retired_ratings([rating.id])
    assert retired is not None
    assert retired.reason == kept


async def test_no_statement_of_a_decision_holds_the_comment() -> None:
    rating = await gout_rating()
    await said(rating, PHONE, "PHONE")

    with recorded_statements() as statements:
        await decided(rating.id, PUBLISH, seen=PHONE)
        await decided(rating.id, REMOVE_COMMENT, seen=PHONE)
        await decided(rating.id, EXCLUDE, seen=PHONE)
        await decided(rating.id, REINSTATE, seen=PHONE)

    assert statements
    assert not [statement for statement in statements if PHONE in statement]


async def while_uncommitted(
    url: str, first: Callable[[], Awaitable[object]], second: Callable[[], Awaitable[object]]
) -> object:
    """Do the first thing and, before it is committed, begin the second one on another connection.

    The first one is committed once the second one waits for it or, if nothing makes it wait, is committed itself.
    """
    begun = asyncio.Event()

    async def do_second() -> object:
        async with open_database(DatabaseUrl.parse(url)):
            begun.set()
            return await second()

    async with in_transaction():
        await first()
        following = asyncio.create_task(do_second())
        await begun.wait()
        waiting = asyncio.create_task(somebody_waits())
        await asyncio.wait({following, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await asyncio.wait({waiting})
    return await following


async def somebody_waits() -> None:
    """Return when a session waits for a lock; SQLite does not tell, and lets one writer at a time begin."""
    if dialect_of(database()) == "postgres":
        query = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"
        while not (await database().execute_query_dict(query))[0]["n"]:
            pass


async def test_a_comment_that_is_being_changed_is_not_published_unread(catalogue_url: str) -> None:
    rating = await gout_rating()
    await said(rating, HARMLESS, "PERSON_NAME")

    with pytest.raises(CommentChanged):
        await while_uncommitted(
            catalogue_url,
            lambda: said(rating, PHONE, "PHONE", now=LATER),
            lambda: decided(rating.id, PUBLISH, seen=HARMLESS),
        )

    assert (await shown_comment(rating), await kept_comment(rating)) == (None, (PHONE, CommentState.HELD))
    assert await waiting_kinds() == [CaseKind.COMMENT]
    assert await counted(rating) == 3


async def test_a_comment_that_is_changed_while_it_is_published_waits_again(catalogue_url: str) -> None:
    rating = await gout_rating()
    await said(rating, HARMLESS, "PERSON_NAME")

    await while_uncommitted(
        catalogue_url,
        lambda: decided(rating.id, PUBLISH, seen=HARMLESS),
        lambda: said(rating, PHONE, "PHONE", now=LATER),
    )

    assert (await shown_comment(rating), await kept_comment(rating)) == (None, (PHONE, CommentState.HELD))
    [case] = await queue()
    assert (case.kind, case.findings, case.opened_at) == (CaseKind.COMMENT, ("PHONE",), LATER)
    assert await counted(rating) == 3


async def test_a_rating_that_is_being_withdrawn_is_not_excluded_as_well(catalogue_url: str) -> None:
    rating = await gout_rating()

    with pytest.raises(ImpossibleModeration):
        await while_uncommitted(
            catalogue_url, lambda: withdrawn(rating), lambda: decided(rating.id, EXCLUDE, seen=None)
        )

    [retired] = await retired_ratings([rating.id])
    assert retired is not None
    assert retired.state is Retirement.WITHDRAWN
    assert await counted(rating) == 2


async def test_a_rating_that_is_being_excluded_is_not_withdrawn_as_well(catalogue_url: str) -> None:
    rating = await gout_rating()

    with pytest.raises(RatingUnknown):
        await while_uncommitted(catalogue_url, lambda: decided(rating.id, EXCLUDE), lambda: withdrawn(rating))

    [retired] = await retired_ratings([rating.id])
    assert retired is not None
    assert retired.state is Retirement.EXCLUDED
    assert await counted(rating) == 2


async def test_a_rating_is_excluded_once_by_two_moderators(catalogue_url: str) -> None:
    rating = await gout_rating()

    with pytest.raises(ImpossibleModeration, match="is excluded"):
        await while_uncommitted(
            catalogue_url, lambda: decided(rating.id, EXCLUDE, "One."), lambda: decided(rating.id, EXCLUDE, "Two.")
        )

    [entry] = await AuditEntry.all()
    assert entry.details["note"] == "One."
    assert await counted(rating) == 2


async def test_decisions_withdrawals_and_revisions_at_once_leave_exact_counts(catalogue_url: str) -> None:
    rating = await gout_rating()

    async def in_turn(*steps: Callable[[], Awaitable[object]]) -> None:
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            for step in steps * 6:
                try:
                    await step()
                except (ImpossibleModeration, RatingUnknown, RatingExcluded):
                    continue

    await asyncio.gather(
        in_turn(lambda: decided(rating.id, EXCLUDE), lambda: decided(rating.id, REINSTATE)),
        in_turn(lambda: decided(rating.id, REMOVE_COMMENT), lambda: decided(rating.id, REINSTATE)),
        in_turn(lambda: withdrawn(rating), lambda: said(rating, HARMLESS), lambda: said(rating, PHONE, "PHONE")),
    )

    [stands], [retired] = await ratings_by_id([rating.id]), await retired_ratings([rating.id])
    assert (stands is None) != (retired is None)
    assert await counted(rating) == (2 if stands is None else 3)
    held = await HeldComment.filter(rating_id=rating.id)
    assert [comment.state for comment in held] in ([], [HELD], [REMOVED])
    assert not (held and stands and stands.comment)
