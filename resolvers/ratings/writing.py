"""Writing ratings in bulk: physicians, treatments, ratings and the cells that count them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter, itemgetter

from tortoise.backends.base.client import BaseDBAsyncClient

from models.ratings import CRITERIA
from resolvers.counts.adding import add_counts
from resolvers.counts.cells import cells_of
from resolvers.counts.counted import CountedRatings
from resolvers.counts.earlier import month_of, ratings_of
from resolvers.counts.head_to_heads import head_to_heads_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.database import database, dialect_of
from resolvers.feed.writing import note_recounted
from resolvers.ratings.copying import copied
from resolvers.ratings.physicians import (
    Profile,
    lock_physicians,
    newest_by_physician,
    physician_ids,
    stored_time,
    update_profiles,
)
from resolvers.ratings.rows import RatingRow
from resolvers.releases.releasing import note_changes, release_due
from resolvers.sql import Parameters

TREATMENT_SOURCE = "physicians' ratings"
"""Where a treatment that the catalogue lacks is known from."""

RATING_COLUMNS = (
    "physician_id",
    "drug_id",
    "indication_id",
    "specialty_id",
    "country",
    "years_in_practice",
    *CRITERIA,
    "comment",
    "created_at",
)

COUNTED_AT_ONCE = 20_000
"""For how many ratings of a batch the cells are in memory at the same time: some two or three for each rating, with
91 counts."""

Key = tuple[int, int, int]
"""Physician, drug and indication: there is one rating of each."""

Added = dict[tuple[int, int], list[int]]
"""The ids of ratings that were added, by drug and indication."""


async def begin_writing(connection: BaseDBAsyncClient) -> None:
    """Make this transaction a writing one before it reads.

    On SQLite one that reads first could not write any more once another process has written.
    """
    if dialect_of(connection) == "sqlite":
        await connection.execute_query("DELETE FROM physician_source WHERE id IS NULL")


async def write_ratings(rows: Sequence[RatingRow]) -> list[RatingRow]:
    """Write ratings; to be called inside a transaction.

    Adds the physicians and treatments that are new, counts the ratings in the cells and head-to-heads, and releases
    what is due then. A physician's profile is that of their most recent rating. The feed is told which drugs have
    been recounted, and not of each rating: what was collected somewhere else is no news.

    Returns:
        The ratings that were not written, because the physician has rated that drug for that indication
        before, in the database or earlier in `rows`; in the order of their lines. They count nowhere. A rating that
        was withdrawn or excluded since has been given before, too.
    """
    if not rows:
        return []
    connection = database()
    await begin_writing(connection)
    first: dict[tuple[str, int, int], RatingRow] = {}
    not_written = []
    for row in rows:
        key = (row.physician, row.drug_id, row.indication_id)
        if key in first:
            not_written.append(row)
        else:
            first[key] = row
    ids = await physician_ids(connection, list(first.values()))
    await lock_physicians(connection, ids.values())
    by_key = {(ids[row.physician], row.drug_id, row.indication_id): row for row in first.values()}
    not_written += [by_key.pop(key) for key in await _retired(connection, by_key)]
    earlier = await ratings_of([(physician, indication) for physician, _, indication in by_key])
    there_before, added = await _insert(connection, by_key)
    not_written += [by_key.pop(key) for key in there_before]
    written = list(by_key.values())
    await update_profiles(
        connection, [Profile(ids[key], *row[2:5], row.rated_at) for key, row in newest_by_physician(written).items()]
    )
    await add_treatments(connection, {(row.drug_id, row.indication_id) for row in written})
    ratings = _counted(by_key)
    for part in ratings.by_drug(COUNTED_AT_ONCE):
        await add_counts(CELLS, cells_of(part))
    await add_counts(HEAD_TO_HEADS, head_to_heads_of(ratings, earlier))
    await note_changes(added)
    now = datetime.now(UTC)
    await release_due(added, now)
    await note_recounted({drug_id for drug_id, _ in added}, now)
    return sorted(not_written, key=attrgetter("line"))


def _counted(rows: dict[Key, RatingRow]) -> CountedRatings:
    """The written ratings as what counts them takes them."""
    return CountedRatings.of(
        [physician for physician, _, _ in rows],
        [row.drug_id for row in rows.values()],
        [row.indication_id for row in rows.values()],
        [row.specialty_id for row in rows.values()],
        [row.country for row in rows.values()],
        [row.years_in_practice for row in rows.values()],
        [month_of(row.rated_at) for row in rows.values()],
        [row[7:13] for row in rows.values()],
    )


async def _retired(connection: BaseDBAsyncClient, keys: Collection[Key]) -> list[Key]:
    """Those of the keys whose rating was withdrawn or excluded, which no import brings back."""
    parameters = Parameters(dialect_of(connection))
    condition = parameters.member_of("physician_id", {physician for physician, _, _ in keys})
    _, rows = await connection.execute_query(
        f"SELECT physician_id, drug_id, indication_id FROM retired_rating WHERE {condition}", parameters.values
    )
    return [key for key in map(tuple, rows) if key in keys]


async def _insert(connection: BaseDBAsyncClient, rows: dict[Key, RatingRow]) -> tuple[list[Key], Added]:
    """Insert ratings, with ids in the order of `rows`: which were there before, and the ids of the others."""
    if dialect_of(connection) == "sqlite":
        return await _insert_on_sqlite(connection, rows)
    return await _insert_on_postgres(connection, rows)


async def _insert_on_sqlite(connection: BaseDBAsyncClient, rows: dict[Key, RatingRow]) -> tuple[list[Key], Added]:
    # The transaction has the only write lock: the rows with higher ids are those that it adds. Much refers to a rating
    # by its id even when it is gone, so ids are never given twice; the sequence remembers the highest one ever given.
    _, found = await connection.execute_query(
        "SELECT max(coalesce((SELECT max(id) FROM rating), 0),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'rating'), 0)) AS id"
    )
    before = found[0]["id"]
    columns = ("id", *RATING_COLUMNS, "updated_at")
    # created_at is the last of the values, and updated_at the same.
    places = [f"?{number}" for number in range(1, len(columns))]
    # Ids in the order of the rows, but written drug by drug: that touches each page of the indexes but once.
    values = [
        [number, *key, *row[2:5], *row[7:14], stored_time(row.rated_at)]
        for number, (key, row) in enumerate(rows.items(), start=before + 1)
    ]
    values.sort(key=itemgetter(2, 3))
    await connection.execute_many(
        f"INSERT INTO rating ({', '.join(columns)}) VALUES ({', '.join([*places, places[-1]])})"
        " ON CONFLICT (physician_id, drug_id, indication_id) DO NOTHING",
        values,
    )
    _, counted = await connection.execute_query("SELECT count(*) AS n FROM rating WHERE id > ?1", [before])
    if counted[0]["n"] == len(rows):
        return [], _by_treatment((number, *key[1:]) for number, key in enumerate(rows, start=before + 1))
    _, added = await connection.execute_query(
        "SELECT id, drug_id, indication_id, physician_id FROM rating WHERE id > ?1", [before]
    )
    ids = _by_treatment(tuple(row)[:3] for row in added)
    return list(rows.keys() - {(row["physician_id"], row["drug_id"], row["indication_id"]) for row in added}), ids


async def _insert_on_postgres(connection: BaseDBAsyncClient, rows: dict[Key, RatingRow]) -> tuple[list[Key], Added]:
    columns = (*RATING_COLUMNS, "updated_at")
    values = ((*key, *row[2:5], *row[7:], row.rated_at) for key, row in rows.items())
    given = await copied(connection, "rating", columns, values)
    names = ", ".join(("id", *columns))
    # In the order of the unique key, so that two writers of the same ratings can wait for each other in one
    # direction only; it is also kinder to the indexes. The ids keep the order of the rows.
    _, added = await connection.execute_query(
        f"WITH added AS (INSERT INTO rating ({names}) SELECT {names} FROM {given}"
        " ORDER BY drug_id, indication_id, physician_id"
        " ON CONFLICT (physician_id, drug_id, indication_id) DO NOTHING RETURNING id, drug_id, indication_id)"
        " SELECT id, drug_id, indication_id FROM added"
    )
    ids = _by_treatment(tuple(row) for row in added)
    if len(added) == len(rows):
        return [], ids
    _, existing = await connection.execute_query(
        f"SELECT given.physician_id, given.drug_id, given.indication_id FROM {given} AS given"
        " WHERE NOT EXISTS (SELECT 1 FROM rating WHERE rating.id = given.id)"
    )
    return [tuple(row) for row in existing], ids


def _by_treatment(ratings: Iterable[tuple[int, int, int]]) -> Added:
    """The ratings' ids, from ids with drug and indication."""
    ids: Added = defaultdict(list)
    for rating_id, drug_id, indication_id in ratings:
        ids[drug_id, indication_id].append(rating_id)
    return ids


async def add_treatments(connection: BaseDBAsyncClient, pairs: Iterable[tuple[int, int]]) -> None:
    """Add the pairs of drug and indication that the catalogue lacks; to be called inside a transaction."""
    treatments = sorted(pairs)
    if not treatments:
        return
    if dialect_of(connection) == "sqlite":
        await connection.execute_many(
            "INSERT INTO treatment (drug_id, indication_id, source) VALUES (?, ?, ?)"
            " ON CONFLICT (drug_id, indication_id) DO NOTHING",
            [[*treatment, TREATMENT_SOURCE] for treatment in treatments],
        )
    else:
        # Asking first only spares numbers of the sequence; it is the constraint that decides.
        await connection.execute_query(
            "INSERT INTO treatment (drug_id, indication_id, source)"
            " SELECT drug_id, indication_id, $3 FROM unnest($1::int[], $2::int[]) AS given(drug_id, indication_id)"
            " WHERE NOT EXISTS (SELECT 1 FROM treatment WHERE treatment.drug_id = given.drug_id"
            " AND treatment.indication_id = given.indication_id)"
            " ON CONFLICT (drug_id, indication_id) DO NOTHING",
            [*zip(*treatments, strict=True), TREATMENT_SOURCE],
        )
