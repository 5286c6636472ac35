"""A rating on its way into the database."""

from datetime import datetime
from typing import NamedTuple

SIMULATED_PREFIX = "simulated:"
"""Begins the key of every simulated physician, so that the mark survives an export and an import."""


class RatingRow(NamedTuple):
    """One checked rating: names are resolved to ids, levels are 1..5 or None, the time is aware UTC.

    `line` is where its source has it (counted from 1), for messages.
    """

    line: int
    physician: str
    specialty_id: int
    country: str
    years_in_practice: int
    drug_id: int
    indication_id: int
    efficacy: int | None
    safety: int | None
    tolerability: int | None
    accessibility: int | None
    adherence: int | None
    preference: int | None
    comment: str | None
    rated_at: datetime
