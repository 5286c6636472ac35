"""Erasing a physician: nothing that leads to them is left, and all counts are as if they had never rated."""

import asyncio

import pytest
from tortoise import Model
from tortoise.transactions import in_transaction

import models
from models import (
    Account,
    AuditEntry,
    ClientMutation,
    FeedEvent,
    Follow,
    HeldComment,
    HelpfulMark,
    Licence,
    ModerationCase,
    Physician,
    PhysicianSource,
    Rating,
    RatingReport,
    Registration,
    RetiredRating,
    WriteAllowance,
)
from models.feed import GONE, STANDING
from resolvers.audit import COMMAND
from resolvers.database import DatabaseUrl, open_database
from resolvers.follows import follow_drug
from resolvers.helpful import mark_helpful
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.identity.erasing import Erased, NothingToErase, erase_physician
from resolvers.identity.registering import register_physician
from resolvers.moderation.cases import CaseKind, open_case
from resolvers.ratings.retiring import exclude_rating
from resolvers.ratings.submitting import NotVerifiedNow
from resolvers.ratings.withdrawing import withdraw_rating
from tests.gout import add_gout
from tests.plain_counts import stored_counts
from tests.raters import Rater, add_account, add_rater, submit, treatment, wrong_counts
from tests.registrations import ANN, KEY, LATER, MODERATOR, NOW, register

pytestmark = pytest.mark.usefixtures("catalogue")

DRUGS = ("colchicine", "allopurinol", "febuxostat", "naproxen")


async def verified(name: str = "ann") -> Rater:
    registered = await register(name)
    await decide_physician(registered.physician_id, Decision.VERIFY, None, MODERATOR, NOW)
    return Rater((await Registration.get(physician_id=registered.physician_id)).account_id, registered.physician_id)


async def erase(rater: Rater) -> Erased | NothingToErase:
    return await erase_physician(rater.physician_id, COMMAND, LATER)


async def left(model: type[Model], **condition: int) -> int:
    return await model.filter(**condition).count()


async def test_ratings_identity_and_all_that_leads_there_are_gone() -> None:
    ann, bob = await verified(), await add_rater("bob")
    shown = await submit(ann, comment="Works fast.")
    held = await submit(ann, "allopurinol", comment="Call 555-1234.", findings=("PHONE",))
    excluded = await submit(ann, "febuxostat", comment="Buy at my shop.")
    withdrawn = await submit(ann, "naproxen")
    others = await submit(bob)
    async with in_transaction():
        await exclude_rating(excluded.rating_id, "Advertising.", NOW)
    async with in_transaction():
        await withdraw_rating(ann.physician_id, withdrawn.rating_id, NOW)
    for account_id, physician_id, rating_id in (
        (bob.account_id, bob.physician_id, shown.rating_id),
        (ann.account_id, ann.physician_id, others.rating_id),
    ):
        async with in_transaction():
            await mark_helpful(account_id, physician_id, rating_id, True, NOW)
        await RatingReport.create(rating_id=rating_id, account_id=account_id, reason="OTHER", reported_at=NOW)
        async with in_transaction():
            await follow_drug(account_id, (await treatment())[0], None, NOW)
        await ClientMutation.create(
            account_id=account_id, client_mutation_id="1", mutation="submitRating", input_digest="0" * 64, at=NOW
        )
        await WriteAllowance.create(writer=f"account:{account_id}", used_until=0)
    async with in_transaction():
        await open_case(CaseKind.REPORT, rating_id=shown.rating_id, findings=["OTHER"], now=NOW)
    await PhysicianSource.create(physician_id=ann.physician_id, key="imported")
    entries = await AuditEntry.all().count()

    assert await erase(ann) == Erased(ratings=4, comments=3)

    for model in (Rating, RetiredRating, Physician, PhysicianSource, Licence, Registration):
        column = "id" if model is Physician else "physician_id"
        assert await left(model, **{column: ann.physician_id}) == 0
    for model in (HelpfulMark, RatingReport, Follow, ClientMutation):
        assert await left(model, account_id=ann.account_id) == 0
    assert await left(Account, id=ann.account_id) == 0
    assert await HeldComment.all().count() == 0
    assert await left(WriteAllowance, writer=f"account:{ann.account_id}") == 0  # type: ignore[arg-type]
    for rating in (shown, held, excluded, withdrawn):
        for about in (HelpfulMark, RatingReport, ModerationCase):
            assert await left(about, rating_id=rating.rating_id) == 0
        events = await FeedEvent.filter(rating_id=rating.rating_id).order_by("-id")
        assert events[0].kind == GONE
        assert [event.kind for event in events].count(GONE) == 1
    assert await left(ModerationCase, physician_id=ann.physician_id) == 0
    assert await ModerationCase.filter(closed_at=None).count() == 0
    assert await ModerationCase.exclude(open_key=None).count() == 0

    assert await left(Rating, id=others.rating_id, physician_id=bob.physician_id) == 1
    assert await left(Follow, account_id=bob.account_id) == await left(ClientMutation, account_id=bob.account_id) == 1
    assert await wrong_counts() == 0
    entry = await AuditEntry.all().order_by("-id").first()
    assert entry is not None
    assert (entry.at, entry.actor, entry.action) == (LATER, COMMAND, "PHYSICIAN_ERASED")
    assert (entry.subject, entry.details) == (f"physician:{ann.physician_id}", {"ratings": 4, "comments": 3})
    assert await AuditEntry.all().count() == entries + 1


async def test_that_they_may_read_no_more_comes_before_what_others_are_told() -> None:
    """Or a subscription of theirs in another process might be sent the end of their own ratings first."""
    ann = await verified()
    for drug in ("colchicine", "naproxen"):
        await submit(ann, drug)
    before = await FeedEvent.all().count()
    await erase(ann)
    events = await FeedEvent.all().order_by("id").offset(before)
    assert [event.kind for event in events] == [STANDING, GONE, GONE]
    assert events[0].account_id == ann.account_id


async def test_the_counts_are_as_before_the_physician_had_rated() -> None:
    await add_gout()
    before = await stored_counts()
    ann = await verified()
    for drug in DRUGS:
        await submit(ann, drug)
    await submit(ann, indication="gout-prevention", levels=(None, 1, 1, None, None, 2))
    assert await stored_counts() != before

    assert await erase(ann) == Erased(5, 0)

    assert await stored_counts() == before
    assert await wrong_counts() == 0


async def test_the_second_time_there_is_nothing() -> None:
    ann = await verified()
    await erase(ann)
    entries = await AuditEntry.all().count()

    assert await erase(ann) == NothingToErase()

    assert await AuditEntry.all().count() == entries


async def test_of_several_at_once_one_erases() -> None:
    ann = await verified()
    await submit(ann)

    outcomes = await asyncio.gather(*(erase(ann) for _ in range(5)))

    assert outcomes.count(Erased(1, 0)) == 1
    assert outcomes.count(NothingToErase()) == 4
    assert await AuditEntry.filter(action="PHYSICIAN_ERASED").count() == 1
    assert await wrong_counts() == 0


async def test_a_physician_of_imported_ratings_can_be_erased() -> None:
    await add_gout()
    p1 = (await PhysicianSource.get(key="p1")).physician_id  # type: ignore[attr-defined]

    # Of the table in tests/gout.py: three ratings, of which two have a comment.
    assert await erase_physician(p1, COMMAND, LATER) == Erased(3, 2)

    assert await Rating.all().count() == 7
    assert await PhysicianSource.filter(key="p1").count() == 0
    assert await wrong_counts() == 0


async def test_a_physician_without_ratings_can_be_erased_and_the_licence_is_free() -> None:
    ann = await verified()

    assert await erase(ann) == Erased(0, 0)

    assert (await register("ann again")).physician_id != ann.physician_id


@pytest.mark.parametrize("attempt", range(16))
async def test_a_rating_at_the_same_time_is_erased_or_refused(attempt: int, catalogue_url: str) -> None:
    ann, bob = await verified(), await add_rater("bob")
    await submit(ann)
    await submit(bob)

    begun = [asyncio.Event() for _ in range(8)]

    async def submit_all() -> list[str]:
        """As another process does: with connections of its own."""
        outcomes = []
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            for event, drug in zip(begun, (*DRUGS, *DRUGS), strict=True):
                event.set()
                try:
                    await submit(ann, drug)
                except NotVerifiedNow:
                    outcomes.append("refused")
                else:
                    outcomes.append("written")
        return outcomes

    async def erase_meanwhile() -> Erased | NothingToErase:
        await begun[attempt % 8].wait()
        return await erase(ann)

    outcomes, erased = await asyncio.gather(submit_all(), erase_meanwhile())

    assert isinstance(erased, Erased)
    written = outcomes.count("written")
    assert outcomes == ["written"] * written + ["refused"] * (8 - written)
    assert erased.ratings == max(1, min(4, written))
    assert await Rating.filter(physician_id=ann.physician_id).count() == 0
    assert await Rating.all().count() == 1
    assert await wrong_counts() == 0


async def test_registering_at_the_same_time_as_being_erased() -> None:
    for number in range(5):
        ann = await verified(f"ann{number}x")
        account_id = await add_account(f"eve{number}x")

        outcomes = await asyncio.gather(
            erase(ann), register_physician(account_id, ANN, KEY, NOW), return_exceptions=True
        )

        assert outcomes[0] == Erased(0, 0)
        eve = await Registration.get_or_none(account_id=account_id)
        assert (eve is None) is isinstance(outcomes[1], Exception)
        assert await Licence.all().count() == (eve is not None)
        if eve is not None:
            await erase_physician(eve.physician_id, COMMAND, LATER)  # type: ignore[attr-defined]


async def test_every_table_that_names_a_person_or_a_rating_is_thought_of() -> None:
    """A new table with such a column has to be erased, or be named here with a reason."""
    kept = {
        "feed_event",  # tombstones: keys, and of a rating that is gone its specialty and country
        "released_rating",  # names nobody; goes with the release that follows
        "unreleased_rating",  # the mark for that release
    }
    erased = {
        "account", "client_mutation", "follow", "held_comment", "helpful_mark", "licence", "moderation_case",
        "physician", "physician_source", "rating", "rating_report", "registration", "retired_rating",
    }  # fmt: skip
    found = set()
    for name in models.__all__:
        table = getattr(models, name).describe()
        columns = {column["db_column"] for column in table["data_fields"]}
        if columns & {"account_id", "physician_id", "rating_id", "subject_hash", "number_sealed"}:
            found.add(table["table"])
    assert found | {"physician"} == kept | erased
