"""Writers at the same time, each with connections of its own: every rating is counted, and each but once."""

import asyncio
from datetime import UTC, datetime

import pytest
from tortoise.transactions import in_transaction

from models import Cell, Drug, HeadToHead, Indication, Rating, Specialty
from models.cells import EVERYBODY
from resolvers.database import DatabaseUrl, open_database
from resolvers.ratings.revising import RatingUnknown, Revision, erase_rating, revise_rating
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.writing import write_ratings
from tests.plain_counts import counts_by_hand, stored_counts
from tests.random_changes import RandomChanges
from tests.simultaneous import Change, while_uncommitted

WRITERS = 4
CHANGES = 25

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


async def rating_by(physician: str, place: int) -> RatingRow:
    """A rating by this physician of the drug in that place of the catalogue, always for the same indication."""
    drugs = await Drug.all().order_by("id").limit(place + 1)
    indication, specialty = await Indication.all().order_by("id").first(), await Specialty.all().order_by("id").first()
    assert indication is not None
    assert specialty is not None
    levels = (4, 3, None, None, None, 1 + place)
    return RatingRow(1, physician, specialty.id, "DE", 10, drugs[place].id, indication.id, *levels, None, MOMENT)


@pytest.mark.usefixtures("catalogue")
async def test_two_ratings_by_one_physician_at_the_same_time_meet(catalogue_url: str) -> None:
    first, second = await rating_by("a", 0), await rating_by("a", 1)
    # The physician is there already, so that only a lock can make the second writer wait.
    async with in_transaction():
        await write_ratings([await rating_by("a", 2)])

    await while_uncommitted(catalogue_url, lambda: write_ratings([first]), lambda: write_ratings([second]))

    assert sorted(await HeadToHead.all().values_list("first_drug_id", "second_drug_id")) == sorted(
        [pair_of(first, second), pair_of(first, await rating_by("a", 2)), pair_of(second, await rating_by("a", 2))]
    )
    assert await stored_counts() == await counts_by_hand()


def pair_of(one: RatingRow, other: RatingRow) -> tuple[int, int]:
    return min(one.drug_id, other.drug_id), max(one.drug_id, other.drug_id)


@pytest.mark.usefixtures("catalogue")
async def test_two_revisions_at_the_same_time_take_the_old_counts_away_once(catalogue_url: str) -> None:
    row = await rating_by("a", 0)
    async with in_transaction():
        await write_ratings([row])
    rating = await Rating.get()

    def revision(level: int) -> Change:
        return lambda: revise_rating(rating.id, Revision((level,) * 6, None, row.specialty_id, "FR", 20, MOMENT))

    await while_uncommitted(catalogue_url, revision(1), revision(5))

    cell = await Cell.get(segment_kind=EVERYBODY)
    assert (cell.rating_count, cell.efficacy_1, cell.efficacy_4, cell.efficacy_5) == (1, 0, 0, 1)
    assert await stored_counts() == await counts_by_hand()


@pytest.mark.usefixtures("catalogue")
async def test_of_two_erasures_at_the_same_time_one_finds_nothing(catalogue_url: str) -> None:
    async with in_transaction():
        await write_ratings([await rating_by("a", 0), await rating_by("b", 0)])
    rating = await Rating.all().first()
    assert rating is not None

    with pytest.raises(RatingUnknown):
        await while_uncommitted(
            catalogue_url, lambda: erase_rating(rating.id, MOMENT), lambda: erase_rating(rating.id, MOMENT)
        )

    assert (await Cell.get(segment_kind=EVERYBODY)).rating_count == 1
    assert await stored_counts() == await counts_by_hand()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("seed", [1, 2])
async def test_many_writers_of_the_same_ratings_leave_exact_counts(catalogue_url: str, seed: int) -> None:
    async def make_changes(number: int) -> None:
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            changes = await RandomChanges.of(seed * WRITERS + number)
            for _ in range(CHANGES):
                await changes.make()

    await asyncio.gather(*(make_changes(number) for number in range(WRITERS)))

    assert await Rating.all().count() > 0
    assert await stored_counts() == await counts_by_hand()
