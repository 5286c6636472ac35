"""Withdrawing one's own rating."""

from datetime import datetime

from resolvers.database import database
from resolvers.moderation.cases import CaseKind, close_case
from resolvers.ratings.comments import drop_held_comment
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.retiring import Retirement, retire
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters


async def withdraw_rating(physician_id: int, rating_id: int, now: datetime) -> None:
    """Take back a rating of this physician; to be called inside a transaction, before it has read anything.

    It counts nowhere any more. Its comment, marks as helpful and reports are deleted and what waited for a moderator
    is closed: when the physician rates the treatment again, it is a new opinion under the same id.

    Raises:
        RatingUnknown: this physician has no such rating, or not any more.
    """
    connection = database()
    await begin_writing(connection)
    await lock_physicians(connection, [physician_id])
    await retire(rating_id, physician_id, Retirement.WITHDRAWN, None, now)
    await drop_held_comment(rating_id, now)
    await close_case(CaseKind.REPORT, rating_id, now)
    for table in ("helpful_mark", "rating_report"):
        parameters = Parameters()
        await connection.execute_query(
            f"DELETE FROM {table} WHERE rating_id = {parameters.bind(rating_id)}", parameters.values
        )
