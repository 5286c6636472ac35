"""What the feed is told: each change that somebody may wait for, once, and nothing else."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.transactions import in_transaction

from models import (
    Account,
    Cell,
    Drug,
    FeedEvent,
    HeadToHead,
    Indication,
    Installation,
    Physician,
    Rating,
    Registration,
    ReleasedCell,
    Specialty,
    UnreleasedRating,
)
from models.feed import ADDED, FOLLOWS, GONE, RECOUNTED, RELEASED, REVISED, STANDING
from resolvers.audit import COMMAND
from resolvers.counts.current import bring_counts_up_to_date
from resolvers.counts.rebuilding import rebuild_counts
from resolvers.database import database
from resolvers.feed.sequencing import give_positions
from resolvers.feed.waking import woken
from resolvers.feed.writing import note_standing
from resolvers.follows import follow_drug, unfollow_drug
from resolvers.identity.api_keys import SCORES, UnknownKey, create_key, revoke_key
from resolvers.identity.deciding import Decision, ImpossibleDecision, decide_physician
from resolvers.identity.erasing import erase_physician
from resolvers.moderation.comments import comment_version
from resolvers.moderation.deciding import ModerationDecision, moderate_rating
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.retiring import exclude_rating, reinstate_rating
from resolvers.ratings.sources import RatingSource
from resolvers.ratings.submitting import submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.simulation.simulating import simulate
from resolvers.sql import fetch_rows
from resolvers.writes.replays import once
from tests.gout import GOUT, add, add_gout
from tests.raters import NOW, Rater, add_account, add_rater, submission_of, submit, treatment, wrong_counts
from tests.rating_files import GOOD, csv_file, rating
from tests.registrations import BOB, MODERATOR, NPI, import_registry, register
from tests.simultaneous import at_once, while_uncommitted
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(days=1)

LAST = NOW + timedelta(days=2)

OF_RATINGS = (ADDED, REVISED, GONE)


async def noted(*kinds: int) -> list[dict[str, Any]]:
    """The events of these kinds in the order in which they were written, each with what it is about."""
    events = await FeedEvent.filter(kind__in=kinds).order_by("id").values()
    return [{name: value for name, value in event.items() if value is not None} for event in events]


async def told(*kinds: int) -> list[tuple[Any, ...]]:
    """Of each of these events: kind, rating, country, and whether it is about the first."""
    return [
        (event["kind"], event.get("rating_id"), event.get("country"), event["is_first"])
        for event in await noted(*kinds)
    ]


async def exclude(rating_id: int, at: datetime = LATER) -> None:
    async with in_transaction():
        await exclude_rating(rating_id, None, at)


async def reinstate(rating_id: int, at: datetime = LAST) -> None:
    async with in_transaction():
        await reinstate_rating(rating_id, at)


async def withdraw(rater: Rater, rating_id: int, at: datetime = LATER) -> None:
    async with in_transaction():
        await withdraw_rating(rater.physician_id, rating_id, at)


async def move(rater: Rater, country: str, specialty: str) -> None:
    """Let a physician work somewhere else, and as something else."""
    await Physician.filter(id=rater.physician_id).update(
        country=country, specialty_id=(await Specialty.get(name=specialty)).id
    )


async def raters(number: int, **person: str) -> list[Rater]:
    return [await add_rater(f"rater{place}x", **person) for place in range(number)]  # type: ignore[arg-type]


async def test_a_rating_is_told_with_its_treatment_and_its_physicians_specialty_and_country() -> None:
    outcome = await submit(await add_rater("ann", specialty="Nephrology", country="FR"))

    [event] = await noted(*OF_RATINGS)
    event.pop("id")
    event.pop("position", None)
    drug_id, indication_id = await treatment()
    assert event == {
        "kind": ADDED,
        "rating_id": outcome.rating_id,
        "drug_id": drug_id,
        "indication_id": indication_id,
        "specialty_id": (await Specialty.get(name="Nephrology")).id,
        "country": "FR",
        "is_first": True,
        "at": NOW,
    }
    assert await FeedEvent.all().count() == 1


async def test_only_the_first_rating_of_a_treatment_is_the_first() -> None:
    ann, bob = await add_rater("ann"), await add_rater("bob")

    await submit(ann)
    await submit(bob)
    await submit(bob, indication="gout-prevention")
    await submit(bob, "allopurinol")

    assert [event["is_first"] for event in await noted(ADDED)] == [True, False, True, True]


async def test_of_many_first_ratings_at_once_one_is_the_first(catalogue_url: str) -> None:
    people = await raters(10)

    await at_once(catalogue_url, [lambda rater=rater: submit(rater) for rater in people])  # type: ignore[misc]

    firsts = [event["is_first"] for event in await noted(ADDED)]
    assert (len(firsts), firsts.count(True)) == (10, 1)
    assert await wrong_counts() == 0


async def test_a_first_rating_that_waits_for_another_is_not_the_first(catalogue_url: str) -> None:
    ann, bob = [await submission_of(await add_rater(name)) for name in ("ann", "bob")]

    await while_uncommitted(catalogue_url, lambda: submit_rating(ann), lambda: submit_rating(bob))

    assert [event["is_first"] for event in await noted(ADDED)] == [True, False]


async def test_a_revision_is_told_with_who_the_physician_is_now() -> None:
    ann = await add_rater("ann")
    rating_id = (await submit(ann)).rating_id
    await move(ann, "FR", "Nephrology")

    await submit(ann, levels=(1,) * 6, at=LATER)

    assert await told(*OF_RATINGS) == [(ADDED, rating_id, "DE", True), (REVISED, rating_id, "FR", False)]
    revised = (await noted(REVISED))[0]
    assert revised["specialty_id"] == (await Specialty.get(name="Nephrology")).id
    assert (revised["drug_id"], revised["indication_id"]) == await treatment()
    assert revised["at"] == LATER


async def test_a_withdrawn_rating_is_told_as_the_one_that_it_was_and_comes_back_as_a_new_one() -> None:
    ann = await add_rater("ann", specialty="Nephrology", country="FR")
    rating_id = (await submit(ann)).rating_id
    await move(ann, "US", "Rheumatology")

    await withdraw(ann, rating_id)
    await submit(ann, at=LAST)

    assert await told(*OF_RATINGS) == [
        (ADDED, rating_id, "FR", True),
        (GONE, rating_id, "FR", False),
        (ADDED, rating_id, "US", True),
    ]
    [gone] = await noted(GONE)
    assert gone["specialty_id"] == (await Specialty.get(name="Nephrology")).id
    assert (gone["drug_id"], gone["indication_id"]) == await treatment()
    assert gone["at"] == LATER


async def test_an_excluded_rating_is_gone_and_a_reinstated_one_is_new() -> None:
    ann, bob = await add_rater("ann", country="FR"), await add_rater("bob")
    rating_id = (await submit(ann)).rating_id
    others = (await submit(bob)).rating_id

    await exclude(rating_id)
    await reinstate(rating_id)

    assert await told(*OF_RATINGS) == [
        (ADDED, rating_id, "FR", True),
        (ADDED, others, "DE", False),
        (GONE, rating_id, "FR", False),
        (ADDED, rating_id, "FR", False),
    ]
    assert [event["at"] for event in await noted(*OF_RATINGS)] == [NOW, NOW, LATER, LAST]


async def test_a_comment_that_is_published_is_a_revision() -> None:
    ann = await add_rater("ann", country="FR")
    rating_id = (await submit(ann, comment="Call 555-1234.", findings=("PHONE",))).rating_id

    async with in_transaction():
        await moderate_rating(
            rating_id,
            ModerationDecision.PUBLISH,
            None,
            MODERATOR,
            LATER,
            seen_version=comment_version("Call 555-1234."),
        )

    assert await told(*OF_RATINGS) == [(ADDED, rating_id, "FR", True), (REVISED, rating_id, "FR", False)]


class Failed(Exception):
    """Something goes wrong before the transaction is committed."""


async def test_what_is_not_committed_is_not_told() -> None:
    ann, *others = await raters(11)
    for rater in others:
        await submit(rater)
    before = await noted(*OF_RATINGS, RELEASED)

    async def submit_and_fail() -> None:
        async with in_transaction():
            await submit(ann)
            assert await noted(RELEASED) != []
            raise Failed

    with pytest.raises(Failed):
        await submit_and_fail()

    assert len(before) == 10
    assert await noted(*OF_RATINGS, RELEASED) == before


async def test_a_write_of_a_rating_takes_one_statement_for_the_feed() -> None:
    ann = await add_rater("ann")

    async def of_feed(write: Awaitable[object]) -> int:
        with recorded_statements() as statements:
            await write
        return sum("feed_event" in statement for statement in statements)

    rating_id = (await submit(ann, "allopurinol")).rating_id
    assert [
        await of_feed(submit(ann)),
        await of_feed(submit(ann, levels=(1,) * 6)),
        await of_feed(withdraw(ann, rating_id)),
        await of_feed(submit(ann, "allopurinol")),
        await of_feed(exclude(rating_id)),
        await of_feed(reinstate(rating_id)),
    ] == [1] * 6


async def test_each_release_is_told_and_nothing_between_two_releases() -> None:
    people = await raters(22)
    drug_id, indication_id = await treatment()

    for number, rater in enumerate(people):
        await submit(rater, at=NOW + timedelta(minutes=number))

    # Eleven are released together, and then eleven more.
    first, second = await noted(RELEASED)
    for event, is_first, minutes in ((first, True, 10), (second, False, 21)):
        assert (event["drug_id"], event["indication_id"]) == (drug_id, indication_id)
        assert (event["is_first"], event["at"]) == (is_first, NOW + timedelta(minutes=minutes))
        assert event.keys().isdisjoint({"rating_id", "specialty_id", "country", "account_id"})


async def test_revisions_are_told_when_they_are_released() -> None:
    people = await raters(11)
    for rater in people:
        await submit(rater)

    for rater in people:
        assert len(await noted(RELEASED)) == 1
        await submit(rater, levels=(1,) * 6, at=LATER)

    assert [(event["is_first"], event["at"]) for event in await noted(RELEASED)] == [(True, NOW), (False, LATER)]


async def test_revisions_that_cancel_each_other_out_are_not_told() -> None:
    """Each of eleven takes the level of the one before, so that all have changed and the counts are the same."""
    people = await raters(11)
    levels = [*[1, 2] * 5, 3]
    for rater, level in zip(people, levels, strict=True):
        await submit(rater, levels=(level, 3, 3, 3, 3, 3))
    shown = await released_counts()

    for place, rater in enumerate(people):
        assert await UnreleasedRating.all().count() == place
        await submit(rater, levels=(levels[place - 1], 3, 3, 3, 3, 3), at=LATER)

    assert await UnreleasedRating.all().count() == 0
    assert len(await noted(RELEASED)) == 1
    assert await released_counts() == shown


async def released_counts() -> list[dict[str, Any]]:
    return await ReleasedCell.all().order_by("id").values()


async def test_a_class_that_is_gone_is_told() -> None:
    people = await raters(11)
    ids = [(await submit(rater)).rating_id for rater in people]

    for rater, rating_id in zip(people, ids, strict=True):
        await withdraw(rater, rating_id)

    assert [(event["is_first"], event["at"]) for event in await noted(RELEASED)] == [(True, NOW), (False, LATER)]
    assert await ReleasedCell.exclude(rating_count=0).count() == 0


def by_eleven(drug: str) -> list[Any]:
    """Ratings of a drug for gout by as many physicians as are needed for a release."""
    return [replace(GOUT[0], physician=f"q{number}", drug=drug) for number in range(11)]


async def test_a_bulk_is_told_by_drug_and_by_what_is_released_and_not_by_rating() -> None:
    before = datetime.now(UTC)

    await add([*by_eleven("colchicine"), *by_eleven("allopurinol"), *GOUT])

    drugs = {slug: (await Drug.get(slug=slug)).id for slug in ("colchicine", "allopurinol", "febuxostat", "naproxen")}
    gout = (await Indication.get(slug="gout")).id
    assert [event["drug_id"] for event in await noted(RECOUNTED)] == sorted(drugs.values())
    assert [(event["drug_id"], event["indication_id"], event["is_first"]) for event in await noted(RELEASED)] == [
        (drug_id, gout, True) for drug_id in sorted((drugs["colchicine"], drugs["allopurinol"]))
    ]
    assert await noted(*OF_RATINGS) == []
    assert all(before <= event["at"] <= datetime.now(UTC) for event in await noted(RECOUNTED, RELEASED))


async def test_an_import_is_told_batch_by_batch_and_only_if_it_added_something(tmp_path: Path) -> None:
    rows = [rating(physician=f"p{number}") for number in range(4)] + [rating(physician="p0", drug="allopurinol")]
    source = tmp_path / "ratings.csv"
    source.write_bytes(csv_file([*rows, GOOD]))
    colchicine, allopurinol = [(await treatment(drug))[0] for drug in ("colchicine", "allopurinol")]

    # Three, one and another, and the one that is there already: GOOD is by p1.
    await import_ratings(RatingSource(source), tmp_path / "rejects.csv", batch_rows=3)
    await import_ratings(RatingSource(source), tmp_path / "rejects.csv", batch_rows=3)
    await import_ratings(RatingSource(source), tmp_path / "rejects.csv", restart=True)

    told_of = [event["drug_id"] for event in await noted(RECOUNTED)]
    assert told_of == [colchicine, *sorted((colchicine, allopurinol))]
    assert await FeedEvent.all().count() == 3


async def test_another_prior_is_told_once() -> None:
    await add(by_eleven("colchicine"))
    before = await FeedEvent.all().count()

    version = (await refit_prior()).version
    assert await FeedEvent.all().count() == before
    await use_prior(version)
    await use_prior(version)

    events = await noted(RECOUNTED)
    assert (await FeedEvent.all().count(), "drug_id" in events[-1]) == (before + 1, False)


async def test_a_rebuild_tells_what_was_wrong() -> None:
    await add(by_eleven("colchicine"))
    before = await FeedEvent.all().count()

    await rebuild_counts()
    assert await FeedEvent.all().count() == before

    await Cell.filter(segment_value="DE").update(efficacy_5=99)
    await rebuild_counts()
    [event] = (await noted(RECOUNTED, RELEASED))[before:]
    assert (event["kind"], "drug_id" in event) == (RECOUNTED, False)


async def test_a_rebuild_tells_of_head_to_heads() -> None:
    await add_gout()
    before = await FeedEvent.all().count()
    await HeadToHead.all().delete()

    await rebuild_counts()

    [event] = (await noted(RECOUNTED, RELEASED))[before:]
    assert (event["kind"], "drug_id" in event) == (RECOUNTED, False)


async def test_a_rebuild_of_released_counts_is_told_to_those_who_see_them() -> None:
    await add(by_eleven("colchicine"))
    before = await FeedEvent.all().count()
    drug_id, indication_id = await treatment()
    # Counts that should not be there at all.
    await ReleasedCell.create(
        drug_id=drug_id, indication_id=indication_id, segment_kind=2, segment_value="NO", rating_count=12
    )

    await rebuild_counts()

    [event] = (await noted(RECOUNTED, RELEASED))[before:]
    assert (event["kind"], event["drug_id"], event["indication_id"]) == (RELEASED, drug_id, indication_id)
    assert event["is_first"] is False


async def test_what_a_rebuild_releases_is_told() -> None:
    people = await raters(11)
    for rater in people[:10]:
        await submit(rater)
    async with in_transaction():
        await submit(people[10], levels=(3,) * 6)
    for table in ("released_cell", "released_rating", "unreleased_rating"):
        await database().execute_query(f"DELETE FROM {table}")
    before = len(await noted(RELEASED))

    await rebuild_counts()

    [event] = (await noted(RELEASED))[before:]
    assert ((event["drug_id"], event["indication_id"]), event["is_first"]) == (await treatment(), True)


async def test_what_an_account_follows_is_told_when_it_changes() -> None:
    bob = await add_account("bob")
    drug_id, indication_id = await treatment()

    async def follow(indication: int | None, at: datetime) -> None:
        async with in_transaction():
            await follow_drug(bob, drug_id, indication, at)

    async def unfollow(at: datetime) -> None:
        async with in_transaction():
            await unfollow_drug(bob, drug_id, None, at)

    await unfollow(NOW)
    await follow(None, NOW)
    await follow(None, LATER)
    await follow(indication_id, LATER)
    await unfollow(LAST)
    await unfollow(LAST)

    events = await noted(FOLLOWS)
    assert [(event["account_id"], event["at"]) for event in events] == [(bob, NOW), (bob, LATER), (bob, LAST)]
    assert all("drug_id" not in event for event in events)
    assert await FeedEvent.all().count() == 3


async def test_each_decision_about_a_physician_is_told() -> None:
    physician_id = (await register("ann")).physician_id
    account_id = (await Registration.get()).account_id  # type: ignore[attr-defined]
    assert await FeedEvent.all().count() == 0, "who waits may do nothing more than before"

    decisions = (Decision.REJECT, Decision.VERIFY, Decision.SUSPEND, Decision.REINSTATE)
    for number, decision in enumerate(decisions):
        await decide_physician(physician_id, decision, None, MODERATOR, NOW + timedelta(hours=number))
    with pytest.raises(ImpossibleDecision):
        await decide_physician(physician_id, Decision.REINSTATE, None, MODERATOR, LAST)

    events = await noted(STANDING)
    assert [event["account_id"] for event in events] == [account_id] * 4
    assert [event["at"] for event in events] == [NOW + timedelta(hours=number) for number in range(4)]
    assert await FeedEvent.all().count() == 4


async def test_who_is_verified_by_a_registry_is_told(tmp_path: Path) -> None:
    registry = f"country,authority,number,specialty\nUS,NPI,{NPI},Family Practice\n"
    await register("bob", BOB)
    account_id = (await Registration.get()).account_id  # type: ignore[attr-defined]

    await import_registry(tmp_path, registry)
    await import_registry(tmp_path, registry)
    assert [event["account_id"] for event in await noted(STANDING)] == [account_id]

    await erase_physician((await Registration.get()).physician_id, COMMAND, LATER)  # type: ignore[attr-defined]
    await register("bob again", BOB)
    again = (await Registration.get()).account_id  # type: ignore[attr-defined]
    # Verified, erased, and verified at once.
    assert [event["account_id"] for event in await noted(STANDING)] == [account_id, account_id, again]


async def test_a_revoked_key_is_told_once() -> None:
    key = await create_key("Hospital", [SCORES], NOW)
    assert await FeedEvent.all().count() == 0

    revoked = await revoke_key(key.public_part, LATER)
    with pytest.raises(UnknownKey):
        await revoke_key(key.public_part, LAST)

    [event] = await noted(STANDING)
    assert (event["key_id"], event["at"], "account_id" in event) == (revoked.key_id, LATER, False)


async def test_the_standing_of_nobody_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="Whose"):
        await note_standing(NOW)


@pytest.mark.parametrize("numbered", [True, False], ids=["with positions", "just committed"])
async def test_an_erased_physician_leaves_tombstones_only(numbered: bool) -> None:
    ann, bob = await add_rater("ann", country="FR"), await add_rater("bob", country="FR")
    kept, excluded, withdrawn = [
        (await submit(ann, drug)).rating_id for drug in ("colchicine", "allopurinol", "febuxostat")
    ]
    await submit(ann, levels=(1,) * 6)
    others = (await submit(bob)).rating_id
    await exclude(excluded)
    await withdraw(ann, withdrawn)
    for rater in (ann, bob):
        async with in_transaction():
            await follow_drug(rater.account_id, (await treatment())[0], None, NOW)
    if numbered:
        await give_positions()
    before = {event["id"]: event for event in await noted(*OF_RATINGS, FOLLOWS, STANDING)}

    await erase_physician(ann.physician_id, COMMAND, LAST)

    specialty_id = (await Specialty.get(name="Rheumatology")).id
    after = await noted(*OF_RATINGS, FOLLOWS, STANDING)
    for event in after:
        was = before.get(event["id"], event)
        if event.get("rating_id") in (kept, excluded, withdrawn):
            who = (event.get("specialty_id"), event.get("country"))
            assert who == ((specialty_id, "FR") if event["kind"] == GONE else (None, None))
            assert {name: was[name] for name in ("kind", "rating_id", "drug_id", "indication_id", "at")}.items() <= (
                event.items()
            )
        elif event["kind"] == STANDING:
            assert (event["account_id"], event["at"]) == (ann.account_id, LAST)
        elif was.get("account_id") == ann.account_id:
            assert (event["kind"], "account_id" in event) == (FOLLOWS, False)
        else:
            assert event == was
        assert event.get("position") == was.get("position")
    assert [event["rating_id"] for event in after if event["kind"] == GONE] == [excluded, withdrawn, kept]
    assert [event["kind"] for event in after][-2:] == [STANDING, GONE]
    assert len(after) == len(before) + 2
    assert (ADDED, others, "FR", False) in await told(ADDED)


async def test_ratings_that_were_imported_are_gone_with_their_physician() -> None:
    await add_gout()
    ratings = await Rating.filter(country="DE").order_by("id")

    await erase_physician(ratings[0].physician_id, COMMAND, LATER)  # type: ignore[attr-defined]

    # Of the table in tests/gout.py: colchicine, allopurinol and febuxostat by p1, a rheumatologist in Germany.
    assert [
        (event["rating_id"], event["drug_id"], event["specialty_id"], event["country"], event["at"])
        for event in await noted(*OF_RATINGS)
    ] == [(one.id, one.drug_id, one.specialty_id, "DE", LATER) for one in ratings]  # type: ignore[attr-defined]
    assert len(ratings) == 3
    assert await noted(STANDING) == []


async def test_erasing_while_positions_are_given_and_old_events_are_deleted(catalogue_url: str) -> None:
    ann, bob = await add_rater("ann", country="FR"), await add_rater("bob", country="FR")
    await submit(ann)
    await give_positions()
    [(oldest,)] = await fetch_rows("SELECT position FROM feed_event")
    rating_id = (await submit(ann, "allopurinol")).rating_id
    await submit(bob)

    async def prune() -> None:
        await database().execute_query(f"DELETE FROM feed_event WHERE position <= {oldest}")

    await while_uncommitted(catalogue_url, prune, lambda: erase_physician(ann.physician_id, COMMAND, LATER))
    await give_positions()

    events = await noted(*OF_RATINGS)
    assert [(event["kind"], event.get("country")) for event in events if event["rating_id"] == rating_id] == [
        (ADDED, None),
        (GONE, "FR"),
    ]
    assert sorted(event["position"] for event in await noted(*OF_RATINGS, STANDING)) == [2, 3, 4, 5, 6]


@contextmanager
def counted_wakes() -> Iterator[list[bool]]:
    """For each time that the followers are woken, whether all was committed by then."""
    wakes: list[bool] = []
    with woken(lambda: wakes.append(not isinstance(database(), TransactionalDBClient))):
        yield wakes


async def test_followers_are_woken_after_a_mutation_is_committed() -> None:
    account_id = await add_account("bob")
    events: list[str] = []

    async def work() -> dict[str, Any]:
        events.append("work")
        return {}

    async def fail() -> dict[str, Any]:
        raise Failed

    async def send(key: str | None, what: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        await once(account_id, key, "submitRating", "a" * 64, what, NOW)

    with counted_wakes() as wakes, woken(lambda: events.append("woken")):
        await send(None, work)
        await send("one", work)
        await send("one", work)
        with pytest.raises(Failed):
            await send("two", fail)

    # The second one under the same id may have been carried out by a process that was cut off before it woke anybody.
    assert events == ["work", "woken", "work", "woken", "woken"]
    assert wakes == [True, True, True]


async def test_followers_are_woken_by_whatever_else_writes(tmp_path: Path) -> None:
    await add(by_eleven("colchicine"))
    await register("bob", BOB)
    key = await create_key("Hospital", [SCORES], NOW)
    version = (await refit_prior()).version
    source = tmp_path / "ratings.csv"
    source.write_bytes(csv_file([GOOD]))

    async def erase() -> None:
        await erase_physician((await Registration.get()).physician_id, COMMAND, LATER)  # type: ignore[attr-defined]

    async def catch_up() -> None:
        await Installation.all().update(counts_version=1)
        await bring_counts_up_to_date()

    writers: dict[str, Callable[[], Awaitable[object]]] = {
        "registry": lambda: import_registry(tmp_path, f"country,authority,number\nUS,NPI,{NPI}\n"),
        "erasure": erase,
        "key": lambda: revoke_key(key.public_part, LATER),
        "prior": lambda: use_prior(version),
        "rebuild": rebuild_counts,
        "releases": catch_up,
        "import": lambda: import_ratings(RatingSource(source), tmp_path / "other-rejects.csv"),
        "simulation": lambda: simulate(10, 1),
    }
    woken_by = {}
    for name, write in writers.items():
        with counted_wakes() as wakes:
            await write()
        woken_by[name] = bool(wakes) and all(wakes)

    assert woken_by == dict.fromkeys(writers, True)
    assert await Account.all().count() == 0
