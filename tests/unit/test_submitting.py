"""A physician's one rating of a treatment: given, revised, given again, and refused."""

from datetime import UTC, datetime, timedelta

import pytest

from models import Cell, HeadToHead, ModerationCase, Physician, Rating, Registration, Specialty, Treatment
from models.accounts import PENDING, REJECTED, SUSPENDED
from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, MONTH
from models.feed import ADDED, REVISED, FeedEvent
from models.moderation import HELD, ORDINARY, REMOVED, URGENT, HeldComment, RetiredRating
from models.ratings import CRITERIA
from resolvers.ratings.submitting import NotVerifiedNow, RatingExcluded
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.viewers import Status
from tests.raters import NOW, Rater, add_account, add_rater, rating_with, submit, treatment, wrong_counts

pytestmark = pytest.mark.usefixtures("catalogue")

LATER = NOW + timedelta(days=40)


async def events() -> list[tuple[int, int]]:
    """The kinds of all events and whose they are, in their order."""
    return [(event.kind, event.rating_id) for event in await FeedEvent.all().order_by("id")]


async def counted(kind: int) -> dict[str, int]:
    """How many ratings each cell of a kind of segment has."""
    return {cell.segment_value: cell.rating_count for cell in await Cell.filter(segment_kind=kind) if cell.rating_count}


async def test_a_first_rating_is_what_the_physician_says_and_is() -> None:
    rater = await add_rater("ann")

    outcome = await submit(rater, levels=(5, None, 3, 2, 1, 4), comment="Works fast.")

    rating = await rating_with(outcome.rating_id)
    assert (outcome.created, outcome.findings, outcome.held, outcome.off_label) == (True, (), False, False)
    assert tuple(getattr(rating, criterion) for criterion in CRITERIA) == (5, None, 3, 2, 1, 4)
    assert (rating.comment, rating.created_at, rating.updated_at) == ("Works fast.", NOW, NOW)
    assert (rating.drug_id, rating.indication_id) == await treatment()
    assert (rating.physician_id, rating.country) == (rater.physician_id, "DE")
    assert (await rating.specialty).name == "Rheumatology"
    # From 2016 to 2026.
    assert rating.years_in_practice == 10
    assert await events() == [(ADDED, rating.id)]
    assert await wrong_counts() == 0


async def test_it_counts_at_once() -> None:
    rater = await add_rater("ann")

    await submit(rater)
    await submit(rater, "allopurinol")

    assert await counted(COUNTRY) == {"DE": 1}
    assert await counted(MONTH) == {"2026-07": 1}
    assert await counted(EXPERIENCE) == {"ESTABLISHED": 1}
    assert (await HeadToHead.get()).overall_physicians == 1
    assert await wrong_counts() == 0


@pytest.mark.parametrize(("since", "years"), [(2026, 0), (2027, 0), (1990, 36), (1930, 80)])
async def test_years_in_practice_are_those_of_the_year_of_the_rating(since: int, years: int) -> None:
    rater = await add_rater("ann", practising_since=since)

    outcome = await submit(rater)

    assert (await rating_with(outcome.rating_id)).years_in_practice == years
    assert (await Physician.get(id=rater.physician_id)).years_in_practice == years
    assert await wrong_counts() == 0


async def test_a_second_one_revises_the_first() -> None:
    rater = await add_rater("ann")
    first = await submit(rater, comment="Works fast.")
    await Physician.filter(id=rater.physician_id).update(
        country="FR", specialty_id=(await Specialty.get(name="Nephrology")).id
    )

    second = await submit(rater, levels=(1, 1, 1, 1, 1, None), comment="Not any more.", at=LATER)

    rating = await Rating.get()
    assert (second.rating_id, second.created) == (first.rating_id, False)
    assert (rating.efficacy, rating.preference, rating.comment) == (1, None, "Not any more.")
    assert (rating.created_at, rating.updated_at, rating.country) == (NOW, LATER, "FR")
    assert await counted(EVERYBODY) == {"": 1}
    assert await counted(COUNTRY) == {"FR": 1}
    assert await counted(MONTH) == {"2026-08": 1}
    assert await events() == [(ADDED, rating.id), (REVISED, rating.id)]
    assert await wrong_counts() == 0


async def test_a_drug_not_used_for_the_indication_is_off_label_for_everybody() -> None:
    pair = await treatment("colchicine", "hypertension")
    assert not await Treatment.filter(drug_id=pair[0], indication_id=pair[1]).exists()
    one, other = await add_rater("ann"), await add_rater("bob")

    outcomes = [await submit(rater, "colchicine", "hypertension") for rater in (one, other, other)]

    assert [outcome.off_label for outcome in outcomes] == [True, True, True]
    assert (await Treatment.get(drug_id=pair[0], indication_id=pair[1])).source == TREATMENT_SOURCE
    assert await wrong_counts() == 0


@pytest.mark.parametrize("status", [PENDING, REJECTED, SUSPENDED])
async def test_only_verified_physicians_rate(status: int) -> None:
    rater = await add_rater("ann", status=status)

    with pytest.raises(NotVerifiedNow) as refusal:
        await submit(rater)

    assert refusal.value.status is Status(status)
    assert await Rating.all().count() == 0


async def test_a_physician_who_is_gone_rates_no_more() -> None:
    rater = await add_rater("ann")
    await Registration.filter(physician_id=rater.physician_id).delete()

    with pytest.raises(NotVerifiedNow) as refusal:
        await submit(rater)

    assert refusal.value.status is None


async def test_nobody_rates_as_somebody_else() -> None:
    rater = await add_rater("ann")

    with pytest.raises(NotVerifiedNow) as refusal:
        await submit(Rater(await add_account("bob"), rater.physician_id))

    assert refusal.value.status is None
    assert await Rating.all().count() == 0


async def test_an_excluded_rating_cannot_be_given_anew() -> None:
    rater = await add_rater("ann")
    await _retired(rater, state=1, reason="Advertising.")

    with pytest.raises(RatingExcluded) as refusal:
        await submit(rater)

    assert refusal.value.reason == "Advertising."
    assert await Rating.all().count() == 0
    assert (await submit(rater, "allopurinol")).created


async def test_a_withdrawn_rating_comes_back_under_its_id_as_a_new_one() -> None:
    rater = await add_rater("ann")
    await _retired(rater, state=2, reason=None)

    outcome = await submit(rater, levels=(2,) * 6, at=LATER)

    rating = await Rating.get()
    assert (outcome.rating_id, outcome.created) == (4711, True)
    assert (rating.id, rating.efficacy, rating.created_at) == (4711, 2, LATER)
    assert await RetiredRating.all().count() == 0
    assert await events() == [(ADDED, 4711)]
    assert await wrong_counts() == 0


async def _retired(rater: Rater, *, state: int, reason: str | None) -> None:
    drug_id, indication_id = await treatment()
    await RetiredRating.create(
        rating_id=4711,
        physician_id=rater.physician_id,
        drug_id=drug_id,
        indication_id=indication_id,
        specialty_id=(await Specialty.get(name="Rheumatology")).id,
        country="DE",
        years_in_practice=9,
        efficacy=5,
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
        updated_at=datetime(2025, 1, 1, tzinfo=UTC),
        state=state,
        reason=reason,
        retired_at=datetime(2025, 2, 1, tzinfo=UTC),
    )


async def test_a_comment_with_findings_waits_and_the_levels_count() -> None:
    rater = await add_rater("ann")

    outcome = await submit(rater, comment="Write to me@example.org.", findings=("EMAIL",))

    held, case = await HeldComment.get(), await ModerationCase.get()
    assert (outcome.held, outcome.findings) == (True, ("EMAIL",))
    assert (await rating_with(outcome.rating_id)).comment is None
    assert (held.rating_id, held.comment, held.state) == (outcome.rating_id, "Write to me@example.org.", HELD)
    assert (case.rating_id, case.findings, case.urgency, case.due_at) == (outcome.rating_id, ["EMAIL"], ORDINARY, None)
    assert await counted(EVERYBODY) == {"": 1}
    assert await wrong_counts() == 0


async def test_a_possible_adverse_event_is_urgent_and_due_in_fifteen_days() -> None:
    await submit(
        await add_rater("ann"),
        comment="One patient was hospitalised.",
        findings=("ADVERSE_EVENT",),
        adverse_event=True,
    )

    case = await ModerationCase.get()
    assert (case.urgency, case.aware_at) == (URGENT, NOW)
    # 15 days after the first of July.
    assert case.due_at == datetime(2026, 7, 16, 12, tzinfo=UTC)


async def test_a_clean_comment_takes_the_place_of_a_held_one() -> None:
    rater = await add_rater("ann")
    await submit(rater, comment="Write to me@example.org.", findings=("EMAIL",))

    outcome = await submit(rater, comment="Works fast.", at=LATER)

    case = await ModerationCase.get()
    assert (outcome.held, (await Rating.get()).comment) == (False, "Works fast.")
    assert await HeldComment.all().count() == 0
    assert (case.open_key, case.closed_at) == (None, LATER)


async def test_no_comment_takes_the_place_of_a_held_one() -> None:
    rater = await add_rater("ann")
    await submit(rater, comment="Write to me@example.org.", findings=("EMAIL",))

    outcome = await submit(rater, comment=None, at=LATER)

    assert (outcome.held, (await Rating.get()).comment) == (False, None)
    assert await HeldComment.all().count() == 0
    assert (await ModerationCase.get()).closed_at == LATER


async def test_another_comment_with_findings_waits_instead_of_the_shown_one() -> None:
    rater = await add_rater("ann")
    await submit(rater, comment="Works fast.")

    outcome = await submit(rater, comment="Call 030 1234567.", findings=("PHONE",), at=LATER)

    held = await HeldComment.get()
    assert (outcome.held, outcome.created) == (True, False)
    assert ((await Rating.get()).comment, held.comment, held.held_at) == (None, "Call 030 1234567.", LATER)


async def test_another_held_comment_goes_on_with_the_same_case() -> None:
    rater = await add_rater("ann")
    await submit(rater, comment="Write to me@example.org.", findings=("EMAIL",))

    await submit(rater, comment="Call 030 1234567.", findings=("PHONE",), at=LATER)

    case = await ModerationCase.get()
    assert (await HeldComment.get()).comment == "Call 030 1234567."
    assert (case.findings, case.opened_at, case.closed_at) == (["EMAIL", "PHONE"], NOW, None)


async def test_a_held_comment_said_again_waits_as_it_did() -> None:
    rater = await add_rater("ann")
    comment, findings = "Write to me@example.org.", ("EMAIL",)
    await submit(rater, comment=comment, findings=findings)

    outcome = await submit(rater, levels=(1,) * 6, comment=comment, findings=findings, at=LATER)

    assert (outcome.held, outcome.findings) == (True, ("EMAIL",))
    assert ((await HeldComment.get()).held_at, (await ModerationCase.get()).closed_at) == (NOW, None)
    assert ((await Rating.get()).comment, (await Rating.get()).efficacy) == (None, 1)


async def test_a_published_comment_said_again_stays_published() -> None:
    rater = await add_rater("ann")
    comment, findings = "Dr. Maria Example agrees.", ("PERSON_NAME",)
    first = await submit(rater, comment=comment, findings=findings)
    # What a moderator who publishes it leaves behind.
    await Rating.filter(id=first.rating_id).update(comment=comment)
    await HeldComment.all().delete()
    await ModerationCase.all().delete()

    outcome = await submit(rater, levels=(1,) * 6, comment=comment, findings=findings, at=LATER)

    assert (outcome.held, outcome.findings, (await Rating.get()).comment) == (False, (), comment)
    assert await HeldComment.all().count() == await ModerationCase.all().count() == 0


async def test_a_removed_comment_said_again_stays_removed() -> None:
    rater = await add_rater("ann")
    await submit(rater, comment="Buy mine.", findings=("EMAIL",))
    await HeldComment.all().update(state=REMOVED)
    await ModerationCase.all().delete()

    outcome = await submit(rater, comment="Buy mine.", at=LATER)

    assert (outcome.held, (await Rating.get()).comment) == (True, None)
    assert (await HeldComment.get()).state == REMOVED
    assert await ModerationCase.all().count() == 0
