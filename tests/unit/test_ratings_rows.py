"""What is taken from a file of ratings, and the exact reason why something is not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.catalogue.records import CatalogueRecords, DrugRecord, IndicationRecord, SpecialtyRecord
from resolvers.ratings.batches import Batch, BatchReader
from resolvers.ratings.checking import RowCheck
from resolvers.ratings.columns import COLUMNS
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.sources import RatingSource
from tests.rating_files import GOOD, csv_file, ndjson_file, rating

HEADER = ",".join(COLUMNS).encode() + b"\n"
GOOD_LINE = csv_file([GOOD]).removeprefix(HEADER)
TAKEN = (
    *("p1", 1, "US", 12, 1, 1),
    *(4, 3, None, 5, None, 2),
    *(None, datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
)
"""The good rating, but for its line."""


@pytest.fixture(scope="module")
def lookup() -> CatalogueLookup:
    return CatalogueLookup(
        CatalogueRecords(
            drugs=(DrugRecord(1, "colchicine", "colchicine", (), None, (("RXNORM", "2683"),)),),
            indications=(
                IndicationRecord(1, "gout", "Gout", (("ICD10CM", "M10"),), treated=True),
                IndicationRecord(2, "conscious-sedation", "Conscious Sedation", (), treated=True),
                IndicationRecord(3, "conscious-sedation-2", "Conscious sedation", (), treated=True),
            ),
            specialties=(SpecialtyRecord(1, "Rheumatology"),),
        )
    )


def read(lookup: CatalogueLookup, folder: Path, content: bytes, name: str = "ratings.csv") -> Batch:
    path = folder / name
    path.write_bytes(content)
    with RatingSource(path).open() as opened:
        batch = BatchReader(opened, RowCheck(lookup), batch_rows=1_000).read()
        assert batch.is_last
        return batch


BAD_VALUES = [
    ("physician", "", "physician is empty"),
    ("physician", "k" * 201, f"physician: '{'k' * 80}…' is longer than 200 characters"),
    ("physician", "a\tb", r"physician: 'a\tb' has a control character"),
    ("physician", "a\0b", r"physician: 'a\x00b' has a NUL character"),
    ("specialty", "", "specialty is empty"),
    ("specialty", "Witchcraft", "specialty: 'Witchcraft' is not in the catalogue"),
    ("country", "", "country is empty"),
    ("country", "us", "country: 'us' is not an ISO 3166-1 alpha-2 code"),
    ("country", "USA", "country: 'USA' is not an ISO 3166-1 alpha-2 code"),
    ("country", "UK", "country: 'UK' is not an ISO 3166-1 alpha-2 code"),
    ("years_in_practice", "", "years_in_practice is empty"),
    ("years_in_practice", "-1", "years_in_practice: '-1' is not an integer from 0 to 80"),
    ("years_in_practice", "81", "years_in_practice: '81' is not an integer from 0 to 80"),
    ("years_in_practice", "7.5", "years_in_practice: '7.5' is not an integer from 0 to 80"),
    ("drug", "", "drug is empty"),
    ("drug", "snake oil", "drug: 'snake oil' is not in the catalogue"),
    ("drug", "RXNORM:1", "drug: 'RXNORM:1' is not in the catalogue"),
    ("drug", "x" * 100, f"drug: '{'x' * 80}…' is not in the catalogue"),
    ("indication", "", "indication is empty"),
    ("indication", "gloom", "indication: 'gloom' is not in the catalogue"),
    (
        "indication",
        "CONSCIOUS SEDATION",
        "indication: 'CONSCIOUS SEDATION' can mean conscious-sedation, conscious-sedation-2",
    ),
    ("efficacy", "0", "efficacy: '0' is not an integer from 1 to 5"),
    ("safety", "6", "safety: '6' is not an integer from 1 to 5"),
    ("tolerability", "4.0", "tolerability: '4.0' is not an integer from 1 to 5"),
    ("accessibility", "\u0664", "accessibility: '\u0664' is not an integer from 1 to 5"),
    ("adherence", " 4", "adherence: ' 4' is not an integer from 1 to 5"),
    ("preference", "good", "preference: 'good' is not an integer from 1 to 5"),
    ("comment", "c" * 4_001, f"comment: '{'c' * 80}…' is longer than 4,000 characters"),
    ("comment", "a\0b", r"comment: 'a\x00b' has a NUL character"),
    ("rated_at", "", "rated_at is empty"),
    ("rated_at", "yesterday", "rated_at: 'yesterday' is not an RFC 3339 time"),
    ("rated_at", "2024-05-06", "rated_at: '2024-05-06' is not an RFC 3339 time"),
    ("rated_at", "20240506T070809Z", "rated_at: '20240506T070809Z' is not an RFC 3339 time"),
    ("rated_at", "2024-02-30T07:08:09Z", "rated_at: '2024-02-30T07:08:09Z' is not an RFC 3339 time"),
    ("rated_at", "2024-05-06T24:00:00Z", "rated_at: '2024-05-06T24:00:00Z' is not an RFC 3339 time"),
    ("rated_at", "2024-05-06T07:08:09", "rated_at: '2024-05-06T07:08:09' has no time zone"),
    ("rated_at", "2999-01-01T00:00:00Z", "rated_at: '2999-01-01T00:00:00Z' is in the future"),
    ("rated_at", "1899-12-31T23:59:59Z", "rated_at: '1899-12-31T23:59:59Z' is before 1900"),
    ("rated_at", "0001-01-01T00:00:00+23:00", "rated_at: '0001-01-01T00:00:00+23:00' is before 1900"),
]


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
@pytest.mark.parametrize(("column", "value", "reason"), BAD_VALUES)
def test_a_bad_value_is_named_with_its_column(
    lookup: CatalogueLookup, tmp_path: Path, column: str, value: str, reason: str, file_format: str
) -> None:
    rows = [rating(**{column: value}), GOOD]
    content = csv_file(rows) if file_format == "csv" else ndjson_file(rows)

    batch = read(lookup, tmp_path, content, f"ratings.{file_format}")

    line = 2 if file_format == "csv" else 1
    assert batch.refusals == [(line, reason)]
    assert batch.rows == [RatingRow(line + 1, *TAKEN)]


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_a_rating_must_answer_something(lookup: CatalogueLookup, tmp_path: Path, file_format: str) -> None:
    row = rating(efficacy="", safety="", accessibility="", preference="", comment="No idea")
    content = csv_file([row]) if file_format == "csv" else ndjson_file([row])

    batch = read(lookup, tmp_path, content, f"ratings.{file_format}")

    assert [reason for _, reason in batch.refusals] == ["no criterion is answered"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (GOOD_LINE.replace(b",US,", b",US,,"), "has 15 columns instead of 14"),
        (GOOD_LINE.replace(b",US,", b","), "has 13 columns instead of 14"),
        (b"p1\n", "has 1 columns instead of 14"),
        (
            GOOD_LINE.replace(b",2024", b'"so" so,2024').replace(b",2,", b",2"),
            "has 13 columns instead of 14",
        ),
        (
            GOOD_LINE.replace(b",,2024", b',"so" so,2024'),
            "not valid CSV: its quotes do not match, or a line end stands outside of quotes",
        ),
        (
            GOOD_LINE.replace(b"p1", b"p\r1"),
            "not valid CSV: its quotes do not match, or a line end stands outside of quotes",
        ),
        (
            GOOD_LINE.replace(b",,2024", b',"unclosed,2024'),
            "not valid CSV: its quotes do not match, or a line end stands outside of quotes",
        ),
        (GOOD_LINE.replace(b",,2024", b",na\xefve,2024"), r"comment: 'na\udcefve' is not valid UTF-8"),
        (GOOD_LINE.replace(b"p1", b"\xff"), r"physician: '\udcff' is not valid UTF-8"),
        (GOOD_LINE.replace(b"colchicine", b"\xff"), r"drug: '\udcff' is not valid UTF-8"),
        (GOOD_LINE.replace(b",,2024", b"," + b"c" * 70_000 + b",2024"), "the row is longer than 65,536 characters"),
    ],
)
def test_a_broken_csv_line_costs_no_other_line(
    lookup: CatalogueLookup, tmp_path: Path, broken: bytes, reason: str
) -> None:
    batch = read(lookup, tmp_path, HEADER + GOOD_LINE + broken + GOOD_LINE * 2)

    assert batch.refusals == [(3, reason)]
    assert batch.rows == [RatingRow(line, *TAKEN) for line in (2, 4, 5)]


def test_an_unclosed_quote_costs_no_row_with_quotes_of_its_own(lookup: CatalogueLookup, tmp_path: Path) -> None:
    unclosed = GOOD_LINE.replace(b",,2024", b',"unclosed,2024')
    quoted = csv_file([rating(comment='two\nlines, "quoted"')]).removeprefix(HEADER)

    batch = read(lookup, tmp_path, HEADER + unclosed + quoted + unclosed + unclosed + GOOD_LINE + quoted)

    assert [line for line, _ in batch.refusals] == [2, 5, 6]
    assert [(row.line, row.comment) for row in batch.rows] == [
        (3, 'two\nlines, "quoted"'),
        (7, None),
        (8, 'two\nlines, "quoted"'),
    ]


def test_a_line_end_belongs_into_a_comment_only(lookup: CatalogueLookup, tmp_path: Path) -> None:
    swallowing = GOOD_LINE.replace(b"Rheumatology", b'"Rheumatology')
    swallowed = GOOD_LINE.replace(b"p1,Rheumatology", b'p1,Rheumatology"')

    batch = read(lookup, tmp_path, HEADER + swallowing + GOOD_LINE + swallowed + GOOD_LINE)

    assert [row.line for row in batch.rows] == [3, 5]
    assert [line for line, _ in batch.refusals] == [2, 4]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'{"physician": "p1"', "not valid JSON"),
        (b"[" * 100_000, "the row is longer than 65,536 characters"),
        (b"[" * 50_000, "not valid JSON"),
        (b"7", "not a JSON object"),
        (b'["p1"]', "not a JSON object"),
        (b'{"physician": "\xff"}', "not valid UTF-8"),
        (b'{"physician": "p1", "dose": 3}', "'dose' is not a column of ratings"),
        (b'{"physician": "p1", "physician": "p2"}', "physician is there twice"),
        (b'{"physician": 7}', "physician: '7' is not a text"),
        (b'{"years_in_practice": true}', "years_in_practice: 'true' is not an integer"),
        (b'{"efficacy": 4.0}', "efficacy: '4.0' is not an integer"),
        (b'{"efficacy": [4]}', "efficacy: '[4]' is not an integer"),
        (b'{"efficacy": {"level": 4}}', "efficacy: '[[\"level\", 4]]' is not an integer"),
        (b'{"efficacy": NaN}', "efficacy: 'NaN' is not an integer"),
        (b'{"specialty": "Rheumatology"}', "physician is empty"),
        (b'{"physician": "\\ud83d"}', r"physician: '\ud83d' is not valid UTF-8"),
        (json.dumps(rating(comment="\ud83d")).encode(), r"comment: '\ud83d' is not valid UTF-8"),
        (json.dumps(rating(efficacy=6)).encode(), "efficacy: '6' is not an integer from 1 to 5"),
        (b'{"efficacy": 1' + b"0" * 5_000 + b"}", "not valid JSON"),
    ],
)
def test_a_broken_json_line_costs_no_other_line(
    lookup: CatalogueLookup, tmp_path: Path, broken: bytes, reason: str
) -> None:
    good = ndjson_file([GOOD])

    batch = read(lookup, tmp_path, good + broken + b"\n" + good, "ratings.ndjson")

    assert batch.refusals == [(2, reason)]
    assert batch.rows == [RatingRow(line, *TAKEN) for line in (1, 3)]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-06T09:08:09+02:00", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024-05-06t07:08:09z", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024-05-06 07:08:09.5Z", datetime(2024, 5, 6, 7, 8, 9, 500_000, tzinfo=UTC)),
        ("2024-05-06T07:08:09.123456789-00:00", datetime(2024, 5, 6, 7, 8, 9, 123_456, tzinfo=UTC)),
        ("1900-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_rfc_3339_has_them(
    lookup: CatalogueLookup, tmp_path: Path, text: str, time: datetime
) -> None:
    batch = read(lookup, tmp_path, csv_file([rating(rated_at=text)]))

    assert [row.rated_at for row in batch.rows] == [time]


def test_json_may_give_numbers_and_leave_things_out(lookup: CatalogueLookup, tmp_path: Path) -> None:
    row = {key: value for key, value in GOOD.items() if value}
    row |= {"years_in_practice": 12, "efficacy": 4, "safety": 3, "tolerability": None}

    batch = read(lookup, tmp_path, ndjson_file([row]), "ratings.ndjson")

    assert batch.rows == [RatingRow(1, *TAKEN)]


def test_csv_columns_come_in_any_order_and_criteria_may_lack(lookup: CatalogueLookup, tmp_path: Path) -> None:
    columns = ("rated_at", "drug", "preference", "indication", "physician", "years_in_practice", "country", "specialty")

    batch = read(lookup, tmp_path, csv_file([GOOD], columns))

    (row,) = batch.rows
    assert row == RatingRow(2, *TAKEN)._replace(efficacy=None, safety=None, accessibility=None)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_empty_lines_a_byte_order_mark_and_a_missing_last_line_end_do_no_harm(
    lookup: CatalogueLookup, tmp_path: Path, line_end: bytes
) -> None:
    content = b"\xef\xbb\xbf" + (HEADER + b"\n" + GOOD_LINE + b"\n" + GOOD_LINE).replace(b"\n", line_end)

    batch = read(lookup, tmp_path, content.removesuffix(line_end))

    assert batch.rows == [RatingRow(line, *TAKEN) for line in (3, 5)]
    assert batch.refusals == []


def test_names_and_codes_are_understood(lookup: CatalogueLookup, tmp_path: Path) -> None:
    rows = [rating(drug="RXNORM:2683", indication="ICD10CM:M10"), rating(drug="COLCHICINE", indication="Gout")]

    batch = read(lookup, tmp_path, csv_file(rows))

    assert [(row.drug_id, row.indication_id) for row in batch.rows] == [(1, 1), (1, 1)]


def test_a_refused_row_is_kept_as_it_was(lookup: CatalogueLookup, tmp_path: Path) -> None:
    bad = GOOD_LINE.replace(b",,2024", b',"two\nlines \xff",2024')

    batch = read(lookup, tmp_path, HEADER + GOOD_LINE + bad + GOOD_LINE)

    assert batch.stretch.text_of(3, batch.starts) == bad.decode("utf-8", "backslashreplace").rstrip("\n")
    assert batch.stretch.text_of(5, batch.starts) == GOOD_LINE.decode().rstrip("\n")
