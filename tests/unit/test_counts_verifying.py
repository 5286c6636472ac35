"""Checking the counts against the ratings. What is expected is reckoned from the table in `tests.gout`."""

import pytest

from models import Cell, Drug, Indication, Rating, ReleasedRating
from models.cells import COUNTRY, EXPERIENCE, MONTH, SPECIALTY
from resolvers.counts import recounting, verifying
from resolvers.counts.comparing import StoredCounts
from resolvers.counts.naming import names_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.counts.verifying import CountDifference, verify_counts
from resolvers.database import database
from resolvers.progress import Progress
from tests.elsewhere import at_the_same_time, joined
from tests.gout import GOUT, add, add_gout

COLCHICINE = "(SELECT id FROM drug WHERE slug = 'colchicine')"
ALLOPURINOL = "(SELECT id FROM drug WHERE slug = 'allopurinol')"
GOUT_ID = "(SELECT id FROM indication WHERE slug = 'gout')"
RHEUMATOLOGY = "(SELECT CAST(id AS TEXT) FROM specialty WHERE name = 'Rheumatology')"


@pytest.fixture(params=[recounting.PART_ROWS, 1], ids=["at once", "drug by drug"])
def part_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "PART_ROWS", request.param)


@pytest.mark.usefixtures("catalogue", "part_rows")
async def test_counts_that_writers_kept_are_right() -> None:
    await add_gout()

    found = await verify_counts()

    assert (found.rows, found.counts, found.listed) == (0, 0, ())


@pytest.mark.usefixtures("catalogue")
async def test_without_ratings_there_is_nothing_to_find() -> None:
    assert (await verify_counts()).rows == 0


@pytest.mark.usefixtures("catalogue", "part_rows")
@pytest.mark.parametrize(
    ("change", "difference"),
    [
        # Three physicians rate colchicine for gout: efficacy 5, 4 and 3.
        (
            (
                f"UPDATE cell SET efficacy_5 = 3 WHERE drug_id = {COLCHICINE} AND indication_id = {GOUT_ID}"
                " AND segment_kind = 0"
            ),
            CountDifference("cell", "colchicine, gout, everybody", "efficacy_5", 3, 1),
        ),
        # Rheumatologists are p1 (safety 4) and p3 (safety 3).
        (
            (
                f"UPDATE cell SET safety_4 = 0 WHERE drug_id = {COLCHICINE} AND indication_id = {GOUT_ID}"
                f" AND segment_kind = 1 AND segment_value = {RHEUMATOLOGY}"
            ),
            CountDifference("cell", "colchicine, gout, Rheumatology", "safety_4", 0, 1),
        ),
        # p1 has practised for 3 years, p2 rates in February as p3 does.
        (
            (
                f"UPDATE cell SET rating_count = -1 WHERE drug_id = {COLCHICINE} AND indication_id = {GOUT_ID}"
                " AND segment_value = 'EARLY'"
            ),
            CountDifference("cell", "colchicine, gout, experience EARLY", "rating_count", -1, 1),
        ),
        (
            (
                f"UPDATE cell SET rating_count = 70000 WHERE drug_id = {COLCHICINE} AND indication_id = {GOUT_ID}"
                " AND segment_value = '2026-02'"
            ),
            CountDifference("cell", "colchicine, gout, month 2026-02", "rating_count", 70_000, 2),
        ),
        # Nobody in Norway has rated anything.
        (
            (
                "INSERT INTO cell (drug_id, indication_id, segment_kind, segment_value, preference_2)"
                f" VALUES ({COLCHICINE}, {GOUT_ID}, 2, 'NO', 9)"
            ),
            CountDifference("cell", "colchicine, gout, country NO", "preference_2", 9, 0),
        ),
        # p1 and p2 rate both: efficacy 5 against 4, and 4 against 5.
        (
            (
                f"UPDATE head_to_head SET efficacy_wins = 2 WHERE indication_id = {GOUT_ID}"
                f" AND {COLCHICINE} IN (first_drug_id, second_drug_id)"
                f" AND {ALLOPURINOL} IN (first_drug_id, second_drug_id)"
            ),
            CountDifference("head_to_head", "allopurinol, colchicine, gout", "efficacy_wins", 2, 1),
        ),
    ],
    ids=["everybody", "specialty", "experience", "month", "a row that counts nobody", "head-to-head"],
)
async def test_a_wrong_count_is_named_with_what_it_should_be(change: str, difference: CountDifference) -> None:
    await add_gout()
    await database().execute_query(change)

    found = await verify_counts()

    assert (found.rows, found.counts) == (1, 1)
    assert found.listed == (difference,)


@pytest.mark.usefixtures("catalogue", "part_rows")
async def test_a_row_that_is_not_there_differs_in_all_its_counts() -> None:
    """Naproxen has one rating, from India, with six answers: 1 rating, 6 levels and 15 pairs of 4 sums each."""
    await add_gout()
    await Cell.filter(segment_kind=COUNTRY, segment_value="IN").delete()

    found = await verify_counts(at_most=3)

    assert (found.rows, found.counts) == (1, 67)
    assert found.listed == (
        CountDifference("cell", "naproxen, gout, country IN", "rating_count", 0, 1),
        CountDifference("cell", "naproxen, gout, country IN", "efficacy_3", 0, 1),
        CountDifference("cell", "naproxen, gout, country IN", "safety_2", 0, 1),
    )


@pytest.mark.usefixtures("catalogue")
async def test_a_row_of_zeros_is_as_good_as_none() -> None:
    await add_gout()
    await database().execute_query(
        "INSERT INTO cell (drug_id, indication_id, segment_kind, segment_value)"
        f" VALUES ({COLCHICINE}, {GOUT_ID}, 2, 'NO')"
    )

    assert (await verify_counts()).rows == 0


@pytest.mark.usefixtures("catalogue")
async def test_no_more_is_listed_than_asked_for_and_all_are_counted() -> None:
    """Cells of everybody, specialties, countries, bands and months, by treatment.

    Colchicine 1 + 2 + 3 + 3 + 2, allopurinol 1 + 3 + 2 + 3 + 3, febuxostat 1 + 2 + 2 + 2 + 2, and five each for the two
    treatments with one rating.
    """
    await add_gout()
    await Cell.all().delete()

    nothing, some, everything = [await verify_counts(at_most=most) for most in (0, 200, 10_000)]

    assert nothing.rows == some.rows == everything.rows == 11 + 12 + 9 + 5 + 5
    assert nothing.counts == some.counts == everything.counts == len(everything.listed)
    assert nothing.listed == ()
    assert some.listed == everything.listed[:200]
    assert len({difference.key for difference in everything.listed}) == everything.rows


@pytest.mark.usefixtures("catalogue")
async def test_what_others_write_meanwhile_is_no_difference(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here a rating is written when the ratings have been read and the counts have not."""
    *first, last = GOUT
    await add(first)
    waiting = [last]

    async def write_and_read(kind: recounting.CountKind, part: recounting.Part) -> StoredCounts:
        if waiting:
            rating = waiting.pop()
            await joined(at_the_same_time(catalogue_url, lambda: add([rating])))
        return await recounting.stored_counts(kind, part)

    monkeypatch.setattr(verifying, "stored_counts", write_and_read)

    found = await verify_counts()

    assert found.listed == ()
    assert await Rating.all().count() == len(GOUT)
    assert (await verify_counts()).rows == 0


@pytest.mark.usefixtures("catalogue")
async def test_it_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "PART_ROWS", 1)
    await add_gout()
    await Cell.filter(segment_kind=EXPERIENCE).update(rating_count=7)
    reports: list[Progress] = []

    found = await verify_counts(reports.append)

    assert reports[0] == Progress(0, found.compared, "rows")
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert {report.total for report in reports} == {found.compared} == {reports[-1].done}
    assert reports[-1].note == f"{found.rows:,} rows differ"


@pytest.mark.usefixtures("catalogue")
async def test_rows_of_counts_have_names() -> None:
    drug = await Drug.get(slug="colchicine")
    indication = await Indication.get(slug="gout")

    assert await names_of(
        [
            (CELLS, (drug.id, MONTH, "2026-01", indication.id)),
            (CELLS, (0, SPECIALTY, "0", 0)),
            (HEAD_TO_HEADS, (indication.id, drug.id, 0)),
        ]
    ) == ["colchicine, gout, month 2026-01", "drug 0, indication 0, specialty 0", "colchicine, drug 0, gout"]
    assert await names_of([]) == []


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("kind", recounting.COUNT_KINDS, ids=lambda kind: kind.noun)
async def test_parts_leave_no_key_out(kind: recounting.CountKind, monkeypatch: pytest.MonkeyPatch) -> None:
    """So whatever is added between two parts belongs to one of them."""
    await add_gout()
    for number, drug in enumerate(await Drug.all().order_by("id").limit(2)):
        await ReleasedRating.create(rating_id=number, drug_id=drug.id, indication_id=1)
    monkeypatch.setattr(recounting, "PART_ROWS", 1)

    parts = await recounting.parts_of(kind)

    assert len(parts) > 1
    assert (parts[0].first, parts[-1].last) == (-(2**31), 2**31 - 1)
    assert [part.first for part in parts[1:]] == [part.last + 1 for part in parts[:-1]]
    assert sum(part.rows for part in parts) == await rows_of(kind.source) + await rows_of(kind.table.name)


async def rows_of(table: str) -> int:
    _, rows = await database().execute_query(f"SELECT COUNT(*) AS n FROM {table}")
    return int(rows[0]["n"])
