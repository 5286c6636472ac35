"""Comments that are held for a moderator, as ratings are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from models.moderation import HELD
from resolvers.database import database
from resolvers.moderation.cases import CaseKind, close_case, open_case
from resolvers.sql import Parameters


@dataclass(frozen=True, slots=True)
class CommentsBefore:
    """The comment of a rating that is shown, and the one that is held or was taken out by a moderator."""

    shown: str | None
    held: str | None


class Hold(Enum):
    """Whether a comment is shown: at once, not yet for a new reason, or not because it is held or removed already."""

    NO = auto()
    NEW = auto()
    AS_BEFORE = auto()


def holding(comment: str | None, findings: Sequence[str], before: CommentsBefore) -> Hold:
    """Whether a comment that is submitted has to wait for a moderator.

    A text that a moderator has seen keeps what they decided: published it stays published, removed it stays removed.
    """
    if comment is not None and comment == before.held:
        return Hold.AS_BEFORE
    return Hold.NEW if findings and comment != before.shown else Hold.NO


async def hold_comment(
    rating_id: int, comment: str, findings: Sequence[str], now: datetime, *, adverse_event: bool
) -> None:
    """Keep a comment for a moderator, in place of one that was kept before; inside a transaction.

    A case that is open for an earlier comment goes on, with its times and findings and these ones.
    """
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (rating_id, comment, HELD, now)))
    await database().execute_query(
        f"INSERT INTO held_comment (rating_id, comment, state, held_at) VALUES ({values})"
        " ON CONFLICT (rating_id) DO UPDATE SET comment = excluded.comment, state = excluded.state,"
        " held_at = excluded.held_at",
        parameters.values,
    )
    await open_case(CaseKind.COMMENT, rating_id=rating_id, findings=findings, adverse_event=adverse_event, now=now)


async def drop_held_comment(rating_id: int, now: datetime) -> None:
    """Delete the comment that is kept for a moderator, and close its case; to be called inside a transaction."""
    parameters = Parameters()
    await database().execute_query(
        f"DELETE FROM held_comment WHERE rating_id = {parameters.bind(rating_id)}", parameters.values
    )
    await close_case(CaseKind.COMMENT, rating_id, now)
