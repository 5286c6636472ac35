"""The audit log: every decision and every change of status, written once. The database refuses to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from resolvers.database import database
from resolvers.paging import Column, Conditions, Order, Page, PageRequest, Source, each, new_conditions, read_page
from resolvers.sql import Parameters, as_time, fetch_rows

REGISTRY = "registry:0"
"""The actor where no person decided, but an exact match with an imported registry of licences."""

COMMAND = "command:0"
"""The actor of what is done at this installation's command line, where nobody has signed in."""

NEWEST_ENTRY = Order("audit.newest", (Column("audit_entry.id", "integer", descending=True),))

ENTRIES = Source(
    "audit_entry",
    "audit_entry.id",
    tuple(f"audit_entry.{column}" for column in ("id", "at", "actor", "action", "subject", "details")),
)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to whom. `actor` and `subject` are a kind and a number, such as `account:7`."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]


async def write_audit(actor: str, action: str, subject: str, details: Mapping[str, Any], now: datetime) -> None:
    """Write an entry; to be called inside the transaction of what it tells about.

    Args:
        actor: who did it, such as `account:7`.
        action: what was done, such as `PHYSICIAN_VERIFIED`.
        subject: to whom or what, such as `physician:12`.
        details: what else is to be known: values that JSON has, and nothing of anybody's identity.
        now: when.
    """
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (now, actor, action, subject, orjson.dumps(details).decode())))
    await database().execute_query(
        f"INSERT INTO audit_entry (at, actor, action, subject, details) VALUES ({values})", parameters.values
    )


async def audit_page(request: PageRequest, subject: str | None = None) -> Page[AuditRecord]:
    """One page of the log in the order `NEWEST_ENTRY`, of all or of one subject."""
    return await read_page(ENTRIES, NEWEST_ENTRY, request, _conditions(subject), each(_record))


async def count_audit(subject: str | None = None) -> int:
    """How many entries there are, of all or of one subject."""
    conditions = _conditions(subject)
    rows = await fetch_rows(f"SELECT COUNT(*) FROM audit_entry WHERE {conditions.where()}", conditions.parameters)
    return int(rows[0][0])


def _conditions(subject: str | None) -> Conditions:
    conditions = new_conditions()
    if subject is not None:
        conditions.texts.append(f"audit_entry.subject = {conditions.parameters.bind(subject)}")
    return conditions


def _record(row: Sequence[Any]) -> AuditRecord:
    number, at, actor, action, subject, details = row
    return AuditRecord(number, as_time(at), actor, action, subject, orjson.loads(details))
