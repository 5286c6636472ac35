"""Calendar months, and the two periods that a trend compares.

Counts are kept by month, so a period begins with a month. "The last 90 days" are the months that come closest.
"""

from dataclasses import dataclass
from datetime import date, timedelta

RECENT_DAYS = 90
"""How long the recent period is, to the nearest month: a quarter, so that one busy week does not make a trend."""

MONTHS_BEFORE = 12
"""How long the period before is: a year, so that it holds every season once."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first_day`, which begins a month, up to but without `day_after`.

    Attributes:
        first_month: the month it begins with, as YYYY-MM.
        first_day: the first day of that month.
        day_after: the first day that is no longer in the period.
    """

    first_month: str
    first_day: date
    day_after: date


def periods(today: date) -> tuple[Period, Period]:
    """The recent period and the one before it.

    The recent period begins with the month whose first day is nearest to 90 days before today, the earlier one if two
    are equally near, and ends with today. Including today it has 76 to 106 days. The period before has the 12 months
    up to it.

    Args:
        today: in the time zone in which months are counted.
    """
    target = today - timedelta(days=RECENT_DAYS)
    earlier = target.replace(day=1)
    later = _months_after(earlier, 1)
    recent_start = earlier if target - earlier <= later - target else later
    before_start = _months_after(recent_start, -MONTHS_BEFORE)
    return (
        Period(_name(recent_start), recent_start, today + timedelta(days=1)),
        Period(_name(before_start), before_start, recent_start),
    )


def months_ending(today: date, count: int) -> list[str]:
    """The names of the last months, YYYY-MM, the oldest first.

    Args:
        today: a day of the last month.
        count: how many months, at least 1.

    Raises:
        ValueError: a count below 1.
    """
    if count < 1:
        raise ValueError(f"{count} months")
    this_month = today.replace(day=1)
    return [_name(_months_after(this_month, -back)) for back in reversed(range(count))]


def _months_after(first_day: date, months: int) -> date:
    """The first day of the month that is so many months later, or earlier if negative."""
    years, month = divmod(first_day.month - 1 + months, 12)
    return date(first_day.year + years, month + 1, 1)


def _name(day: date) -> str:
    return day.isoformat()[:7]
