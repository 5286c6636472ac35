"""Reporting ratings to the moderators."""

from datetime import datetime

from resolvers.database import database
from resolvers.moderation.cases import CaseKind, open_case
from resolvers.ratings.of_others import keep_rating_of_another
from resolvers.sql import Parameters


async def report_rating(
    account_id: int,
    physician_id: int | None,
    rating_id: int,
    reason: str,
    note: str | None,
    now: datetime,
    *,
    adverse_event: bool = False,
) -> None:
    """Ask the moderators to look at a rating; to be called inside a transaction.

    An account has one report of a rating: a second one replaces its reason and note.

    Args:
        account_id: who reports.
        physician_id: the physician who the account is, if it is one.
        rating_id: somebody else's rating.
        reason: the reason's name, of at most 32 characters.
        note: a checked text for the moderators, or None.
        now: the current time.
        adverse_event: whether the reason is a possible adverse event, which makes the case urgent.

    Raises:
        RatingUnknown: there is no such rating.
        OwnRating: it is the physician's own.
    """
    await keep_rating_of_another(rating_id, physician_id)
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (rating_id, account_id, reason, note, now)))
    await database().execute_query(
        f"INSERT INTO rating_report (rating_id, account_id, reason, note, reported_at) VALUES ({values})"
        " ON CONFLICT (rating_id, account_id) DO UPDATE SET reason = excluded.reason, note = excluded.note,"
        " reported_at = excluded.reported_at",
        parameters.values,
    )
    await open_case(CaseKind.REPORT, rating_id=rating_id, findings=[reason], adverse_event=adverse_event, now=now)
