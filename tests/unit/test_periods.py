"""The periods that a trend compares."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.periods import Period, months_ending, periods

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("today", "first_day", "why"),
    [
        (date(2026, 7, 1), date(2026, 4, 1), "90 days before is 2 April"),
        (date(2026, 3, 31), date(2026, 1, 1), "90 days before is 31 December, one day before January"),
        (date(2025, 1, 15), date(2024, 11, 1), "17 October: 16 days after its month's first, 15 before the next's"),
        (date(2025, 1, 14), date(2024, 10, 1), "16 October: 15 days after its month's first, 16 before the next's"),
        (date(2024, 2, 29), date(2023, 12, 1), "1 December, from the leap day"),
        (date(2024, 5, 16), date(2024, 3, 1), "16 February of a leap year: 15 days and 14"),
        (date(2026, 2, 14), date(2025, 11, 1), "16 November: 15 days either way, so the earlier month"),
        (date(2023, 5, 16), date(2023, 2, 1), "15 February: 14 days either way, so the earlier month"),
    ],
)
def test_the_recent_period_begins_with_the_month_nearest_to_90_days_ago(today: date, first_day: date, why: str) -> None:
    recent, _ = periods(today)
    assert recent.first_day == first_day, why


def test_the_period_before_is_the_year_up_to_the_recent_one() -> None:
    recent, before = periods(date(2024, 2, 29))
    assert recent == Period("2023-12", date(2023, 12, 1), date(2024, 3, 1))
    assert before == Period("2022-12", date(2022, 12, 1), date(2023, 12, 1))


@given(days)
def test_every_day_has_a_quarter_and_the_year_before_it(today: date) -> None:
    recent, before = periods(today)
    assert 76 <= (recent.day_after - recent.first_day).days <= 106
    assert recent.day_after - timedelta(days=1) == today
    assert before.day_after == recent.first_day
    assert before.first_day.replace(year=before.first_day.year + 1) == recent.first_day
    for period in (recent, before):
        assert period.first_day.day == 1
        assert period.first_month == period.first_day.strftime("%Y-%m")


def test_months_are_listed_over_the_turn_of_a_year() -> None:
    assert months_ending(date(2024, 3, 31), 5) == ["2023-11", "2023-12", "2024-01", "2024-02", "2024-03"]
    assert months_ending(date(2024, 12, 1), 1) == ["2024-12"]
    assert months_ending(date(2025, 1, 31), 2) == ["2024-12", "2025-01"]


@given(days, st.integers(1, 120))
def test_each_month_is_the_one_after_the_month_listed_before_it(today: date, count: int) -> None:
    listed = months_ending(today, count)
    assert len(listed) == count
    assert listed[-1] == today.strftime("%Y-%m")
    for month, following in pairwise(listed):
        assert (date.fromisoformat(f"{month}-01") + timedelta(days=31)).strftime("%Y-%m") == following


@pytest.mark.parametrize("count", [0, -3])
def test_no_months_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} months"):
        months_ending(date(2024, 3, 31), count)
