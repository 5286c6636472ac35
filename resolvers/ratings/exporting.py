"""Exporting all ratings in the format in which they are imported."""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import orjson
from tortoise.transactions import in_transaction

from models import Rating
from models.ratings import CRITERIA
from resolvers.database import database, dialect_of
from resolvers.progress import Progress, Report, unreported
from resolvers.ratings.columns import COLUMNS, FileFormat
from resolvers.sql import Parameters, as_time

PAGE = 10_000
"""How many ratings are in memory at a time."""

OWN_KEY_PREFIX = "peerscore:"
"""Begins the exported key of a physician whom no source of ratings has given one."""


async def export_ratings(write: Callable[[bytes], object], file_format: FileFormat, report: Report = unreported) -> int:
    """Write all ratings, in the order in which they came, as they were when the export began.

    Args:
        write: is given the text piece by piece, in UTF-8.
        file_format: CSV has a header.
        report: is told how many ratings are written.

    Returns:
        The number of ratings.
    """
    if dialect_of(database()) == "sqlite":
        # Reading goes up to the newest rating of the beginning; a transaction would keep other tasks waiting.
        return await _export(write, file_format, report)
    async with in_transaction() as transaction:
        await transaction.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await _export(write, file_format, report)


async def _export(write: Callable[[bytes], object], file_format: FileFormat, report: Report) -> int:
    total = await Rating.all().count()
    done = 0
    if file_format == "csv":
        write(_csv([COLUMNS]))
    async with aclosing(_pages()) as pages:
        async for page in pages:
            write(_csv(page) if file_format == "csv" else _ndjson(page))
            done += len(page)
            report(Progress(done, total, "ratings"))
    return done


async def _pages() -> AsyncGenerator[list[Sequence[Any]], None]:
    newest = await Rating.all().order_by("-id").first().values_list("id")
    last = newest[0] if newest else 0
    names = await _names("drug", "slug"), await _names("indication", "slug"), await _names("specialty", "name")
    after = 0
    while after < last:
        found = await _page(after, last)
        if not found:
            return
        yield [_values(row, *names) for row in found]
        after = found[-1]["id"]


async def _names(table: str, column: str) -> dict[int, str]:
    _, rows = await database().execute_query(f"SELECT id, {column} AS name FROM {table}")
    return {row["id"]: row["name"] for row in rows}


async def _page(after: int, last: int) -> Sequence[Any]:
    connection = database()
    parameters = Parameters(dialect_of(connection))
    _, rows = await connection.execute_query(
        "SELECT rating.id, rating.physician_id, physician_source.key, rating.specialty_id, rating.country,"
        " rating.years_in_practice, rating.drug_id, rating.indication_id,"
        f" {', '.join(CRITERIA)}, rating.comment, rating.created_at"
        " FROM rating LEFT JOIN physician_source ON physician_source.physician_id = rating.physician_id"
        f" WHERE rating.id > {parameters.bind(after)} AND rating.id <= {parameters.bind(last)}"
        f" ORDER BY rating.id LIMIT {parameters.bind(PAGE)}",
        parameters.values,
    )
    return rows


def _values(
    row: Mapping[str, Any], drugs: dict[int, str], indications: dict[int, str], specialties: dict[int, str]
) -> Sequence[Any]:
    return (
        row["key"] or f"{OWN_KEY_PREFIX}{row['physician_id']}",
        specialties[row["specialty_id"]],
        row["country"],
        row["years_in_practice"],
        drugs[row["drug_id"]],
        indications[row["indication_id"]],
        *(row[criterion] for criterion in CRITERIA),
        row["comment"],
        as_time(row["created_at"]).isoformat().replace("+00:00", "Z"),
    )


def _ndjson(rows: Sequence[Sequence[Any]]) -> bytes:
    return b"".join(
        orjson.dumps(dict(zip(COLUMNS, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for row in rows
    )


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    # The module quotes line ends only if they are part of this terminator, and both kinds must be quoted.
    writer = csv.writer(_ShortLineEnds(text), lineterminator="\r\n")
    writer.writerows(rows)
    return text.getvalue().encode()


class _ShortLineEnds:
    """Is given whole rows that end in CR LF, and writes them with LF."""

    def __init__(self, text: io.StringIO) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row[:-2] + "\n")
