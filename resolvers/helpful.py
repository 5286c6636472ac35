"""Finding ratings of others helpful."""

from collections.abc import Sequence
from datetime import datetime

from resolvers.database import database
from resolvers.ratings.of_others import keep_rating_of_another
from resolvers.sql import Parameters, fetch_rows


async def mark_helpful(account_id: int, physician_id: int | None, rating_id: int, helpful: bool, now: datetime) -> None:
    """Note that the account finds the rating helpful, or that it does not any more; inside a transaction.

    Saying the same again changes nothing.

    Args:
        account_id: who finds it helpful.
        physician_id: the physician who the account is, if it is one.
        rating_id: somebody else's rating.
        helpful: whether it is.
        now: the current time.

    Raises:
        RatingUnknown: there is no such rating.
        OwnRating: it is the physician's own.
    """
    await keep_rating_of_another(rating_id, physician_id)
    parameters = Parameters()
    account, rating = parameters.bind(account_id), parameters.bind(rating_id)
    if helpful:
        statement = (
            f"INSERT INTO helpful_mark (account_id, rating_id, marked_at) VALUES ({account}, {rating},"
            f" {parameters.bind(now)}) ON CONFLICT (rating_id, account_id) DO NOTHING"
        )
    else:
        statement = f"DELETE FROM helpful_mark WHERE account_id = {account} AND rating_id = {rating}"
    await database().execute_query(statement, parameters.values)


async def helpful_counts(rating_ids: Sequence[int]) -> list[int]:
    """How many accounts find each rating helpful."""
    parameters = Parameters()
    condition = parameters.member_of("rating_id", rating_ids, "bigint")
    rows = await fetch_rows(
        f"SELECT rating_id, COUNT(*) FROM helpful_mark WHERE {condition} GROUP BY rating_id", parameters
    )
    counts: dict[int, int] = {row[0]: row[1] for row in rows}
    return [counts.get(rating_id, 0) for rating_id in rating_ids]


async def found_helpful(account_id: int, rating_ids: Sequence[int]) -> list[bool]:
    """Whether the account finds each rating helpful."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT rating_id FROM helpful_mark WHERE account_id = {parameters.bind(account_id)}"
        f" AND {parameters.member_of('rating_id', rating_ids, 'bigint')}",
        parameters,
    )
    found = {row[0] for row in rows}
    return [rating_id in found for rating_id in rating_ids]
