"""Taking ratings out of everything that is counted and shown, and putting them back unchanged."""

from datetime import datetime
from enum import Enum

from models.moderation import EXCLUDED, WITHDRAWN
from models.ratings import CRITERIA
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.feed.writing import EventKind, GoneRating, note_event, note_gone
from resolvers.ratings.counting import count_rating
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.revising import RatingUnknown, erase_rating
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, fetch_returned, fetch_rows

UNCHANGED_COLUMNS = (
    "physician_id",
    "drug_id",
    "indication_id",
    "specialty_id",
    "country",
    "years_in_practice",
    *CRITERIA,
    "created_at",
    "updated_at",
)
"""What a retired rating keeps of the rating in any case."""


class Retirement(Enum):
    """Why a rating is retired; the values are those of `models.moderation`."""

    EXCLUDED = EXCLUDED
    WITHDRAWN = WITHDRAWN


class NotExcluded(PeerscoreError):
    """The rating is not excluded: it counts, or its physician has withdrawn it."""

    def __init__(self, rating_id: int) -> None:
        self.rating_id = rating_id
        super().__init__(f"Rating {rating_id} is not excluded.")


async def exclude_rating(rating_id: int, reason: str | None, now: datetime) -> None:
    """Take a rating out on a moderator's decision; to be called inside a transaction, before it has read anything.

    It counts nowhere and is in no list, but can be looked at and put back. A comment that is held stays held.

    Args:
        rating_id: the rating.
        reason: the moderator's.
        now: the current time.

    Raises:
        RatingUnknown: there is no such rating among those that count.
    """
    await begin_writing(database())
    physician_id = await _physician_of("rating", "id", rating_id)
    if physician_id is None:
        raise RatingUnknown(rating_id)
    await lock_physicians(database(), [physician_id])
    await retire(rating_id, physician_id, Retirement.EXCLUDED, reason, now)


async def reinstate_rating(rating_id: int, now: datetime) -> None:
    """Put an excluded rating back as it was, with its times; inside a transaction, before it has read anything.

    Raises:
        RatingUnknown: there is no such rating.
        NotExcluded: it is not excluded.
    """
    connection = database()
    await begin_writing(connection)
    physician_id = await _physician_of("retired_rating", "rating_id", rating_id)
    if physician_id is None:
        if await _physician_of("rating", "id", rating_id) is None:
            raise RatingUnknown(rating_id)
        raise NotExcluded(rating_id)
    await lock_physicians(connection, [physician_id])
    columns = ", ".join((*UNCHANGED_COLUMNS, "comment"))
    parameters = Parameters()
    rows = await fetch_returned(
        f"INSERT INTO rating (id, {columns}) SELECT rating_id, {columns} FROM retired_rating"
        f" WHERE rating_id = {parameters.bind(rating_id)} AND state = {parameters.bind(EXCLUDED)}"
        " RETURNING drug_id, indication_id",
        parameters,
    )
    if not rows:
        raise NotExcluded(rating_id)
    parameters = Parameters()
    await connection.execute_query(
        f"DELETE FROM retired_rating WHERE rating_id = {parameters.bind(rating_id)}", parameters.values
    )
    await count_rating(rating_id, now)
    [(drug_id, indication_id)] = rows
    await note_event(EventKind.ADDED, rating_id, drug_id, indication_id, now)


async def retire(rating_id: int, physician_id: int, retirement: Retirement, reason: str | None, now: datetime) -> None:
    """Move a rating of this physician, who has to be locked, to the retired ones, and count it no more.

    The text of a comment that its physician takes back is not kept.

    Raises:
        RatingUnknown: this physician has no such rating.
    """
    parameters = Parameters()
    kept = ", ".join(UNCHANGED_COLUMNS)
    comment = "comment" if retirement is Retirement.EXCLUDED else "NULL"
    state, why, at = (parameters.bind(value) for value in (retirement.value, reason, now))
    rows = await fetch_returned(
        f"INSERT INTO retired_rating (rating_id, {kept}, comment, state, reason, retired_at)"
        f" SELECT id, {kept}, {comment}, {state}, {why}, {at} FROM rating"
        f" WHERE id = {parameters.bind(rating_id)} AND physician_id = {parameters.bind(physician_id)}"
        " RETURNING drug_id, indication_id, specialty_id, country",
        parameters,
    )
    if not rows:
        raise RatingUnknown(rating_id)
    await erase_rating(rating_id, now)
    [of_rating] = rows
    await note_gone([GoneRating(rating_id, *of_rating)], now)


async def _physician_of(table: str, column: str, rating_id: int) -> int | None:
    """A rating never changes hands, so its physician can be read without a lock."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT physician_id FROM {table} WHERE {column} = {parameters.bind(rating_id)}", parameters
    )
    return rows[0][0] if rows else None
