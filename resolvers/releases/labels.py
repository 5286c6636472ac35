"""The labels under which a released rating is counted, besides in everybody's cell."""

from collections.abc import Iterable
from datetime import datetime

from models.cells import COUNTRY, EXPERIENCE, MONTH, SPECIALTY
from resolvers.counts.earlier import month_of
from scoring.experience import band_of

LABEL_KINDS = (SPECIALTY, COUNTRY, EXPERIENCE, MONTH)
"""The kinds of segments that labels are of, in the order in which groups are cut by them."""

Labels = tuple[int | None, str | None, str | None, str | None]
"""Specialty (its key), country, experience band and month; None where the rating counts in no cell of that kind."""


def labels_of(specialty_id: int, country: str, years_in_practice: int, updated_at: datetime | str) -> Labels:
    """All four labels of a rating."""
    return specialty_id, country, band_of(years_in_practice).name, month_of(updated_at)


def shared(labels: Iterable[Labels]) -> Labels:
    """What all of them have in common, and None where they differ."""
    different = [set(of_kind) for of_kind in zip(*labels, strict=True)]
    specialty, country, experience, month = (values.pop() if len(values) == 1 else None for values in different)
    return specialty, country, experience, month
