"""Following drugs, and reviews of them that the follower has not seen yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.activity import ANY_INDICATION
from models.feed import ADDED, REVISED
from resolvers.database import database
from resolvers.feed.writing import note_follows
from resolvers.paging import Column, Conditions, Order, Page, PageRequest, Source, each, new_conditions, read_page
from resolvers.ratings.writing import begin_writing
from resolvers.reads.ratings import RATINGS, RatingRecord, rating_records
from resolvers.references import existing_keys
from resolvers.sql import Parameters, as_time, fetch_returned, fetch_rows


@dataclass(frozen=True, slots=True)
class FollowRecord:
    """That an account follows a drug, for one indication or, if that is None, for all."""

    id: int
    drug_id: int
    indication_id: int | None
    since: datetime


FOLLOWS = Source("follow", "follow.id", ("follow.id", "follow.drug_id", "follow.indication_id", "follow.since"))

NEWEST_FOLLOW = Order("follow.newest", (Column("follow.id", "integer", descending=True),))
"""As they were begun, the last one first."""

NEWEST_REVIEW = Order(
    "review.newest",
    (Column("rating.updated_at", "time", descending=True), Column("rating.id", "integer", descending=True)),
)
"""By the last change of the rating."""


async def follow_drug(account_id: int, drug_id: int, indication_id: int | None, now: datetime) -> bool:
    """Follow a drug, for one indication or (None) for all; to be called inside a transaction.

    Returns:
        Whether it was not followed like this before.

    Raises:
        UnknownReference: the catalogue lacks the drug or the indication.
    """
    connection = database()
    await begin_writing(connection)
    await existing_keys("drug", [drug_id])
    if indication_id is not None:
        await existing_keys("indication", [indication_id])
    parameters = Parameters()
    values = (account_id, drug_id, ANY_INDICATION if indication_id is None else indication_id, now)
    rows = await fetch_returned(
        "INSERT INTO follow (account_id, drug_id, indication_id, since)"
        f" VALUES ({', '.join(map(parameters.bind, values))})"
        " ON CONFLICT (account_id, drug_id, indication_id) DO NOTHING RETURNING id",
        parameters,
    )
    if rows:
        await note_follows(account_id, now)
    return bool(rows)


async def unfollow_drug(account_id: int, drug_id: int, indication_id: int | None, now: datetime) -> bool:
    """Follow a drug no more, for one indication or (None) at all; to be called inside a transaction.

    Whoever follows a drug for all indications and unfollows it for one still follows it for all.

    Returns:
        Whether anything was followed.
    """
    await begin_writing(database())
    parameters = Parameters()
    condition = f"account_id = {parameters.bind(account_id)} AND drug_id = {parameters.bind(drug_id)}"
    if indication_id is not None:
        condition += f" AND indication_id = {parameters.bind(indication_id)}"
    rows = await fetch_returned(f"DELETE FROM follow WHERE {condition} RETURNING id", parameters)
    if rows:
        await note_follows(account_id, now)
    return bool(rows)


async def followed_page(account_id: int, request: PageRequest) -> Page[FollowRecord]:
    """One page of what an account follows, by `NEWEST_FOLLOW`."""
    conditions = new_conditions()
    conditions.texts.append(f"follow.account_id = {conditions.parameters.bind(account_id)}")
    return await read_page(FOLLOWS, NEWEST_FOLLOW, request, conditions, each(_follow))


async def count_followed(account_id: int) -> int:
    """How much an account follows; a drug that it follows for two indications counts twice."""
    parameters = Parameters()
    [(count,)] = await fetch_rows(
        f"SELECT COUNT(*) FROM follow WHERE account_id = {parameters.bind(account_id)}", parameters
    )
    return int(count)


async def followed_drugs(account_id: int) -> dict[int, frozenset[int]]:
    """What an account follows: drugs, and for each of them the indications, or `ANY_INDICATION`."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT drug_id, indication_id FROM follow WHERE account_id = {parameters.bind(account_id)}", parameters
    )
    found: dict[int, set[int]] = {}
    for drug_id, indication_id in rows:
        found.setdefault(drug_id, set()).add(indication_id)
    return {drug_id: frozenset(indications) for drug_id, indications in found.items()}


async def follower_counts(drug_ids: Sequence[int]) -> list[int]:
    """How many accounts follow each drug, for whatever indication."""
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT drug_id, COUNT(DISTINCT account_id) FROM follow"
        f" WHERE {parameters.member_of('drug_id', drug_ids)} GROUP BY drug_id",
        parameters,
    )
    counts: dict[int, int] = {row[0]: row[1] for row in rows}
    return [counts.get(drug_id, 0) for drug_id in drug_ids]


async def followed_by(account_id: int, drug_ids: Sequence[int]) -> list[bool]:
    """Whether the account follows each drug, for whatever indication."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT DISTINCT drug_id FROM follow WHERE account_id = {parameters.bind(account_id)}"
        f" AND {parameters.member_of('drug_id', drug_ids)}",
        parameters,
    )
    followed = {row[0] for row in rows}
    return [drug_id in followed for drug_id in drug_ids]


async def unread_reviews(account_id: int, physician_id: int | None, request: PageRequest) -> Page[RatingRecord]:
    """One page, by `NEWEST_REVIEW`, of what others have said of followed drugs since the account last looked.

    Args:
        account_id: whose follows count, and who has looked.
        physician_id: the physician whose own ratings are left out, if the account is one.
        request: which page.
    """
    return await read_page(RATINGS, NEWEST_REVIEW, request, _unread(account_id, physician_id), rating_records)


async def count_unread_reviews(account_id: int, physician_id: int | None) -> int:
    """How many ratings `unread_reviews` has."""
    conditions = _unread(account_id, physician_id)
    [(count,)] = await fetch_rows(f"SELECT COUNT(*) FROM rating WHERE {conditions.where()}", conditions.parameters)
    return int(count)


async def reviews_seen_at(account_id: int) -> datetime | None:
    """When the account last looked at reviews; None if it has been erased."""
    parameters = Parameters()
    rows = await fetch_rows(f"SELECT reviews_seen_at FROM account WHERE id = {parameters.bind(account_id)}", parameters)
    return as_time(rows[0][0]) if rows else None


async def mark_reviews_seen(account_id: int, at: datetime) -> None:
    """Note when the account last looked at reviews; never earlier than what is noted. Inside a transaction."""
    parameters = Parameters()
    time = parameters.bind(at)
    await database().execute_query(
        f"UPDATE account SET reviews_seen_at = {time} WHERE id = {parameters.bind(account_id)}"
        f" AND reviews_seen_at < {time}",
        parameters.values,
    )


def _unread(account_id: int, physician_id: int | None) -> Conditions:
    conditions = new_conditions()
    parameters = conditions.parameters
    account = parameters.bind(account_id)
    # By the events, which are few since anybody last looked; the drugs may have a hundred thousand ratings.
    conditions.texts.append(
        "rating.id IN (SELECT feed_event.rating_id FROM follow JOIN feed_event"
        " ON feed_event.drug_id = follow.drug_id AND feed_event.at >"
        f" (SELECT account.reviews_seen_at FROM account WHERE account.id = {account})"
        f" WHERE follow.account_id = {account} AND feed_event.kind IN ({ADDED}, {REVISED})"
        f" AND follow.indication_id IN ({ANY_INDICATION}, feed_event.indication_id))"
    )
    if physician_id is not None:
        conditions.texts.append(f"rating.physician_id <> {parameters.bind(physician_id)}")
    return conditions


def _follow(row: Sequence[Any]) -> FollowRecord:
    key, drug_id, indication_id, since = row
    return FollowRecord(key, drug_id, None if indication_id == ANY_INDICATION else indication_id, as_time(since))
