"""Taking out of the feed what it tells of somebody who is erased."""

from collections.abc import Iterable, Sequence

from models.feed import ADDED, FOLLOWS, REVISED
from resolvers.database import database
from resolvers.sql import Parameters, fetch_rows


async def telling_events(rating_ids: Iterable[int], account_ids: Iterable[int]) -> list[int]:
    """The events, by their ids, that tell more of these ratings and accounts than that they are gone.

    That ratings are gone is told with their specialty and country, since those have to learn of it who are told of
    one specialty or country alone. So the events of ratings that are gone are not among these.

    To be called while nobody else can write such events, before anything is locked that others wait for: it looks
    through the whole feed.
    """
    parameters = Parameters()
    ratings = parameters.member_of("rating_id", rating_ids, "bigint")
    accounts = parameters.member_of("account_id", account_ids)
    rows = await fetch_rows(
        f"SELECT id FROM feed_event WHERE kind IN ({ADDED}, {REVISED}) AND {ratings}"
        f" OR kind = {FOLLOWS} AND {accounts} ORDER BY id",
        parameters,
    )
    return [event_id for (event_id,) in rows]


async def blank_events(event_ids: Sequence[int]) -> None:
    """Leave nothing in these events but what happened to which rating, and when.

    To be called at the end of a transaction. On PostgreSQL nobody gives positions until it ends: whoever does would
    otherwise wait for these rows in the midst of giving them, and we for theirs. Events that somebody is just deleting
    are left to them, who wait for us.
    """
    if not event_ids:
        return
    parameters = Parameters()
    chosen = parameters.member_of("id", event_ids, "bigint")
    if parameters.dialect == "postgres":
        await fetch_rows("SELECT 1 FROM feed_state WHERE id = 1 FOR UPDATE")
        chosen = f"id IN (SELECT id FROM feed_event WHERE {chosen} FOR UPDATE SKIP LOCKED)"
    await database().execute_query(
        f"UPDATE feed_event SET specialty_id = NULL, country = NULL, account_id = NULL WHERE {chosen}",
        parameters.values,
    )
