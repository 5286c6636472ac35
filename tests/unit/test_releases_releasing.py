"""What is released when ratings are written, revised and erased."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tortoise.transactions import in_transaction

from models import Drug, Indication, Installation, Rating, ReleasedCell, ReleasedRating, Specialty, UnreleasedRating
from models.cells import COUNTRY, EVERYBODY
from resolvers.counts import recounting
from resolvers.counts.current import bring_counts_up_to_date
from resolvers.counts.rebuilding import RebuildOutcome, rebuild_counts
from resolvers.counts.verifying import CountDifference, verify_counts
from resolvers.database import DatabaseUrl, counts_behind, open_database
from resolvers.progress import Progress
from resolvers.ratings.revising import Revision, erase_rating, revise_rating
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.writing import write_ratings
from tests import random_changes
from tests.attacker import Version, fewest_ratings
from tests.random_changes import RandomChanges
from tests.released import (
    assert_consistent,
    cells_by_hand,
    contents_of_cells,
    marked,
    rows_of,
    shown_cells,
    unreleased_by_hand,
)

MOMENT = datetime(2026, 1, 15, tzinfo=UTC)


async def colchicine_for_gout() -> tuple[int, int]:
    return (await Drug.get(slug="colchicine")).id, (await Indication.get(slug="gout")).id


async def write(numbers: Iterable[int], country: str = "DE", *, at: datetime = MOMENT, level: int = 4) -> list[int]:
    """Rate colchicine for gout, by the physicians with these numbers; the ids of the ratings."""
    drug, indication = await colchicine_for_gout()
    specialty = await Specialty.get(name="Rheumatology")
    numbers = list(numbers)
    newest = await Rating.all().count()
    rows = [
        RatingRow(
            number,
            f"p{number}",
            specialty.id,
            country,
            10,
            drug,
            indication,
            level,
            3,
            None,
            None,
            None,
            None,
            None,
            at,
        )
        for number in numbers
    ]
    async with in_transaction():
        assert await write_ratings(rows) == []
    return await Rating.all().order_by("id").offset(newest).values_list("id", flat=True)  # type: ignore[return-value]


async def revise(rating_id: int, level: int, **changes: object) -> None:
    rating = await Rating.get(id=rating_id)
    revision = Revision(
        (level, 3, None, None, None, None),
        None,
        rating.specialty_id,
        rating.country,
        10,
        datetime(2026, 5, 1, tzinfo=UTC),
    )
    async with in_transaction():
        await revise_rating(rating_id, replace(revision, **changes))


async def erase(*rating_ids: int) -> None:
    for rating_id in rating_ids:
        async with in_transaction():
            await erase_rating(rating_id, MOMENT)


async def released() -> dict[tuple[int, str], int]:
    """How many ratings each released cell counts, by kind and value of the segment."""
    return {
        (cell.segment_kind, cell.segment_value): cell.rating_count
        for cell in await ReleasedCell.all()
        if cell.rating_count
    }


@pytest.mark.usefixtures("catalogue")
async def test_ten_ratings_are_not_shown_and_eleven_are() -> None:
    specialty = str((await Specialty.get(name="Rheumatology")).id)
    for number in range(10):
        await write([number])
    assert await ReleasedCell.all().count() == 0
    assert len(await marked()) == 10

    await write([10])

    assert await released() == {
        (0, ""): 11,
        (1, specialty): 11,
        (2, "DE"): 11,
        (3, "ESTABLISHED"): 11,
        (4, "2026-01"): 11,
    }
    cell = await ReleasedCell.get(segment_kind=EVERYBODY)
    assert (cell.efficacy_4, cell.safety_3, cell.efficacy_safety_sum_product) == (11, 11, 132)
    assert await marked() == set()
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_what_is_shown_stays_until_there_are_eleven_more() -> None:
    await write(range(11))
    before = await shown_cells()

    for number in range(11, 21):
        await write([number])
        assert await shown_cells() == before
    await write([21])

    assert (await released())[EVERYBODY, ""] == 22


@pytest.mark.usefixtures("catalogue")
async def test_a_segment_counts_no_group_of_which_somebody_is_not_in_it() -> None:
    await write(range(10), "US")
    await write([10], "FR")
    assert not [segment for segment in await released() if segment[0] == COUNTRY]

    await write(range(11, 22), "US")

    assert (await released())[COUNTRY, "US"] == 11
    assert (await released())[EVERYBODY, ""] == 22
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_a_bulk_is_released_at_once_in_groups() -> None:
    drug, indication = await colchicine_for_gout()
    specialties = await Specialty.all().order_by("id").limit(2)
    rows = [
        RatingRow(
            number, f"p{number}", specialties[number % 2].id, "DE", 10, drug, indication, 5, *[None] * 5, None, MOMENT
        )
        for number in range(40)
    ]
    async with in_transaction():
        await write_ratings(rows)

    assert (await released())[EVERYBODY, ""] == 40
    assert [(await released())[1, str(specialty.id)] for specialty in specialties] == [20, 20]
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_an_unreleased_rating_that_is_gone_leaves_no_trace() -> None:
    ids = await write(range(10))
    await erase(ids[0])
    assert await marked() == set(ids[1:])

    await write([10])

    assert await ReleasedCell.all().count() == 0


@pytest.mark.usefixtures("catalogue")
async def test_a_released_rating_that_is_revised_is_marked_until_it_says_the_same_again() -> None:
    ids = await write(range(11))
    before = await shown_cells()

    await revise(ids[3], 1)
    assert await marked() == {ids[3]}
    await revise(ids[3], 4, country="FR")
    assert await marked() == set()
    # Who the physician is now changes nothing of what was released.
    await revise(ids[4], 4, country="FR")
    assert await marked() == set()

    assert await shown_cells() == before


@pytest.mark.usefixtures("catalogue")
async def test_eleven_revisions_are_released_together_where_the_ratings_were_counted() -> None:
    ids = await write(range(15))
    before = await released()

    for rating_id in ids[:10]:
        await revise(rating_id, 1, country="FR")
    assert (await ReleasedCell.get(segment_kind=EVERYBODY)).efficacy_1 == 0
    await revise(ids[10], 1)

    assert await released() == before
    for cell in await ReleasedCell.all():
        assert (cell.efficacy_1, cell.efficacy_4) == (11, 4)
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_eleven_of_twelve_that_are_erased_do_not_give_the_twelfth_away() -> None:
    ids = await write(range(12))
    before = await shown_cells()

    await erase(*ids[:11])
    assert await shown_cells() == before
    assert len(await marked()) == 11
    await erase(ids[11])

    assert await shown_cells() == {}
    assert await ReleasedRating.all().count() == await UnreleasedRating.all().count() == 0


@pytest.mark.usefixtures("catalogue")
async def test_erased_ratings_leave_with_the_next_new_ones() -> None:
    ids = await write(range(12))
    await erase(*ids[:2])

    # From another country: what both do not have in common is given up.
    await write(range(20, 31), "US")

    shown = await released()
    assert shown[EVERYBODY, ""] == 21
    assert not [segment for segment in shown if segment[0] == COUNTRY]
    assert await marked() == set()
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_nobody_can_be_found_by_subtraction_over_time() -> None:
    shown: list[dict[Version, int]] = []
    seen = {}

    async def look() -> None:
        nonlocal seen
        if seen != (seen := await contents_of_cells()):
            shown.extend(seen.values())

    ids = []
    for number in range(24):
        ids += await write([number], "US" if number % 3 else "DE")
        await look()
    for number in range(12):
        await revise(ids[number], 1 + number % 3)
        await look()
    for number in range(5, 10):
        await erase(ids[number])
        await look()
    for number in range(30, 45):
        await write([number], "DE", at=datetime(2026, 2, 1, tzinfo=UTC))
        await look()

    assert len({tuple(sorted(sum_, key=repr)) for sum_ in shown}) > 3
    assert (fewest_ratings(shown) or 0) >= 11


async def one_treatment(seed: int) -> RandomChanges:
    """Random changes of a single treatment."""
    changes = await RandomChanges.of(seed)
    drug, indication = await colchicine_for_gout()
    return replace(changes, drugs=[drug], indications=[indication], specialties=changes.specialties[:2])


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("seed", range(3))
async def test_after_random_changes_counts_are_those_of_what_was_released(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_changes, "PHYSICIANS", 120)
    changes = await one_treatment(seed)
    before = await contents_of_cells()
    steps = 0
    for number in range(100):
        await changes.make()
        after = await contents_of_cells()
        for key in before.keys() | after.keys():
            different = before.get(key, {}).items() ^ after.get(key, {}).items()
            ratings = {rating for (rating, _), _ in different}
            assert not 0 < len(ratings) < 11
        steps += before != after
        before = after
        if number % 10 == 9:
            await assert_consistent()

    assert steps > 2
    assert (await verify_counts()).listed == ()


@pytest.mark.usefixtures("catalogue")
async def test_many_writers_of_one_treatment_leave_exact_released_counts(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_changes, "PHYSICIANS", 100)

    async def make_changes(number: int) -> None:
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            changes = await one_treatment(number)
            for _ in range(25):
                await changes.make()

    await asyncio.gather(*(make_changes(number) for number in range(4)))

    assert (await released())[EVERYBODY, ""] >= 11
    await assert_consistent()
    # Whatever is new waits only as long as it is too little.
    new = await marked() - {row["rating_id"] for row in await rows_of("released_rating")}
    assert len(new) < max(11, (await released())[EVERYBODY, ""] // 10)


@pytest.fixture
async def as_the_version_before_had_it(monkeypatch: pytest.MonkeyPatch, catalogue: object) -> None:  # noqa: ARG001
    """Ratings of three drugs, two of them by enough physicians, and nothing released or marked."""
    monkeypatch.setattr(recounting, "PART_ROWS", 1)
    drugs = await Drug.all().order_by("id").limit(3)
    _, indication = await colchicine_for_gout()
    specialty = await Specialty.get(name="Rheumatology")
    choose = random.Random(1)
    for drug, ratings in zip(drugs, (30, 12, 4), strict=True):
        rows = [
            RatingRow(
                number, f"p{number}", specialty.id, choose.choice(("DE", "US")), 10, drug.id, indication,
                choose.randint(1, 5), *[None] * 5, None, MOMENT,
            )
            for number in range(ratings)
        ]  # fmt: skip
        async with in_transaction():
            await write_ratings(rows)
    for model in (ReleasedCell, ReleasedRating, UnreleasedRating):
        await model.all().delete()
    await Installation.all().update(counts_version=1)


class Killed(Exception):
    """Stands for a process that is killed between two parts."""


@pytest.mark.usefixtures("as_the_version_before_had_it")
async def test_a_database_of_the_version_before_gets_its_releases_and_goes_on_after_an_interruption() -> None:
    reports: list[Progress] = []

    def stop(progress: Progress) -> None:
        if progress.done:
            raise Killed

    with pytest.raises(Killed):
        await bring_counts_up_to_date(stop)
    assert await counts_behind()
    assert await ReleasedRating.all().count() == 30

    await bring_counts_up_to_date(reports.append)

    assert not await counts_behind()
    assert await ReleasedRating.all().count() == 42
    assert len(await marked()) == 4
    assert reports[-1].done == reports[-1].total
    assert (await verify_counts()).listed == ()
    await assert_consistent()


@pytest.mark.usefixtures("catalogue")
async def test_an_altered_released_count_is_found_and_repaired() -> None:
    await write(range(11))
    await ReleasedCell.filter(segment_kind=COUNTRY).update(efficacy_4=12)

    found = await verify_counts()
    assert found.listed == (CountDifference("released_cell", "colchicine, gout, country DE", "efficacy_4", 12, 11),)

    assert await rebuild_counts() == RebuildOutcome(0, 1, 0)
    assert (await verify_counts()).rows == 0
    assert await shown_cells() == await cells_by_hand()


@pytest.mark.usefixtures("catalogue")
async def test_wrong_marks_are_found_and_repaired() -> None:
    ids = await write(range(13))
    await Rating.filter(id=ids[0]).update(comment="What was released has no comment.")
    await revise(ids[1], 1)
    await UnreleasedRating.all().delete()
    drug, indication = await colchicine_for_gout()
    await UnreleasedRating.create(rating_id=ids[2], drug_id=drug, indication_id=indication)

    found = await verify_counts()
    assert found.listed == (
        CountDifference("unreleased_rating", "colchicine, gout", "missing", 1, 0),
        CountDifference("unreleased_rating", "colchicine, gout", "needless", 1, 0),
    )
    assert (found.rows, found.counts) == (1, 2)

    assert await rebuild_counts() == RebuildOutcome(1, 0, 1)
    assert await marked() == await unreleased_by_hand() == {ids[1]}
    assert (await verify_counts()).rows == 0
