"""Writing ratings in bulk."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from models import Cell, Drug, HeadToHead, Indication, Physician, PhysicianSource, Rating, Specialty, Treatment
from models.cells import EVERYBODY
from resolvers.database import database, dialect_of
from resolvers.ratings.revising import erase_rating
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.writing import write_ratings
from tests.plain_counts import counts_by_hand, stored_counts
from tests.rating_files import contents
from tests.statements import recorded_statements


@dataclass(frozen=True)
class Catalogue:
    """A few ids of the real catalogue."""

    colchicine: int
    allopurinol: int
    gout: int
    baldness: int
    cardiology: int
    rheumatology: int

    def rating(self, physician: str, **changes: object) -> RatingRow:
        """A rating of colchicine for gout with some columns changed."""
        row = RatingRow(
            line=2,
            physician=physician,
            specialty_id=self.cardiology,
            country="US",
            years_in_practice=10,
            drug_id=self.colchicine,
            indication_id=self.gout,
            efficacy=4,
            safety=3,
            tolerability=None,
            accessibility=None,
            adherence=None,
            preference=None,
            comment=None,
            rated_at=datetime(2024, 1, 1, tzinfo=UTC),
        )
        return row._replace(**changes)  # type: ignore[arg-type]


@pytest.fixture
async def known(catalogue: TortoiseContext) -> Catalogue:  # noqa: ARG001 - it is open meanwhile
    return Catalogue(
        (await Drug.get(slug="colchicine")).id,
        (await Drug.get(slug="allopurinol")).id,
        (await Indication.get(slug="gout")).id,
        (await Indication.get(slug="alopecia")).id,
        (await Specialty.get(name="Cardiovascular Disease (Cardiology)")).id,
        (await Specialty.get(name="Rheumatology")).id,
    )


async def write(*rows: RatingRow) -> list[RatingRow]:
    async with in_transaction():
        return await write_ratings(rows)


async def test_a_rating_is_written_with_its_physician_and_counted(known: Catalogue) -> None:
    comment = 'It\'s "fine"; 100 %\n\u2713 \U0001f48a'

    assert await write(known.rating("a", comment=comment), known.rating("simulated:1", efficacy=5)) == []

    first, second = await Rating.all().order_by("id").prefetch_related("physician")
    assert (first.efficacy, first.safety, first.tolerability, first.comment) == (4, 3, None, comment)
    assert first.created_at == first.updated_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert (first.physician.simulated, first.physician.verified) == (False, False)
    assert (second.physician.simulated, second.physician.verified) == (True, False)
    assert await PhysicianSource.all().order_by("id").values_list("key", "physician_id") == [
        ("a", first.physician_id),
        ("simulated:1", second.physician_id),
    ]
    cell = await Cell.get(segment_kind=EVERYBODY)
    assert (cell.drug_id, cell.indication_id, cell.segment_value) == (known.colchicine, known.gout, "")
    assert cell.rating_count == 2
    assert (cell.efficacy_4, cell.efficacy_5, cell.safety_3) == (1, 1, 2)
    assert (cell.efficacy_safety_count, cell.efficacy_safety_sum_product) == (2, 27)


async def test_the_second_rating_of_a_treatment_by_a_physician_counts_nowhere(known: Catalogue) -> None:
    await write(known.rating("a", line=2))
    before = await contents()
    later = {"rated_at": datetime(2025, 1, 1, tzinfo=UTC), "country": "DE"}

    again = known.rating("a", line=3, efficacy=1, **later)
    first, second = known.rating("b", line=4), known.rating("b", line=5, efficacy=1, **later)
    refused = await write(again, first, second)

    assert refused == [again, second]
    after = await contents()
    assert [row[:3] for row in after["ratings"]] == [("a", "colchicine", "gout"), ("b", "colchicine", "gout")]
    assert after["physicians"][0] == before["physicians"][0]
    assert {row[2] for row in after["physicians"]} == {"US"}
    assert (await Cell.get(segment_kind=EVERYBODY)).rating_count == 2
    assert await stored_counts() == await counts_by_hand()


async def test_a_physician_looks_as_at_the_most_recent_rating(known: Catalogue) -> None:
    def at(year: int, country: str, **changes: object) -> RatingRow:
        return known.rating("a", rated_at=datetime(year, 1, 1, tzinfo=UTC), country=country, **changes)

    async def profile() -> tuple[object, ...]:
        physician = await Physician.get()
        return physician.country, physician.profile_at.year, physician.specialty_id

    await write(at(2021, "FR"), at(2022, "DE", drug_id=known.allopurinol))
    assert await profile() == ("DE", 2022, known.cardiology)
    await write(at(2020, "IT", indication_id=known.baldness))
    assert await profile() == ("DE", 2022, known.cardiology)
    await write(
        at(2023, "ES", indication_id=known.baldness, drug_id=known.allopurinol, specialty_id=known.rheumatology)
    )
    assert await profile() == ("ES", 2023, known.rheumatology)


async def test_a_treatment_that_the_catalogue_lacks_is_added(known: Catalogue) -> None:
    count = await Treatment.all().count()

    await write(known.rating("a"), known.rating("a", indication_id=known.baldness))
    await write(known.rating("b"), known.rating("b", indication_id=known.baldness))

    assert await Treatment.all().count() == count + 1
    added = await Treatment.get(drug_id=known.colchicine, indication_id=known.baldness)
    assert added.source == "physicians' ratings"


async def test_cells_add_up_over_batches(known: Catalogue) -> None:
    for number in range(3):
        await write(known.rating(f"a{number}"), known.rating(f"b{number}", drug_id=known.allopurinol))

    cells = {cell.drug_id: cell for cell in await Cell.filter(segment_kind=EVERYBODY)}
    assert {drug: cell.rating_count for drug, cell in cells.items()} == {known.colchicine: 3, known.allopurinol: 3}
    assert cells[known.colchicine].efficacy_4 == 3


async def test_drugs_that_a_physician_has_rated_meet_within_and_across_batches(known: Catalogue) -> None:
    await write(known.rating("a", efficacy=2), known.rating("b", efficacy=5))
    await write(
        known.rating("a", drug_id=known.allopurinol, efficacy=4),
        known.rating("b", drug_id=known.allopurinol, efficacy=4, indication_id=known.baldness),
        known.rating("c", efficacy=1),
        known.rating("c", drug_id=known.allopurinol, efficacy=4),
    )

    # Physicians a and c rated both for gout: 2 to 4 and 1 to 4, with colchicine as the first drug or the second.
    [found] = await HeadToHead.all()
    assert (found.indication_id, {found.first_drug_id, found.second_drug_id}) == (
        known.gout,
        {known.colchicine, known.allopurinol},
    )
    sign = 1 if found.first_drug_id == known.allopurinol else -1
    assert (found.efficacy_physicians, found.efficacy_sum, found.efficacy_sum_squares) == (2, 5 * sign, 13)
    assert {found.efficacy_wins, found.efficacy_losses} == {0, 2}
    assert await stored_counts() == await counts_by_hand()


async def test_a_batch_with_many_cells_is_counted_like_one_with_few(known: Catalogue) -> None:
    """Few rows of counts go to the database in another way than many."""
    countries = ("US", "DE", "FR", "IT", "ES", "BR", "IN", "JP")
    for number in range(40):
        await write(
            known.rating(
                f"p{number % 20}",
                drug_id=(known.colchicine, known.allopurinol)[number // 20],
                country=countries[number % 8],
                years_in_practice=2 * number,
                efficacy=1 + number % 5,
                rated_at=datetime(2024, 1 + number % 12, 1, tzinfo=UTC),
            )
        )
    one_by_one = await stored_counts()
    rows = [
        known.rating(
            f"q{number}", country=countries[number % 8], rated_at=datetime(2023, 1 + number % 12, 1, tzinfo=UTC)
        )
        for number in range(40)
    ]

    assert one_by_one == await counts_by_hand()
    await write(*rows)
    assert await stored_counts() == await counts_by_hand()


@pytest.mark.parametrize("earlier", [0, 3, 30], ids=["no earlier rating", "three", "thirty"])
async def test_one_added_rating_is_counted_in_at_most_five_statements(known: Catalogue, earlier: int) -> None:
    drugs = await Drug.all().order_by("id").limit(31).values_list("id", flat=True)
    await write(known.rating("somebody else"), *(known.rating("a", drug_id=drug) for drug in drugs[:earlier]))

    with recorded_statements() as statements:
        await write(known.rating("a", drug_id=drugs[30]))

    of_cells = [statement for statement in statements if "INTO cell " in statement]
    of_head_to_heads = [statement for statement in statements if "head_to_head" in statement]
    look_ups = [statement for statement in statements if "JOIN rating ON rating.physician_id" in statement]
    assert (len(of_cells), len(look_ups)) == (1, 1)
    # None without an earlier rating, one for few; many go through a table of their own, which takes two and a COPY.
    assert len(of_head_to_heads) <= 2
    # The last two note that the rating is unreleased, and look whether that makes a release due.
    assert len(statements) <= 18
    assert await stored_counts() == await counts_by_hand()


@pytest.mark.usefixtures("catalogue")
async def test_nothing_is_nothing() -> None:
    assert await write() == []
    assert await Rating.all().count() == 0


async def test_the_id_of_an_erased_rating_is_never_given_again(known: Catalogue) -> None:
    await write(known.rating("a"), known.rating("b"))
    newest = await Rating.all().order_by("-id").first()
    assert newest is not None
    async with in_transaction():
        await erase_rating(newest.id, datetime(2026, 1, 1, tzinfo=UTC))

    await write(known.rating("c"))

    assert await Rating.filter(id__gt=newest.id).count() == 1


async def test_what_is_rolled_back_leaves_nothing(known: Catalogue) -> None:
    before = await contents()

    with pytest.raises(RuntimeError):
        await write_and_fail(known.rating("a", indication_id=known.baldness))

    assert await contents() == before


async def write_and_fail(*rows: RatingRow) -> None:
    async with in_transaction():
        await write_ratings(rows)
        raise RuntimeError


async def test_two_writers_at_once_write_each_rating_once(known: Catalogue) -> None:
    drugs, indications = (known.colchicine, known.allopurinol), (known.gout, known.baldness)
    rows = [
        known.rating(
            f"p{number % 25}", line=number, drug_id=drugs[number // 25 % 2], indication_id=indications[number // 50]
        )
        for number in range(100)
    ]

    async def write_in_batches(given: list[RatingRow]) -> int:
        return sum([len(await write(*given[start : start + 10])) for start in range(0, 100, 10)])

    # In opposite orders, so that the two would block each other for good if locks were taken as rows come.
    refused = await asyncio.gather(write_in_batches(rows), write_in_batches(rows[::-1]))

    assert sum(refused) == 100
    assert await Rating.all().count() == 100
    assert await Physician.all().count() == await PhysicianSource.all().count() == 25
    assert [cell.rating_count for cell in await Cell.filter(segment_kind=EVERYBODY)] == [25, 25, 25, 25]
    assert await stored_counts() == await counts_by_hand()


async def test_a_physician_whom_another_writer_adds_meanwhile_is_the_same_one(known: Catalogue) -> None:
    if dialect_of(database()) == "sqlite":
        # There a second writer cannot even begin.
        async with in_transaction():
            await write_ratings([known.rating("a")])
    else:
        written = asyncio.Event()

        async def first() -> None:
            async with in_transaction():
                await write_ratings([known.rating("a"), known.rating("b")])
                written.set()
                await waiting(1)

        async def second() -> list[RatingRow]:
            await written.wait()
            return await write(known.rating("c"), known.rating("b", drug_id=known.allopurinol), known.rating("a"))

        _, refused = await asyncio.gather(first(), second())
        assert [row.physician for row in refused] == ["a"]
        assert sorted(await PhysicianSource.all().values_list("key", flat=True)) == ["a", "b", "c"]
        assert await Physician.all().count() == 3
        assert await Rating.all().count() == 4


async def waiting(count: int) -> None:
    """Return when that many sessions wait for a lock."""
    query = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"
    while (await database().execute_query_dict(query))[0]["n"] < count:
        pass
