"""What `serve --demo` puts into a database, and which databases it leaves alone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.clock import utc_now
from graph.commands.demonstration import Demonstration, fill_empty_database, prepare_demonstration
from graph.settings import Settings
from graph.signing_in.credentials import Credentials
from graph.signing_in.viewers import Viewers
from models import Physician, Rating, Specialty
from resolvers.simulation.simulating import simulate
from resolvers.viewers import Role, Viewer
from tests.databases import prepare
from tests.signing import TOKEN_SECRET


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


async def add_physician() -> None:
    await Physician.create(
        specialty=await Specialty.first(),
        country="DE",
        years_in_practice=3,
        profile_at=datetime(2024, 5, 1, tzinfo=UTC),
    )


def test_a_database_with_a_physician_who_is_not_simulated_is_left_alone(catalogue_url: str) -> None:
    filled(catalogue_url, add_physician)

    assert rating_count(catalogue_url) == 0


def test_a_physician_and_a_moderator_can_sign_in_to_a_demonstration(migrated_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=migrated_url, identity_key_file=str(tmp_path / "identity.key"))
    first, second = prepare_demonstration(settings), prepare_demonstration(settings)
    found: list[Viewer] = []

    async def sign_in() -> None:
        for prepared in (first, second):
            viewers = Viewers(prepared.settings, utc_now)
            for token in (prepared.physician, prepared.moderator):
                assert token is not None
                found.append((await viewers.admitted(Credentials(token))).viewer)

    prepare(migrated_url, sign_in)

    assert [viewer.role for viewer in found] == [Role.PHYSICIAN, Role.MODERATOR] * 2
    assert found[:2] == found[2:]
    # The secret of one process is not that of the next.
    assert first.settings.token_secret != second.settings.token_secret
    assert str(first.physician) not in repr(first)


def test_nobody_gets_a_token_where_the_settings_say_who_may_sign_in(migrated_url: str, tmp_path: Path) -> None:
    settings = Settings(
        database_url=migrated_url, identity_key_file=str(tmp_path / "identity.key"), token_secret=TOKEN_SECRET
    )

    assert prepare_demonstration(settings) == Demonstration(settings, None, None)


def test_nobody_gets_a_token_for_a_database_that_holds_real_physicians(
    catalogue_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(catalogue_url, add_physician)
    settings = Settings(database_url=catalogue_url, identity_key_file=str(tmp_path / "identity.key"))

    assert prepare_demonstration(settings) == Demonstration(settings, None, None)
    assert capsys.readouterr().err == "This database holds more than a demonstration, so no tokens are made for it.\n"
