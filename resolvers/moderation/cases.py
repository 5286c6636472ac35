"""Opening and closing what a moderator is to look at."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

import orjson

from models.moderation import COMMENT_CASE, ORDINARY, REGISTRATION_CASE, REPORT_CASE, URGENT
from resolvers.database import Dialect, database
from resolvers.sql import Parameters, fetch_rows

ADVERSE_EVENT_DUE = timedelta(days=15)
"""How long after somebody has become aware of a serious and unexpected adverse event it is to be reported.

In calendar days, from 21 CFR 314.80(c)(1)(i). Whether an event is serious and unexpected a person has to find out, so
that every possible one gets this due date.
"""


class CaseKind(Enum):
    """What a moderator is to look at; the values are those of `models.moderation`."""

    COMMENT = COMMENT_CASE
    REPORT = REPORT_CASE
    REGISTRATION = REGISTRATION_CASE


async def open_case(
    kind: CaseKind,
    *,
    rating_id: int | None = None,
    physician_id: int | None = None,
    findings: Iterable[str] = (),
    adverse_event: bool = False,
    now: datetime,
) -> None:
    """Put something into the moderators' queue; to be called inside a transaction.

    There is at most one open case of a kind for each subject. If there is one, it gets the findings as well; it
    becomes urgent if this is, and keeps the earliest of its times.

    Args:
        kind: what is to be looked at.
        rating_id: the rating with the comment or the report.
        physician_id: the physician who waits to be verified.
        findings: names of what the screening found, or the reasons of reports.
        adverse_event: whether there may be an adverse event, which makes the case urgent and gives it a due date.
        now: the current time.

    Raises:
        ValueError: the subject that belongs to the kind was not given.
    """
    subject_id = physician_id if kind is CaseKind.REGISTRATION else rating_id
    if subject_id is None:
        raise ValueError(kind)
    connection = database()
    parameters = Parameters()
    values = {
        "kind": kind.value,
        "open_key": _open_key(kind, subject_id),
        "rating_id": rating_id,
        "physician_id": physician_id,
        "urgency": URGENT if adverse_event else ORDINARY,
        "findings": orjson.dumps(sorted(set(findings))).decode(),
        "opened_at": now,
        "aware_at": now if adverse_event else None,
        "due_at": now + ADVERSE_EVENT_DUE if adverse_event else None,
    }
    places = [parameters.bind(value) for value in values.values()]
    least = "MIN" if parameters.dialect == "sqlite" else "LEAST"
    changes = [
        f"urgency = {least}(moderation_case.urgency, excluded.urgency)",
        f"findings = ({_JOINED_FINDINGS[parameters.dialect]})",
    ]
    for time in ("aware_at", "due_at"):
        # SQLite's least of a time and null is null.
        both = f"moderation_case.{time}, excluded.{time}"
        changes.append(f"{time} = COALESCE({least}({both}), {both})")
    await connection.execute_query(
        f"INSERT INTO moderation_case ({', '.join(values)}) VALUES ({', '.join(places)})"
        f" ON CONFLICT (open_key) DO UPDATE SET {', '.join(changes)}",
        parameters.values,
    )


async def close_case(kind: CaseKind, subject_id: int, now: datetime) -> bool:
    """Take a case out of the queue; to be called inside a transaction.

    Args:
        kind: what was to be looked at.
        subject_id: the rating with the comment or the report, or the physician who waited to be verified.
        now: the current time.

    Returns:
        Whether there was an open case.
    """
    parameters = Parameters()
    closed, _ = await database().execute_query(
        f"UPDATE moderation_case SET open_key = NULL, closed_at = {parameters.bind(now)}"
        f" WHERE open_key = {parameters.bind(_open_key(kind, subject_id))}",
        parameters.values,
    )
    return closed > 0


async def reopen_case(kind: CaseKind, subject_id: int) -> None:
    """Put the newest case of a kind about a rating back into the queue, with the times that it had.

    To be called inside a transaction that has locked the rating's physician, when the decision that closed the case
    is undone.

    Args:
        kind: what is to be looked at again, a comment or a report.
        subject_id: the rating.
    """
    parameters = Parameters()
    open_key = parameters.bind(_open_key(kind, subject_id))
    newest = (
        f"SELECT max(id) FROM moderation_case WHERE rating_id = {parameters.bind(subject_id)}"
        f" AND kind = {parameters.bind(kind.value)}"
    )
    await database().execute_query(
        f"UPDATE moderation_case SET open_key = {open_key}, closed_at = NULL WHERE id = ({newest})", parameters.values
    )


async def open_cases_of(rating_id: int) -> dict[CaseKind, tuple[str, ...]]:
    """What is to be looked at of a rating, with the findings."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT kind, findings FROM moderation_case WHERE rating_id = {parameters.bind(rating_id)}"
        " AND open_key IS NOT NULL",
        parameters,
    )
    return {CaseKind(kind): tuple(orjson.loads(findings)) for kind, findings in rows}


def _open_key(kind: CaseKind, subject_id: int) -> str:
    return f"{kind.name.lower()}:{subject_id}"


_JOINED_FINDINGS: dict[Dialect, str] = {
    "sqlite": (
        "SELECT json_group_array(value) FROM (SELECT value FROM json_each(moderation_case.findings)"
        " UNION SELECT value FROM json_each(excluded.findings) ORDER BY value)"
    ),
    "postgres": (
        'SELECT COALESCE(jsonb_agg(DISTINCT finding COLLATE "C" ORDER BY finding COLLATE "C"), \'[]\')'
        " FROM jsonb_array_elements_text(moderation_case.findings || excluded.findings) AS finding"
    ),
}
