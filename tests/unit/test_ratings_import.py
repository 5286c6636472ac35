"""Importing ratings from files."""

import asyncio
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import Cell, Rating, RatingImport
from models.cells import EVERYBODY
from resolvers.progress import Progress
from resolvers.ratings.errors import AnotherSource, HeaderRefused, ImportedElsewhere, RejectsUnusable
from resolvers.ratings.importing import ImportOutcome, import_ratings
from resolvers.ratings.sources import RatingSource
from tests.plain_counts import counts_by_hand, stored_counts
from tests.rating_files import GOOD, contents, csv_file, many_ratings, ndjson_file, rating

pytestmark = pytest.mark.usefixtures("catalogue")


async def imported(path: Path, content: bytes, **options: object) -> ImportOutcome:
    write(path, content)
    return await import_ratings(RatingSource(path), path.with_suffix(".rejects"), **options)  # type: ignore[arg-type]


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def totals(outcome: ImportOutcome) -> tuple[int, int, int]:
    return outcome.accepted, outcome.rejected, outcome.already


async def test_good_rows_are_kept_and_bad_ones_explained(tmp_path: Path) -> None:
    rows = [
        GOOD,
        rating(drug="snake oil", comment='He said "try it"'),
        rating(physician="p2", rated_at="2024-05-06T09:08:09+02:00", comment="Two\nlines"),
        rating(safety="6", comment="Two\nlines"),
        rating(comment="Again"),
        rating(physician="p2", drug="RXNORM:2683", indication="Gout"),
    ]
    content = csv_file(rows) + b"p3,\xff\n" + csv_file([rating(physician="p3")]).split(b"\n", 1)[1]

    outcome = await imported(tmp_path / "ratings.csv", content)

    assert totals(outcome) == (3, 5, 0)
    assert outcome.rejects == tmp_path / "ratings.rejects"
    assert outcome.rejects.read_text("utf-8") == (
        "line,reason,raw\n"
        "3,drug: 'snake oil' is not in the catalogue,"
        '"p1,Rheumatology,US,12,snake oil,gout,4,3,,5,,2,""He said """"try it"""""",2024-05-06T07:08:09Z"\n'
        "6,safety: '6' is not an integer from 1 to 5,"
        '"p1,Rheumatology,US,12,colchicine,gout,4,6,,5,,2,""Two\nlines"",2024-05-06T07:08:09Z"\n'
        "8,the physician has already rated this drug for this indication,"
        '"p1,Rheumatology,US,12,colchicine,gout,4,3,,5,,2,Again,2024-05-06T07:08:09Z"\n'
        "9,the physician has already rated this drug for this indication,"
        '"p2,Rheumatology,US,12,RXNORM:2683,Gout,4,3,,5,,2,,2024-05-06T07:08:09Z"\n'
        '10,has 2 columns instead of 14,"p3,\\xff"\n'
    )
    found = await contents()
    time = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert found["ratings"] == [
        (key, "colchicine", "gout", "Rheumatology", "US", 12, 4, 3, None, 5, None, 2, comment, time, time)
        for key, comment in (("p1", None), ("p2", "Two\nlines"), ("p3", None))
    ]
    assert found["physicians"] == [(key, "Rheumatology", "US", 12, time, False, False) for key in ("p1", "p2", "p3")]
    assert (await Cell.get(segment_kind=EVERYBODY)).rating_count == 3
    assert await stored_counts() == await counts_by_hand()


async def test_all_formats_and_batch_sizes_give_the_same(tmp_path: Path) -> None:
    rows = many_ratings(60)

    assert totals(await imported(tmp_path / "ratings.csv", csv_file(rows), batch_rows=7)) == (56, 4, 0)
    found = await contents()
    journal = await RatingImport.get()
    assert (journal.accepted, journal.rejected) == (56, 4)
    assert await stored_counts() == await counts_by_hand()
    assert journal.bytes_read == len(csv_file(rows))
    assert journal.finished_at is not None
    again = await imported(tmp_path / "ratings.ndjson.gz", gzip.compress(ndjson_file(rows)), batch_rows=1)
    assert totals(again) == (0, 60, 0)
    assert await contents() == found


async def test_progress_is_told_after_each_batch(tmp_path: Path) -> None:
    content = csv_file([GOOD, rating(country="XX"), rating(physician="p2")])
    told: list[Progress] = []

    await imported(tmp_path / "ratings.csv", content, batch_rows=2, report=told.append)

    size = len(content)
    assert told == [Progress(size, size, "bytes", "1 rejected"), Progress(size, size, "bytes", "1 rejected")]


async def test_a_finished_import_is_not_repeated(tmp_path: Path) -> None:
    content = csv_file(many_ratings(20))
    path = tmp_path / "ratings.csv"
    assert totals(await imported(path, content)) == (19, 1, 0)
    found, rejects = await contents(), path.with_suffix(".rejects").read_bytes()

    assert totals(await imported(path, content)) == (19, 1, 20)
    assert (await contents(), path.with_suffix(".rejects").read_bytes()) == (found, rejects)


async def test_a_restart_begins_at_the_beginning(tmp_path: Path) -> None:
    content = csv_file(many_ratings(20))
    path = tmp_path / "ratings.csv"
    await imported(path, content)
    found = await contents()

    assert totals(await imported(path, content, restart=True)) == (0, 20, 0)
    assert await contents() == found
    assert len(path.with_suffix(".rejects").read_text().split("the physician has already rated")) == 20
    assert await RatingImport.all().count() == 1


def large_rows(count: int) -> list[dict[str, object]]:
    """Rows of which 600 are longer than what tells one source from another."""
    return [rating(physician=f"p{number}", comment="x" * 2_000) for number in range(count)]


async def test_a_file_that_has_grown_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    rows = large_rows(610)
    assert totals(await imported(path, csv_file(rows[:600]))) == (600, 0, 0)
    rows[605]["country"] = "XX"

    assert totals(await imported(path, csv_file(rows))) == (609, 1, 600)

    assert path.with_suffix(".rejects").read_text().splitlines()[1].startswith("607,country: 'XX' is not")
    assert await Rating.all().count() == 609


async def test_a_small_file_that_has_grown_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    rows = [rating(physician=f"p{number}") for number in range(3)]
    await imported(path, csv_file(rows[:2]))

    assert totals(await imported(path, csv_file(rows))) == (1, 2, 0)


@pytest.mark.parametrize("what", ["other", "shorter"])
async def test_another_file_that_begins_alike_is_not_taken_for_the_first(tmp_path: Path, what: str) -> None:
    path = tmp_path / "ratings.csv"
    rows = large_rows(600)
    await imported(path, csv_file(rows))
    rows = [*rows[:599], rating(physician="someone else")] if what == "other" else rows[:599]

    with pytest.raises(AnotherSource, match=r"begins like this one but goes on differently.*Use --restart"):
        await imported(path, csv_file(rows))
    assert await Rating.all().count() == 600

    accepted = 1 if what == "other" else 0
    assert totals(await imported(path, csv_file(rows), restart=True)) == (accepted, 599, 0)


async def test_an_unusable_header_stops_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"

    with pytest.raises(HeaderRefused):
        await imported(path, b"doctor,drug\nx,y\n")

    assert await RatingImport.all().count() == 0
    assert not path.with_suffix(".rejects").exists()


@pytest.mark.parametrize(("name", "header"), [("ratings.csv", csv_file([])), ("ratings.ndjson", b"")])
async def test_a_file_without_ratings_is_soon_imported(tmp_path: Path, name: str, header: bytes) -> None:
    outcome = await imported(tmp_path / name, header)

    assert totals(outcome) == (0, 0, 0)
    assert outcome.rejects.read_bytes() == b"line,reason,raw\n"


async def test_files_in_the_way_of_the_rejects_are_not_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "ratings.csv", tmp_path / "thesis.txt"
    path.write_bytes(csv_file([GOOD]))
    other.write_text("My thesis")

    for rejects, reason in (
        (other, "a file of another kind is in its place"),
        (path, "that is the file with the ratings"),
        (tmp_path, "that is not a file"),
        (tmp_path / "none" / "rejects.csv", "its folder does not exist"),
    ):
        with pytest.raises(RejectsUnusable) as refused:
            await import_ratings(RatingSource(path), rejects)
        assert str(refused.value) == f"Rejected rows cannot be written to {rejects}: {reason}."
    assert other.read_text() == "My thesis"
    assert await Rating.all().count() == 0
    assert await RatingImport.all().count() == 0


class Stopped(Exception):
    """Stands for any end of the process between two batches."""


def stop_after(batches: int) -> object:
    left = [batches]

    def report(_: Progress) -> None:
        left[0] -= 1
        if not left[0]:
            raise Stopped

    return report


async def test_an_import_continues_only_with_its_own_rejects(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    content = csv_file(many_ratings(40))
    with pytest.raises(Stopped):
        await imported(path, content, batch_rows=10, report=stop_after(3))
    rejects = path.with_suffix(".rejects")
    kept = rejects.read_bytes()
    rejects.unlink()

    with pytest.raises(RejectsUnusable, match=rf"wrote {len(kept)} bytes of rejected rows there, of which 0 are left"):
        await imported(path, content)

    rejects.write_bytes(kept + b"half a li")
    assert totals(await imported(path, content)) == (37, 3, 30)
    assert rejects.read_bytes().startswith(kept)
    assert rejects.read_text().count("country: 'XX'") == 3


async def test_two_imports_of_one_source_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(csv_file(many_ratings(60)))
    source, rejects = RatingSource(path), path.with_suffix(".rejects")

    outcomes = await asyncio.gather(
        *(import_ratings(source, rejects, batch_rows=5) for _ in range(2)), return_exceptions=True
    )

    finished = [outcome for outcome in outcomes if isinstance(outcome, ImportOutcome)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, ImportedElsewhere)]
    assert (len(finished), len(refused)) == (1, 1)
    assert totals(finished[0]) == (56, 4, 0)
    assert rejects.read_text().count("country: 'XX'") == 4
    assert (await Rating.all().count(), (await RatingImport.get()).accepted) == (56, 56)


async def test_a_cancelled_import_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    content = csv_file(many_ratings(60))
    path.write_bytes(content)
    reported = asyncio.Event()
    task = asyncio.create_task(
        import_ratings(RatingSource(path), path.with_suffix(".rejects"), lambda _: reported.set(), batch_rows=5)
    )
    await reported.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    journal = await RatingImport.get()
    assert await Rating.all().count() == journal.accepted < 56

    assert totals(await imported(path, content)) == (56, 4, journal.accepted + journal.rejected)
    assert await Rating.all().count() == 56
