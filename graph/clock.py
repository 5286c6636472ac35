"""What time it is, where an answer depends on it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, aware, in UTC; tests bring one that stands still."""


def utc_now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)
