"""Comments as moderators and their authors see them: also those that nobody else is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256

from models.moderation import HELD, REMOVED
from resolvers.reads.ratings import BIGGEST_RATING_ID
from resolvers.sql import Parameters, as_time, fetch_rows

VERSION_DIGITS = 16
"""Hexadecimal digits, 64 bits: two versions of one comment are not alike by chance."""


class CommentState(Enum):
    """What has become of a rating's comment.

    NONE: there is none that the rating could show. PUBLISHED: whoever sees the rating sees it. HELD: it waits for a
    moderator. REMOVED: a moderator took it out.
    """

    NONE = "NONE"
    PUBLISHED = "PUBLISHED"
    HELD = "HELD"
    REMOVED = "REMOVED"


STATE_OF_STORED = {HELD: CommentState.HELD, REMOVED: CommentState.REMOVED}
"""What `models.moderation` calls the states of a comment that is not shown."""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A comment that is not shown: HELD or REMOVED, and since when."""

    rating_id: int
    text: str
    state: CommentState
    held_at: datetime

    @property
    def version(self) -> str:
        """Which text this is, for a decision on it."""
        return comment_version(self.text)


def comment_version(text: str) -> str:
    """A name of a comment's text: the same for the same text, and another one for another text."""
    return sha256(text.encode()).hexdigest()[:VERSION_DIGITS]


async def held_comments(rating_ids: Sequence[int]) -> list[HeldRecord | None]:
    """The comments of these ratings that are not shown, in this order; None where there is none."""
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT rating_id, comment, state, held_at FROM held_comment "
        f"WHERE {parameters.member_of('rating_id', _storable(rating_ids), 'bigint')}",
        parameters,
    )
    found = {
        rating_id: HeldRecord(rating_id, text, STATE_OF_STORED[state], as_time(held_at))
        for rating_id, text, state, held_at in rows
    }
    return [found.get(rating_id) for rating_id in rating_ids]


async def comment_states(rating_ids: Sequence[int]) -> list[CommentState]:
    """What has become of the comments of these ratings, in this order.

    Of a rating that is retired, whose comment nobody is shown with it, only a comment that was not shown before
    either has a state.
    """
    parameters = Parameters()
    given = parameters.table_of(_storable(rating_ids), "bigint")
    rows = await fetch_rows(
        f"SELECT given.value, held_comment.state, rating.comment IS NOT NULL FROM {given} "
        "LEFT JOIN held_comment ON held_comment.rating_id = given.value LEFT JOIN rating ON rating.id = given.value",
        parameters,
    )
    states: dict[int, CommentState] = {}
    for rating_id, stored, is_shown in rows:
        if stored is not None:
            states[rating_id] = STATE_OF_STORED[stored]
        elif is_shown:
            states[rating_id] = CommentState.PUBLISHED
    return [states.get(rating_id, CommentState.NONE) for rating_id in rating_ids]


def _storable(rating_ids: Sequence[int]) -> list[int]:
    return [rating_id for rating_id in rating_ids if 0 < rating_id <= BIGGEST_RATING_ID]
