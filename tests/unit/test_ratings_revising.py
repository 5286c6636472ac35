"""Revising and erasing single ratings, with the counts that they are part of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tortoise.transactions import in_transaction

from models import Cell, Drug, HeadToHead, Indication, Physician, PhysicianSource, Rating, Specialty
from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, MONTH, SPECIALTY
from models.ratings import CRITERIA
from resolvers.errors import PeerscoreError
from resolvers.ratings.revising import RatingUnknown, Revision, erase_rating, revise_rating
from tests.gout import add_gout
from tests.plain_counts import counts_by_hand, stored_counts
from tests.random_changes import PHYSICIANS, RandomChanges
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("catalogue")

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def rating_of(physician: str, drug: str = "colchicine", indication: str = "gout") -> Rating:
    source = await PhysicianSource.get(key=physician)
    return await Rating.get(physician_id=source.physician_id, drug__slug=drug, indication__slug=indication)


async def revised(physician: str, **changes: object) -> Rating:
    """Physician p1, a rheumatologist from Germany, or another one of the table, moves to the US as a nephrologist."""
    rating = await rating_of(physician)
    specialty = await Specialty.get(name="Nephrology")
    revision = Revision(
        (1, None, 2, 3, 4, 5), "Changed my mind.", specialty.id, "US", 15, datetime(2026, 5, 1, 12, tzinfo=UTC)
    )
    async with in_transaction():
        await revise_rating(rating.id, replace(revision, **changes))
    return await rating_of(physician)


async def erase(rating_id: int) -> None:
    async with in_transaction():
        await erase_rating(rating_id, NOW)


async def segments_of(drug: str) -> dict[tuple[int, str], int]:
    """How many ratings for gout each cell of the drug has, without those that have none any more."""
    cells = await Cell.filter(
        drug_id=(await Drug.get(slug=drug)).id, indication_id=(await Indication.get(slug="gout")).id
    )
    names = {str(specialty.id): specialty.name for specialty in await Specialty.all()}
    return {
        (cell.segment_kind, names[cell.segment_value] if cell.segment_kind == SPECIALTY else cell.segment_value): (
            cell.rating_count
        )
        for cell in cells
        if cell.rating_count
    }


async def test_a_revised_rating_says_what_it_says_now() -> None:
    await add_gout()
    before = await rating_of("p1")

    rating = await revised("p1")

    assert tuple(getattr(rating, criterion) for criterion in CRITERIA) == (1, None, 2, 3, 4, 5)
    assert (rating.comment, rating.country, rating.years_in_practice) == ("Changed my mind.", "US", 15)
    assert (await rating.specialty).name == "Nephrology"
    assert rating.updated_at == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert (rating.id, rating.created_at) == (before.id, before.created_at)


async def test_a_revised_rating_moves_to_the_cells_of_what_it_is_now() -> None:
    await add_gout()
    # Colchicine for gout: p1 and p3 are rheumatologists, p2 is in family practice.
    assert await segments_of("colchicine") == {
        (EVERYBODY, ""): 3,
        (SPECIALTY, "Rheumatology"): 2,
        (SPECIALTY, "Family Practice"): 1,
        (COUNTRY, "DE"): 1,
        (COUNTRY, "US"): 1,
        (COUNTRY, "FR"): 1,
        (EXPERIENCE, "EARLY"): 1,
        (EXPERIENCE, "EXPERIENCED"): 1,
        (EXPERIENCE, "SENIOR"): 1,
        (MONTH, "2026-01"): 1,
        (MONTH, "2026-02"): 2,
    }

    await revised("p1")

    assert await segments_of("colchicine") == {
        (EVERYBODY, ""): 3,
        (SPECIALTY, "Rheumatology"): 1,
        (SPECIALTY, "Family Practice"): 1,
        (SPECIALTY, "Nephrology"): 1,
        (COUNTRY, "US"): 2,
        (COUNTRY, "FR"): 1,
        (EXPERIENCE, "EXPERIENCED"): 2,
        (EXPERIENCE, "SENIOR"): 1,
        (MONTH, "2026-02"): 2,
        (MONTH, "2026-05"): 1,
    }
    assert await stored_counts() == await counts_by_hand()


async def test_the_month_of_a_revision_is_that_of_utc() -> None:
    await add_gout()

    rating = await revised("p1", at=datetime(2026, 6, 1, 1, tzinfo=timezone(timedelta(hours=2))))

    assert rating.updated_at == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert (MONTH, "2026-05") in await segments_of("colchicine")
    assert await stored_counts() == await counts_by_hand()


async def test_a_revised_rating_meets_the_physicians_other_ratings_anew() -> None:
    await add_gout()

    await revised("p1", levels=(1, None, None, None, None, None))

    # On colchicine and allopurinol for gout, p1 now says 1 to 4 and p2 still 4 to 5.
    colchicine, allopurinol = [(await Drug.get(slug=slug)).id for slug in ("colchicine", "allopurinol")]
    pair = await HeadToHead.get(first_drug_id=min(colchicine, allopurinol), second_drug_id=max(colchicine, allopurinol))
    assert (pair.efficacy_physicians, abs(pair.efficacy_sum), pair.efficacy_sum_squares) == (2, 4, 10)
    assert pair.safety_physicians == 0
    assert await stored_counts() == await counts_by_hand()


async def test_an_erased_rating_counts_nowhere() -> None:
    await add_gout()

    await erase((await rating_of("p1")).id)

    assert await Rating.all().count() == 9
    assert await segments_of("colchicine") == {
        (EVERYBODY, ""): 2,
        (SPECIALTY, "Rheumatology"): 1,
        (SPECIALTY, "Family Practice"): 1,
        (COUNTRY, "US"): 1,
        (COUNTRY, "FR"): 1,
        (EXPERIENCE, "EXPERIENCED"): 1,
        (EXPERIENCE, "SENIOR"): 1,
        (MONTH, "2026-02"): 2,
    }
    assert await stored_counts() == await counts_by_hand()


async def test_when_all_are_erased_nothing_is_counted() -> None:
    await add_gout()

    for rating in await Rating.all():
        await erase(rating.id)

    assert await stored_counts() == ({}, {})
    assert await Cell.all().count() > 0


async def test_the_physician_looks_as_at_the_newest_rating_or_revision() -> None:
    await add_gout()

    async def profile() -> tuple[str, int, datetime]:
        physician = await (await rating_of("p3")).physician
        return physician.country, physician.years_in_practice, physician.profile_at

    # The newest rating of p3 in the table is of the first of March.
    await revised("p3", at=datetime(2026, 2, 20, tzinfo=UTC))
    assert await profile() == ("FR", 30, datetime(2026, 3, 1, tzinfo=UTC))
    await revised("p3", at=datetime(2026, 3, 2, tzinfo=UTC))
    assert await profile() == ("US", 15, datetime(2026, 3, 2, tzinfo=UTC))
    await erase((await rating_of("p3", indication="gout-prevention")).id)
    assert await profile() == ("US", 15, datetime(2026, 3, 2, tzinfo=UTC))


async def test_a_rating_that_is_not_there_can_be_neither_revised_nor_erased() -> None:
    await add_gout()
    rating = await rating_of("p1")
    await erase(rating.id)
    before = await stored_counts()
    revision = Revision((1,) * 6, None, rating.specialty_id, "US", 1, datetime(2026, 5, 1, tzinfo=UTC))

    with pytest.raises(RatingUnknown, match=f"There is no rating {rating.id}."):
        await erase(rating.id)
    with pytest.raises(PeerscoreError):
        async with in_transaction():
            await revise_rating(rating.id, revision)

    assert await stored_counts() == before


async def test_what_is_rolled_back_stays_counted() -> None:
    await add_gout()
    before = await stored_counts()
    rating = await rating_of("p1")

    with pytest.raises(RuntimeError):
        await erase_and_fail(rating.id)

    assert await stored_counts() == before == await counts_by_hand()


async def erase_and_fail(rating_id: int) -> None:
    async with in_transaction():
        await erase_rating(rating_id, NOW)
        raise RuntimeError


async def test_one_change_takes_a_handful_of_statements() -> None:
    await add_gout()
    rating = await rating_of("p1")
    revision = Revision((1,) * 6, None, rating.specialty_id, "US", 40, datetime(2026, 5, 1, tzinfo=UTC))

    with recorded_statements() as of_revision:
        async with in_transaction():
            await revise_rating(rating.id, revision)
    with recorded_statements() as of_erasure:
        async with in_transaction():
            await erase_rating(rating.id, NOW)

    for statements in (of_revision, of_erasure):
        counting = [
            statement for statement in statements if "INTO cell " in statement or "INTO head_to_head " in statement
        ]
        assert len(counting) == 2
        # Two or three of them are about what is released: marking or unmarking, and whether a release is due.
        assert len(statements) <= 11


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_added_revised_and_erased_the_counts_are_those_of_what_is_left(seed: int) -> None:
    changes = await RandomChanges.of(seed)

    for step in range(60):
        await changes.make()
        if step % 10 == 9:
            assert await stored_counts() == await counts_by_hand()
    assert await Physician.all().count() == PHYSICIANS
