"""Opening a source of ratings."""

import gzip
import io
from pathlib import Path

import pytest

from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.catalogue.records import CatalogueRecords
from resolvers.ratings.batches import BatchReader
from resolvers.ratings.checking import RowCheck
from resolvers.ratings.columns import COLUMNS
from resolvers.ratings.errors import HeaderRefused, SourceUnreadable
from resolvers.ratings.sources import RatingSource
from tests.rating_files import GOOD, csv_file, many_ratings, ndjson_file

KNOWN = ", ".join(COLUMNS)
CHECK = RowCheck(CatalogueLookup(CatalogueRecords((), (), ())))


def read_all(reader: BatchReader) -> None:
    while not reader.read().is_last:
        pass


@pytest.mark.parametrize(
    ("name", "content", "file_format"),
    [
        ("ratings.csv", csv_file([GOOD]), "csv"),
        ("ratings.ndjson", ndjson_file([GOOD]), "ndjson"),
        ("ratings.JSONL.gz", gzip.compress(ndjson_file([GOOD])), "ndjson"),
        ("ratings.csv.gz", gzip.compress(csv_file([GOOD])), "csv"),
        ("ratings", b"\xef\xbb\xbf\n {}", "ndjson"),
        ("ratings", b"physician,drug", "csv"),
        ("ratings.csv", gzip.compress(csv_file([GOOD])), "csv"),
    ],
)
def test_the_format_is_known_by_suffix_or_by_content(
    tmp_path: Path, name: str, content: bytes, file_format: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with RatingSource(path).open() as opened:
        assert opened.file_format == file_format
        assert opened.total == len(content)
        assert b"physician" in opened.content.read() or file_format == "ndjson"
        assert opened.position == len(content)


def test_standard_input_is_read_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"physician,drug\n"))))

    with RatingSource(None).open() as opened:
        assert opened.name == "standard input"
        assert opened.total is None
        assert opened.file_format == "csv"
        assert opened.content.read() == b"physician,drug\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"

    with pytest.raises(SourceUnreadable, match=r"none\.csv cannot be read: No such file or directory\."):
        RatingSource(path).open().__enter__()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"", "there is none"),
        (b'"physician', "it is not a line of CSV"),
        (b"\xff\xfe", r"'\udcff\udcfe' is not a column of ratings"),
        (b"c" * 70_000, "it is not a line of CSV"),
        (f"{','.join(COLUMNS)},dose".encode(), "'dose' is not a column of ratings"),
        (f"{','.join(COLUMNS)},drug".encode(), "drug is there twice"),
        (b"physician,country,drug,efficacy", "specialty, years_in_practice, indication, rated_at is missing"),
        (b"physician,specialty,country,years_in_practice,drug,indication,rated_at", "no criterion is there"),
    ],
)
def test_a_file_must_name_its_columns(tmp_path: Path, header: bytes, reason: str) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(header)

    with RatingSource(path).open() as opened, pytest.raises(HeaderRefused) as refused:
        BatchReader(opened, CHECK, 10)

    assert str(refused.value) == (
        f"The first line of the file must name its columns, but {reason}. Columns are: {KNOWN}."
    )


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_damaged_compression_is_told(tmp_path: Path, damage: str) -> None:
    compressed = bytearray(gzip.compress(csv_file(many_ratings(60_000))))
    if damage == "cut":
        del compressed[-100:]
    else:
        compressed[-8] ^= 1
    path = tmp_path / "ratings.csv.gz"
    path.write_bytes(compressed)

    with RatingSource(path).open() as opened:
        reader = BatchReader(opened, CHECK, 10_000)
        with pytest.raises(SourceUnreadable, match=r"ratings\.csv\.gz cannot be read: after line \d+: "):
            read_all(reader)


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(csv_file([GOOD]) + b"x" * (17 << 20))

    with RatingSource(path).open() as opened:
        reader = BatchReader(opened, CHECK, 10)
        with pytest.raises(SourceUnreadable, match="line 3 is longer than 16 MiB"):
            reader.read()
