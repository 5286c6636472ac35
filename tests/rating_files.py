"""Files of ratings for tests, and what a database holds after their import."""

import asyncio
import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from models.cells import COUNT_COLUMNS
from models.head_to_heads import PAIRED_COLUMNS
from models.ratings import CRITERIA
from resolvers.database import DatabaseUrl, database, open_database
from resolvers.ratings.columns import COLUMNS
from resolvers.sql import as_time

Row = dict[str, Any]

GOOD: Row = {
    "physician": "p1",
    "specialty": "Rheumatology",
    "country": "US",
    "years_in_practice": "12",
    "drug": "colchicine",
    "indication": "gout",
    "efficacy": "4",
    "safety": "3",
    "tolerability": "",
    "accessibility": "5",
    "adherence": "",
    "preference": "2",
    "comment": "",
    "rated_at": "2024-05-06T07:08:09Z",
}
"""A rating that the real catalogue knows how to take."""


def rating(**changes: object) -> Row:
    """The good rating with some columns changed."""
    return {**GOOD, **changes}


def many_ratings(count: int) -> list[Row]:
    """Good ratings of 40 physicians, each fourth with a comment of two lines, and bad ones among them."""
    drugs = ("colchicine", "allopurinol", "febuxostat")
    indications = ("gout", "gouty-arthritis", "UMLS:C0018099", "Gout Prevention")
    rows = []
    for number in range(count):
        row = rating(
            physician=f"p{number % 40}",
            drug=drugs[number // 40 % 3],
            indication=indications[number // 120 % 4],
            efficacy=str(1 + number % 5),
            safety=str(1 + number % 3) if number % 4 else "",
            comment=f'"Good",\nsaid {number}' if number % 4 == 0 else "",
            rated_at=f"2024-05-{1 + number % 28:02}T07:08:{number % 60:02}+02:00",
        )
        if number % 17 == 5:
            row["country"] = "XX"
        rows.append(row)
    return rows


def csv_file(rows: Iterable[Row], columns: Iterable[str] = COLUMNS) -> bytes:
    """The rows as CSV with a header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def ndjson_file(rows: Iterable[Row]) -> bytes:
    """The rows as NDJSON."""
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


async def contents() -> dict[str, list[tuple[Any, ...]]]:
    """All that an import writes, in the open database, comparable between databases.

    Numbers that only tie rows of one database together are replaced by what they stand for.
    """
    drug, indication = (
        "(SELECT slug FROM drug WHERE drug.id = drug_id)",
        "(SELECT slug FROM indication WHERE indication.id = indication_id)",
    )
    specialty = "(SELECT name FROM specialty WHERE specialty.id = specialty_id)"
    physician = "(SELECT key FROM physician_source WHERE physician_source.physician_id = {})"
    profile = f"{specialty} AS specialty, country, years_in_practice"
    queries = {
        "physicians": f"SELECT {physician.format('physician.id')} AS key, {profile}, profile_at, verified, simulated"
        " FROM physician ORDER BY id",
        "ratings": f"SELECT {physician.format('rating.physician_id')} AS key, {drug} AS drug,"
        f" {indication} AS indication, {profile}, {', '.join(CRITERIA)}, comment, created_at, updated_at"
        " FROM rating ORDER BY id",
        "cells": f"SELECT {drug} AS drug, {indication} AS indication, segment_kind, segment_value,"
        f" {', '.join(COUNT_COLUMNS)} FROM cell",
        "head_to_heads": f"SELECT {indication} AS indication,"
        " (SELECT slug FROM drug WHERE drug.id = first_drug_id) AS first_drug,"
        " (SELECT slug FROM drug WHERE drug.id = second_drug_id) AS second_drug,"
        f" {', '.join(PAIRED_COLUMNS)} FROM head_to_head",
        "treatments": f"SELECT {drug} AS drug, {indication} AS indication, source FROM treatment"
        " ORDER BY drug_id, indication_id",
    }
    times, flags = {"profile_at", "created_at", "updated_at"}, {"verified", "simulated"}
    found = {}
    for name, query in queries.items():
        rows = await database().execute_query_dict(query)
        found[name] = [
            tuple(
                as_time(value) if column in times else bool(value) if column in flags else value
                for column, value in row.items()
            )
            for row in rows
        ]
    for name in ("cells", "head_to_heads"):
        # Their keys stand first. Databases sort text differently.
        found[name].sort()
    return found


def contents_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """The same for a database that is not open."""

    async def read() -> dict[str, list[tuple[Any, ...]]]:
        async with open_database(DatabaseUrl.parse(url)):
            return await contents()

    return asyncio.run(read())
