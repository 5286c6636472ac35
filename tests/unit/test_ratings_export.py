"""Exporting ratings, and importing what was exported."""

import asyncio
import json
from contextvars import copy_context
from pathlib import Path

import pytest

from models import Physician, PhysicianSource, Rating
from resolvers.database import DatabaseUrl, open_database
from resolvers.progress import Progress
from resolvers.ratings import exporting
from resolvers.ratings.columns import COLUMNS, FileFormat
from resolvers.ratings.exporting import export_ratings
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.sources import RatingSource
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.rating_files import GOOD, contents_of, csv_file, many_ratings, rating

HARD = [
    rating(physician="simulated:7", comment='Commas, "quotes",\nline ends\r\nof both\rkinds\u2028 and \U0001f48a'),
    rating(
        physician='key, with "this" and that',
        comment="'; DROP TABLE rating; --",
        rated_at="1999-12-31T23:59:59.25-05:00",
    ),
    rating(physician="h8", indication="conscious-sedation", comment="=1+1"),
    rating(physician="h8", indication="conscious-sedation-2", drug="abacavir", years_in_practice="0", country="DE"),
    rating(physician="h9", comment=" kept as it is ", rated_at="1900-01-01T00:00:00Z"),
    rating(physician="h9", indication="alopecia", comment="n" * 4_000, years_in_practice="80"),
]


async def exported(file_format: FileFormat = "csv") -> bytes:
    parts: list[bytes] = []
    await export_ratings(parts.append, file_format)
    return b"".join(parts)


@pytest.mark.usefixtures("catalogue")
async def test_an_export_looks_like_an_import(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    rows = [
        GOOD,
        rating(physician="p2", drug="RXNORM:2683", comment="Two\nlines", rated_at="2024-05-06T07:08:09.5+01:00"),
    ]
    path.write_bytes(csv_file(rows))
    await import_ratings(RatingSource(path), tmp_path / "rejects.csv")

    assert (await exported()).decode() == (
        f"{','.join(COLUMNS)}\n"
        "p1,Rheumatology,US,12,colchicine,gout,4,3,,5,,2,,2024-05-06T07:08:09Z\n"
        'p2,Rheumatology,US,12,colchicine,gout,4,3,,5,,2,"Two\nlines",2024-05-06T06:08:09.500000Z\n'
    )
    first, second = (await exported("ndjson")).decode().splitlines()
    assert json.loads(first) == {
        **GOOD,
        "years_in_practice": 12,
        "efficacy": 4,
        "safety": 3,
        "tolerability": None,
        "accessibility": 5,
        "adherence": None,
        "preference": 2,
        "comment": None,
    }
    assert json.loads(second)["comment"] == "Two\nlines"


@pytest.mark.usefixtures("catalogue")
async def test_an_empty_database_exports_no_ratings() -> None:
    assert await exported() == f"{','.join(COLUMNS)}\n".encode()
    assert await exported("ndjson") == b""


@pytest.mark.usefixtures("catalogue")
async def test_an_export_goes_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(csv_file(many_ratings(30)))
    await import_ratings(RatingSource(path), tmp_path / "rejects.csv")
    whole = await exported()
    monkeypatch.setattr(exporting, "PAGE", 10)
    parts: list[bytes] = []
    told: list[Progress] = []

    assert await export_ratings(parts.append, "csv", told.append) == 28

    assert len(parts) == 4
    assert b"".join(parts) == whole
    assert [progress.done for progress in told] == [10, 20, 28]
    assert told[-1] == Progress(28, 28, "ratings")


@pytest.mark.usefixtures("catalogue")
async def test_what_comes_while_an_export_runs_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(csv_file(many_ratings(30)))
    await import_ratings(RatingSource(path), tmp_path / "rejects.csv")
    late = tmp_path / "late.csv"
    late.write_bytes(csv_file([rating(physician="late")]))
    monkeypatch.setattr(exporting, "PAGE", 10)
    parts: list[bytes] = []
    added: list[asyncio.Task[object]] = []
    # A task started from within the export would otherwise share its transaction.
    outside = copy_context()

    def add_once(_: Progress) -> None:
        if not added:
            work = import_ratings(RatingSource(late), tmp_path / "late.rejects.csv")
            added.append(asyncio.get_running_loop().create_task(work, context=outside))

    assert await export_ratings(parts.append, "csv", add_once) == 28
    await added[0]

    assert b"late" not in b"".join(parts)
    assert await Rating.all().count() == 29


@pytest.mark.usefixtures("catalogue")
async def test_a_physician_without_a_key_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(csv_file([GOOD]))
    await import_ratings(RatingSource(path), tmp_path / "rejects.csv")
    physician = await Physician.get()
    await PhysicianSource.all().delete()

    assert (await exported()).decode().splitlines()[1].startswith(f"peerscore:{physician.id},Rheumatology,")


def fill(url: str, path: Path) -> int:
    async def work() -> int:
        async with open_database(DatabaseUrl.parse(url)):
            outcome = await import_ratings(RatingSource(path), path.with_name(f"{path.name}.rejects"), batch_rows=25)
            return outcome.rejected

    return asyncio.run(work())


def export(url: str, path: Path, file_format: FileFormat) -> None:
    async def work() -> bytes:
        async with open_database(DatabaseUrl.parse(url)):
            return await exported(file_format)

    path.write_bytes(asyncio.run(work()))


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_an_export_imported_elsewhere_gives_the_same_database(
    databases: SqliteDatabases | PostgresDatabases,
    catalogue_template: str,
    tmp_path: Path,
    file_format: FileFormat,
) -> None:
    given, first, second = (tmp_path / name for name in ("given.csv", "first", "second"))
    given.write_bytes(csv_file([*many_ratings(100), *HARD]))
    origin, copy = databases.create(catalogue_template), databases.create(catalogue_template)
    assert fill(origin, given) == 6

    export(origin, first, file_format)
    assert fill(copy, first) == 0
    export(copy, second, file_format)

    assert len(contents_of(origin)["ratings"]) == 100
    assert contents_of(copy) == contents_of(origin)
    assert second.read_bytes() == first.read_bytes()
