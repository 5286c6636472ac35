"""One physician's one rating of a treatment: given for the first time, revised, or given again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models.accounts import VERIFIED
from models.moderation import EXCLUDED
from models.ratings import CRITERIA
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.feed.writing import EventKind, note_event
from resolvers.ratings.comments import CommentsBefore, Hold, drop_held_comment, hold_comment, holding
from resolvers.ratings.counting import count_rating
from resolvers.ratings.physicians import Profile, lock_physicians, update_profiles
from resolvers.ratings.revising import Revision, revise_rating
from resolvers.ratings.writing import TREATMENT_SOURCE, add_treatments, begin_writing
from resolvers.sql import Parameters, fetch_returned, fetch_rows
from resolvers.viewers import Status

LONGEST_PRACTICE = 80
"""Years in practice that a rating can have at most, as `models.ratings` allows."""

INSERTED_COLUMNS = (
    "physician_id",
    "drug_id",
    "indication_id",
    "specialty_id",
    "country",
    "years_in_practice",
    *CRITERIA,
    "comment",
    "created_at",
    "updated_at",
)
"""What a new rating consists of, besides its id."""


class NotVerifiedNow(PeerscoreError):
    """At the moment of writing the physician is not verified (any more); `status` is None without a registration."""

    def __init__(self, status: Status | None) -> None:
        self.status = status
        super().__init__("Only verified physicians may rate.")


class RatingExcluded(PeerscoreError):
    """A moderator has taken the physician's rating of this treatment out; `reason` is theirs, if there is one."""

    def __init__(self, reason: str | None) -> None:
        self.reason = reason
        super().__init__("A moderator has excluded your rating of this drug for this indication.")


@dataclass(frozen=True, slots=True)
class Submission:
    """What a physician says of a treatment.

    Attributes:
        account_id: the account of the physician.
        physician_id: who rates.
        drug_id: key of a drug that the catalogue has.
        indication_id: key of an indication that the catalogue has; the drug need not be known to be used for it.
        levels: 1 to 5 in the order of the criteria, or None for not answered; at least one is answered.
        comment: a checked text, or None.
        findings: what the screening of the comment found; with any, the comment is held for a moderator.
        adverse_event: whether one of them is a possible adverse event.
        at: the current time, aware.
    """

    account_id: int
    physician_id: int
    drug_id: int
    indication_id: int
    levels: tuple[int | None, ...]
    comment: str | None
    findings: tuple[str, ...]
    adverse_event: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submission.

    Attributes:
        rating_id: the rating, which a revision or a withdrawal does not change.
        created: whether the physician had no rating of the treatment before.
        findings: why the comment is held; empty unless it is.
        off_label: whether the pair of drug and indication is known from physicians' ratings alone.
        held: whether the comment is not shown: it waits for a moderator, or one took the same text out before.
    """

    rating_id: int
    created: bool
    findings: tuple[str, ...]
    off_label: bool
    held: bool


@dataclass(frozen=True, slots=True)
class _Situation:
    """What holds for the physician and the treatment while the physician is locked."""

    specialty_id: int
    country: str
    practising_since: int
    treatment_source: str | None
    withdrawn_id: int | None
    rating_id: int | None
    comments: CommentsBefore

    def years_in_practice(self, at: datetime) -> int:
        return min(max(at.astimezone(UTC).year - self.practising_since, 0), LONGEST_PRACTICE)


async def submit_rating(submission: Submission) -> Submitted:
    """Write the physician's rating of the treatment; to be called inside a transaction, before it has read anything.

    A rating that was withdrawn comes back under its id, as a new opinion. The levels count at once, whatever becomes
    of the comment.

    Raises:
        NotVerifiedNow: the physician is not verified, is not the account's, or is gone.
        RatingExcluded: a moderator has taken the rating out.
    """
    connection = database()
    await begin_writing(connection)
    await lock_physicians(connection, [submission.physician_id])
    # Read under the lock: whoever suspends the physician or excludes the rating has finished, or waits for us.
    situation = await _situation(submission)
    hold = holding(submission.comment, submission.findings, situation.comments)
    shown = submission.comment if hold is Hold.NO else None
    if situation.rating_id is None:
        rating_id = await _insert(submission, situation, shown)
        kind = EventKind.ADDED
    else:
        rating_id = situation.rating_id
        await revise_rating(rating_id, _revision(submission, situation, shown))
        kind = EventKind.REVISED
    await note_event(kind, rating_id, submission.drug_id, submission.indication_id, submission.at)
    if hold is Hold.NEW and submission.comment is not None:
        await hold_comment(
            rating_id, submission.comment, submission.findings, submission.at, adverse_event=submission.adverse_event
        )
    elif hold is Hold.NO and situation.comments.held is not None:
        await drop_held_comment(rating_id, submission.at)
    return Submitted(
        rating_id,
        created=situation.rating_id is None,
        findings=() if hold is Hold.NO else submission.findings,
        off_label=situation.treatment_source in (None, TREATMENT_SOURCE),
        held=hold is not Hold.NO,
    )


async def _situation(submission: Submission) -> _Situation:
    parameters = Parameters()
    drug, indication, physician, account = (
        parameters.bind(key)
        for key in (submission.drug_id, submission.indication_id, submission.physician_id, submission.account_id)
    )

    def of_treatment(table: str) -> str:
        return f"{table}.drug_id = {drug} AND {table}.indication_id = {indication}"

    rows = await fetch_rows(
        "SELECT registration.status, retired_rating.state, retired_rating.reason, physician.specialty_id,"
        " physician.country, registration.practising_since, treatment.source, retired_rating.rating_id, rating.id,"
        " rating.comment, held_comment.comment"
        " FROM registration JOIN physician ON physician.id = registration.physician_id"
        f" LEFT JOIN treatment ON {of_treatment('treatment')}"
        " LEFT JOIN retired_rating ON retired_rating.physician_id = physician.id"
        f" AND {of_treatment('retired_rating')}"
        f" LEFT JOIN rating ON rating.physician_id = physician.id AND {of_treatment('rating')}"
        " LEFT JOIN held_comment ON held_comment.rating_id = rating.id"
        f" WHERE registration.physician_id = {physician} AND registration.account_id = {account}",
        parameters,
    )
    return _checked(rows)


def _checked(rows: Sequence[Sequence[Any]]) -> _Situation:
    if not rows:
        raise NotVerifiedNow(None)
    status, state, reason, specialty, country, since, source, retired_id, rating_id, shown, held = rows[0]
    if status != VERIFIED:
        raise NotVerifiedNow(Status(status))
    if state == EXCLUDED:
        raise RatingExcluded(reason)
    return _Situation(specialty, country, since, source, retired_id, rating_id, CommentsBefore(shown, held))


def _revision(submission: Submission, situation: _Situation, shown: str | None) -> Revision:
    return Revision(
        submission.levels,
        shown,
        situation.specialty_id,
        situation.country,
        situation.years_in_practice(submission.at),
        submission.at,
    )


async def _insert(submission: Submission, situation: _Situation, shown: str | None) -> int:
    """Insert the rating and count it; under the id that it had, if it was withdrawn."""
    connection = database()
    at = submission.at.astimezone(UTC)
    profile = Profile(
        submission.physician_id, situation.specialty_id, situation.country, situation.years_in_practice(at), at
    )
    values = (
        submission.physician_id,
        submission.drug_id,
        submission.indication_id,
        *profile[1:4],
        *submission.levels,
        shown,
        at,
        at,
    )
    content = dict(zip(INSERTED_COLUMNS, values, strict=True))
    if situation.withdrawn_id is not None:
        content["id"] = situation.withdrawn_id
        parameters = Parameters()
        await connection.execute_query(
            f"DELETE FROM retired_rating WHERE rating_id = {parameters.bind(situation.withdrawn_id)}",
            parameters.values,
        )
    parameters = Parameters()
    places = ", ".join(map(parameters.bind, content.values()))
    [(rating_id,)] = await fetch_returned(
        f"INSERT INTO rating ({', '.join(content)}) VALUES ({places}) RETURNING id", parameters
    )
    await update_profiles(connection, [profile])
    if situation.treatment_source is None:
        await add_treatments(connection, [(submission.drug_id, submission.indication_id)])
    await count_rating(rating_id, at)
    return int(rating_id)
