"""Decisions of moderators on ratings and their comments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tortoise.backends.base.client import BaseDBAsyncClient

from models.moderation import REMOVED
from resolvers.audit import write_audit
from resolvers.database import database
from resolvers.feed.writing import EventKind, note_event
from resolvers.moderation.cases import CaseKind, close_case, open_cases_of, reopen_case
from resolvers.moderation.comments import CommentState, HeldRecord, comment_states, comment_version, held_comments
from resolvers.moderation.errors import CommentChanged, ImpossibleModeration
from resolvers.moderation.notes import checked_note
from resolvers.moderation.retired import retired_ratings
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.retiring import Retirement, exclude_rating, reinstate_rating
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.writing import begin_writing
from resolvers.reads.ratings import BIGGEST_RATING_ID, RatingRecord, ratings_by_id
from resolvers.sql import Parameters, fetch_rows


class ModerationDecision(Enum):
    """What is to become of a rating or its comment.

    PUBLISH: the comment that waits, or was removed, is shown. REMOVE_COMMENT: nobody but its author and moderators
    sees the comment. EXCLUDE: the rating counts no longer and is shown no longer. REINSTATE: an excluded rating is
    as it was before. KEEP: reports are dismissed, and nothing else changes.
    """

    PUBLISH = "PUBLISH"
    REMOVE_COMMENT = "REMOVE_COMMENT"
    EXCLUDE = "EXCLUDE"
    REINSTATE = "REINSTATE"
    KEEP = "KEEP"


ACTIONS = {
    ModerationDecision.PUBLISH: "COMMENT_PUBLISHED",
    ModerationDecision.REMOVE_COMMENT: "COMMENT_REMOVED",
    ModerationDecision.EXCLUDE: "RATING_EXCLUDED",
    ModerationDecision.REINSTATE: "RATING_REINSTATED",
    ModerationDecision.KEEP: "RATING_KEPT",
}
"""What the audit log calls the decisions."""

CLOSED = {
    ModerationDecision.PUBLISH: (CaseKind.COMMENT, CaseKind.REPORT),
    ModerationDecision.REMOVE_COMMENT: (CaseKind.COMMENT, CaseKind.REPORT),
    ModerationDecision.EXCLUDE: (CaseKind.COMMENT, CaseKind.REPORT),
    ModerationDecision.REINSTATE: (),
    ModerationDecision.KEEP: (CaseKind.REPORT,),
}
"""Which cases about the rating a decision answers."""


@dataclass(frozen=True, slots=True)
class Moderated:
    """How a rating stands after a decision. It counts and is shown unless it is retired."""

    rating_id: int
    decision: ModerationDecision
    retirement: Retirement | None
    comment: CommentState


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a rating stands: `rating` as it is stored or as it was retired, with the comment that it shows."""

    rating: RatingRecord
    retirement: Retirement | None
    held: HeldRecord | None
    open_cases: Mapping[CaseKind, tuple[str, ...]]

    @property
    def comment(self) -> str | None:
        """The text that a decision is about."""
        return self.held.text if self.held else self.rating.comment


async def moderate_rating(
    rating_id: int,
    decision: ModerationDecision,
    note: str | None,
    actor: str,
    now: datetime,
    *,
    seen_version: str | None = None,
) -> Moderated:
    """Carry out a decision; to be called inside a transaction, before it has read anything.

    A decision and a change by the rating's physician come one after the other. So that no comment is published
    unread, a moderator says which version of it they have read.

    Args:
        rating_id: any integer.
        decision: what is to become of it.
        note: why, for the audit log; the author of an excluded rating is told it as the reason.
        actor: who decides, such as `account:7`.
        now: the current time.
        seen_version: `HeldRecord.version`, or `comment_version` of a comment that is shown. PUBLISH needs it; with
            any other decision it is checked if it is given.

    Raises:
        InvalidNote: the note cannot be kept.
        RatingUnknown: there is no such rating, or it has been erased.
        ImpossibleModeration: the decision does not fit how the rating stands.
        CommentChanged: the comment is not the version that the moderator has read.
    """
    note = checked_note(note)
    connection = database()
    await begin_writing(connection)
    standing = await _locked(connection, rating_id)
    if obstacle := _obstacle(decision, standing):
        raise ImpossibleModeration(obstacle, decision.value)
    _check_version(decision, standing, seen_version)
    match decision:
        case ModerationDecision.PUBLISH:
            await _publish(connection, rating_id)
        case ModerationDecision.REMOVE_COMMENT if standing.held is None:
            await _remove_shown_comment(connection, rating_id, now)
        case ModerationDecision.REMOVE_COMMENT:
            await _remove_waiting_comment(connection, rating_id)
        case ModerationDecision.EXCLUDE:
            await exclude_rating(rating_id, note, now)
        case ModerationDecision.REINSTATE:
            await reinstate_rating(rating_id, now)
            if standing.held and standing.held.state is CommentState.HELD:
                await reopen_case(CaseKind.COMMENT, rating_id)
    if _shows_another_comment(decision, standing):
        await note_event(EventKind.REVISED, rating_id, standing.rating.drug_id, standing.rating.indication_id, now)
    for kind in CLOSED[decision]:
        await close_case(kind, rating_id, now)
    findings = {finding for kind in CLOSED[decision] for finding in standing.open_cases.get(kind, ())}
    details = {"decision": decision.value, "note": note, "findings": sorted(findings)}
    await write_audit(actor, ACTIONS[decision], f"rating:{rating_id}", details, now)
    [comment] = await comment_states([rating_id])
    return Moderated(rating_id, decision, _retirement_after(decision, standing), comment)


async def _locked(connection: BaseDBAsyncClient, rating_id: int) -> _Standing:
    """Lock the rating's physician, and only then read how it stands."""
    if not 0 < rating_id <= BIGGEST_RATING_ID:
        raise RatingUnknown(rating_id)
    parameters = Parameters()
    place = parameters.bind(rating_id)
    # A rating never changes hands, so its physician can be read without a lock.
    physicians = await fetch_rows(
        f"SELECT physician_id FROM rating WHERE id = {place}"
        f" UNION ALL SELECT physician_id FROM retired_rating WHERE rating_id = {place}",
        parameters,
    )
    await lock_physicians(connection, [physician for (physician,) in physicians])
    [rating] = await ratings_by_id([rating_id])
    [retired] = await retired_ratings([rating_id])
    [held] = await held_comments([rating_id])
    open_cases = await open_cases_of(rating_id)
    if rating is not None:
        return _Standing(rating, None, held, open_cases)
    if retired is not None:
        return _Standing(retired.rating, retired.state, held, open_cases)
    raise RatingUnknown(rating_id)


RETIRED = {Retirement.EXCLUDED: "is excluded", Retirement.WITHDRAWN: "was withdrawn by its physician"}
"""How a retired rating stands, in words."""


def _obstacle(decision: ModerationDecision, standing: _Standing) -> str | None:
    """Why the decision does not fit how the rating stands, in words; None if it does."""
    if decision is ModerationDecision.KEEP:
        return None if CaseKind.REPORT in standing.open_cases else "has no open report"
    if decision is ModerationDecision.REINSTATE and standing.retirement is Retirement.EXCLUDED:
        return None
    if standing.retirement is not None:
        return RETIRED[standing.retirement]
    return _obstacle_to_counted(decision, standing)


def _obstacle_to_counted(decision: ModerationDecision, standing: _Standing) -> str | None:
    if decision is ModerationDecision.REINSTATE:
        return "is not excluded"
    if decision is ModerationDecision.PUBLISH and standing.held is None:
        return "has no comment that waits or was removed"
    if decision is ModerationDecision.REMOVE_COMMENT:
        is_removed = standing.held is not None and standing.held.state is CommentState.REMOVED
        return "has no comment that waits or is shown" if is_removed or standing.comment is None else None
    return None


def _check_version(decision: ModerationDecision, standing: _Standing, seen_version: str | None) -> None:
    if seen_version is None and decision is not ModerationDecision.PUBLISH:
        return
    if standing.comment is None or comment_version(standing.comment) != seen_version:
        raise CommentChanged(standing.rating.id)


async def _publish(connection: BaseDBAsyncClient, rating_id: int) -> None:
    # The text stays in the database: it is in no statement that a log could show.
    parameters = Parameters()
    place = parameters.bind(rating_id)
    await connection.execute_query(
        f"UPDATE rating SET comment = (SELECT comment FROM held_comment WHERE rating_id = {place}) WHERE id = {place}",
        parameters.values,
    )
    await connection.execute_query(f"DELETE FROM held_comment WHERE rating_id = {place}", parameters.values)


async def _remove_shown_comment(connection: BaseDBAsyncClient, rating_id: int, now: datetime) -> None:
    parameters = Parameters()
    place, removed, time = (parameters.bind(value) for value in (rating_id, REMOVED, now))
    await connection.execute_query(
        "INSERT INTO held_comment (rating_id, comment, state, held_at)"
        f" SELECT id, comment, {removed}, {time} FROM rating WHERE id = {place}",
        parameters.values,
    )
    parameters = Parameters()
    await connection.execute_query(
        f"UPDATE rating SET comment = NULL WHERE id = {parameters.bind(rating_id)}", parameters.values
    )


async def _remove_waiting_comment(connection: BaseDBAsyncClient, rating_id: int) -> None:
    parameters = Parameters()
    removed, place = parameters.bind(REMOVED), parameters.bind(rating_id)
    await connection.execute_query(
        f"UPDATE held_comment SET state = {removed} WHERE rating_id = {place}", parameters.values
    )


def _shows_another_comment(decision: ModerationDecision, standing: _Standing) -> bool:
    """Whether readers of the rating see another comment than before the decision, or none any more."""
    if decision is ModerationDecision.REMOVE_COMMENT:
        return standing.held is None
    return decision is ModerationDecision.PUBLISH


def _retirement_after(decision: ModerationDecision, standing: _Standing) -> Retirement | None:
    if decision is ModerationDecision.EXCLUDE:
        return Retirement.EXCLUDED
    return None if decision is ModerationDecision.REINSTATE else standing.retirement
