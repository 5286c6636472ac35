"""Finding, adding and locking the physicians of ratings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient

from resolvers.database import dialect_of
from resolvers.ratings.rows import SIMULATED_PREFIX, RatingRow
from resolvers.sql import Parameters


async def physician_ids(connection: BaseDBAsyncClient, rows: Sequence[RatingRow]) -> dict[str, int]:
    """The physicians of the ratings, by the source's key; those that are new are added."""
    keys = list(dict.fromkeys(row.physician for row in rows))
    known = await _known(connection, keys)
    new = [key for key in keys if key not in known]
    if new:
        known |= await _add(connection, newest_by_physician(rows), new)
    return known


def newest_by_physician(rows: Iterable[RatingRow]) -> dict[str, RatingRow]:
    """Each physician's most recent rating; of several with the same time, the first."""
    newest: dict[str, RatingRow] = {}
    for row in rows:
        current = newest.setdefault(row.physician, row)
        if row.rated_at > current.rated_at:
            newest[row.physician] = row
    return newest


class Profile(NamedTuple):
    """What a physician looks like at the time of a rating, in UTC."""

    physician_id: int
    specialty_id: int
    country: str
    years_in_practice: int
    at: datetime


async def lock_physicians(connection: BaseDBAsyncClient, ids: Iterable[int]) -> None:
    """Let no other transaction write ratings of these physicians until this one ends.

    Without it, two transactions that each write a rating by the same physician would not see each other's, and their
    head-to-head would be counted by neither. On SQLite a writing transaction is alone anyway.
    """
    if dialect_of(connection) == "postgres":
        # In the order of ids, so that two writers cannot block each other for good. Readers do not wait for this lock,
        # nor does the check that a physician of a rating exists.
        await connection.execute_query(
            "WITH locked AS (SELECT id FROM physician WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE)"
            " SELECT count(*) FROM locked",
            [list(ids)],
        )


async def update_profiles(connection: BaseDBAsyncClient, profiles: Sequence[Profile]) -> None:
    """Make physicians, which this transaction has locked, look like this unless they have a newer profile."""
    if not profiles:
        return
    if dialect_of(connection) == "sqlite":
        await connection.execute_many(
            "UPDATE physician SET specialty_id = ?2, country = ?3, years_in_practice = ?4, profile_at = ?5"
            " WHERE id = ?1 AND profile_at < ?5",
            [[*profile[:4], stored_time(profile.at)] for profile in profiles],
        )
    else:
        await connection.execute_query(
            "UPDATE physician SET specialty_id = newer.specialty_id, country = newer.country,"
            " years_in_practice = newer.years_in_practice, profile_at = newer.profile_at"
            " FROM unnest($1::int[], $2::int[], $3::text[], $4::smallint[], $5::timestamptz[])"
            " AS newer(id, specialty_id, country, years_in_practice, profile_at)"
            " WHERE physician.id = newer.id AND physician.profile_at < newer.profile_at",
            list(zip(*profiles, strict=True)),
        )


def stored_time(time: datetime) -> str:
    """A time in UTC as SQLite holds it; in bulk this is several times faster than to let the driver adapt it."""
    return time.isoformat(" ")


async def _known(connection: BaseDBAsyncClient, keys: Sequence[str]) -> dict[str, int]:
    parameters = Parameters(dialect_of(connection))
    condition = parameters.member_of("key", keys, "text")
    _, found = await connection.execute_query(
        f"SELECT key, physician_id FROM physician_source WHERE {condition}", parameters.values
    )
    return {row["key"]: row["physician_id"] for row in found}


async def _add(connection: BaseDBAsyncClient, profiles: dict[str, RatingRow], keys: Sequence[str]) -> dict[str, int]:
    """Add physicians in the order of `keys`."""
    described = [
        (row.specialty_id, row.country, row.years_in_practice, row.rated_at, key.startswith(SIMULATED_PREFIX))
        for key, row in ((key, profiles[key]) for key in keys)
    ]
    if dialect_of(connection) == "sqlite":
        return await _add_on_sqlite(connection, described, keys)
    return await _add_on_postgres(connection, described, keys)


async def _add_on_sqlite(
    connection: BaseDBAsyncClient, described: Sequence[tuple[int, str, int, datetime, bool]], keys: Sequence[str]
) -> dict[str, int]:
    # The transaction has the only write lock: the rows with higher ids are those that it adds.
    _, before = await connection.execute_query("SELECT coalesce(max(id), 0) AS id FROM physician")
    await connection.execute_many(
        "INSERT INTO physician (specialty_id, country, years_in_practice, profile_at, simulated, verified)"
        " VALUES (?, ?, ?, ?, ?, 0)",
        [[*row[:3], stored_time(row[3]), row[4]] for row in described],
    )
    _, added = await connection.execute_query("SELECT id FROM physician WHERE id > ?1 ORDER BY id", [before[0]["id"]])
    ids = dict(zip(keys, (row["id"] for row in added), strict=True))
    await connection.execute_many(
        "INSERT INTO physician_source (key, physician_id) VALUES (?, ?)", [list(item) for item in sorted(ids.items())]
    )
    return ids


async def _add_on_postgres(
    connection: BaseDBAsyncClient, described: Sequence[tuple[int, str, int, datetime, bool]], keys: Sequence[str]
) -> dict[str, int]:
    _, added = await connection.execute_query(
        "WITH added AS ("
        " INSERT INTO physician (specialty_id, country, years_in_practice, profile_at, simulated, verified)"
        " SELECT specialty_id, country, years_in_practice, profile_at, simulated, false"
        " FROM unnest($1::int[], $2::text[], $3::smallint[], $4::timestamptz[], $5::bool[]) WITH ORDINALITY"
        " AS given(specialty_id, country, years_in_practice, profile_at, simulated, position)"
        " ORDER BY position RETURNING id"
        ") SELECT id FROM added ORDER BY id",
        list(zip(*described, strict=True)),
    )
    ids = dict(zip(keys, (row["id"] for row in added), strict=True))
    in_order = sorted(ids.items())
    _, kept = await connection.execute_query(
        "WITH kept AS ("
        " INSERT INTO physician_source (key, physician_id)"
        " SELECT key, physician_id FROM unnest($1::text[], $2::int[]) AS given(key, physician_id)"
        " ON CONFLICT (key) DO NOTHING RETURNING key"
        ") SELECT key FROM kept",
        list(zip(*in_order, strict=True)),
    )
    if len(kept) < len(keys):
        # Another importer has added some of them in the meantime, and theirs count.
        lost = ids.keys() - {row["key"] for row in kept}
        await connection.execute_query("DELETE FROM physician WHERE id = ANY($1::int[])", [[ids[key] for key in lost]])
        ids |= await _known(connection, list(lost))
    return ids
