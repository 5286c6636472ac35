"""What `serve --demo` puts into a database, and which databases it leaves alone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from graph.commands.demonstration import fill_empty_database
from models import Physician, Rating, Specialty
from resolvers.simulation.simulating import simulate
from tests.databases import prepare


def rating_count(url: str) -> int:
    counts: list[int] = []

    async def count() -> None:
        counts.append(await Rating.all().count())

    prepare(url, count)
    return counts[0]


def filled(url: str, fill: Callable[[], Awaitable[object]]) -> str:
    prepare(url, fill)
    fill_empty_database(url)
    return url


def test_a_filling_that_was_interrupted_is_completed_and_then_kept(catalogue_url: str) -> None:
    filled(catalogue_url, lambda: simulate(50, 1))
    assert rating_count(catalogue_url) == 20_000

    filled(catalogue_url, lambda: simulate(3, 2))
    assert rating_count(catalogue_url) == 20_003


def test_a_database_with_a_physician_who_is_not_simulated_is_left_alone(catalogue_url: str) -> None:
    async def add_physician() -> None:
        await Physician.create(
            specialty=await Specialty.first(),
            country="DE",
            years_in_practice=3,
            profile_at=datetime(2024, 5, 1, tzinfo=UTC),
        )

    filled(catalogue_url, add_physician)

    assert rating_count(catalogue_url) == 0
