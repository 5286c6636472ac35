"""`peerscore feed`: what it prints, and its exit codes."""

from datetime import timedelta

import pytest

from tests.databases import prepare
from tests.feed_events import AT, kept_positions, write_days
from tests.unit import test_command
from tests.unit.test_command import Peerscore

peerscore = test_command.peerscore


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.clock.utc_now", lambda: AT + timedelta(days=100))


def positions_in(url: str) -> list[int]:
    kept: list[int] = []

    async def look() -> None:
        kept.extend(await kept_positions())

    prepare(url, look)
    return kept


def test_the_help_has_an_example(peerscore: Peerscore) -> None:
    result = peerscore("feed", "prune", "--help")

    assert result.code == 0
    assert "peerscore feed prune" in result.output.split("Example: ")[1]


def test_ninety_days_are_kept_unless_the_settings_say_otherwise(
    peerscore: Peerscore, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ("--database-url", migrated_url)
    prepare(migrated_url, lambda: write_days(0, 9, 10, 98, 99.5))

    first = peerscore("feed", "prune", *here)
    after_first = positions_in(migrated_url)
    monkeypatch.setenv("PEERSCORE_FEED_RETENTION_DAYS", "1")
    second = peerscore("feed", "prune", *here)

    assert (first.code, first.output) == (0, "Events from before 2026-03-11 12:00 UTC: 2 removed. 3 are kept.\n")
    assert after_first == [3, 4, 5]
    assert second.output == "Events from before 2026-06-08 12:00 UTC: 2 removed. 1 are kept.\n"
    assert positions_in(migrated_url) == [5]
    assert second.errors.startswith("Pruning: 2 of 2 events")


def test_at_least_one_day_is_kept(peerscore: Peerscore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERSCORE_FEED_RETENTION_DAYS", "0")

    result = peerscore("feed", "prune")

    assert result.code == 1
    assert result.errors == "PEERSCORE_FEED_RETENTION_DAYS takes a whole number of at least 1.\n"
