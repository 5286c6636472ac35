"""Opening and migrating a database."""

import subprocess
import sys
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.migrations.autodetector import MigrationAutodetector

from resolvers.database import (
    DatabaseUrl,
    database,
    migrate,
    open_database,
    pending_migrations,
    require_migrated,
)
from resolvers.errors import DatabaseBehind, DatabaseUnreachable, InvalidDatabaseUrl
from tests.gout import add_gout


async def test_an_empty_database_is_refused_until_it_is_migrated(unmigrated_url: str) -> None:
    async with open_database(DatabaseUrl.parse(unmigrated_url)):
        with pytest.raises(DatabaseBehind, match=r"0001_initial.*Run `peerscore migrate`"):
            await require_migrated()

        applied = await migrate()

        assert applied[0] == "0001_initial"
        assert await pending_migrations() == []
        assert await migrate() == []
        await require_migrated()


@pytest.mark.usefixtures("migrated")
async def test_foreign_keys_are_enforced() -> None:
    with pytest.raises(IntegrityError):
        await database().execute_script(
            "INSERT INTO treatment (drug_id, indication_id, source) VALUES (1, 1, 'nowhere')"
        )


async def test_models_and_migrations_agree(migrated: TortoiseContext) -> None:
    apps = {"models": {"models": ["models"], "migrations": "models.migrations"}}
    assert migrated.apps is not None
    assert await MigrationAutodetector(migrated.apps, apps).changes() == []


LEVELS_REFUSED = (0, 6, -1)


@pytest.mark.parametrize("level", LEVELS_REFUSED)
@pytest.mark.usefixtures("catalogue")
async def test_a_level_outside_1_to_5_is_refused_by_the_database(level: int) -> None:
    await add_gout()
    with pytest.raises(IntegrityError):
        await database().execute_script(f"UPDATE rating SET efficacy = {level}")


@pytest.mark.usefixtures("catalogue")
async def test_a_second_rating_of_a_treatment_is_refused_by_the_database() -> None:
    await add_gout()
    with pytest.raises(IntegrityError):
        await database().execute_script(
            "INSERT INTO rating (physician_id, drug_id, indication_id, specialty_id, country, years_in_practice, "
            "efficacy, created_at, updated_at) SELECT physician_id, drug_id, indication_id, specialty_id, country, "
            "years_in_practice, 5, created_at, updated_at FROM rating WHERE country = 'IN'"
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mysql://localhost/x", "begins neither with sqlite:/// nor with postgres://"),
        ("peerscore.sqlite3", "begins neither with"),
        ("user:secret@host/name", "begins neither with"),
        ("sqlite://", "the name of a file"),
        ("sqlite:///:memory:", "the name of a file"),
        ("sqlite://host/file", "the name of a file"),
        ("postgres://user:secret@host:5432", "the name of a database"),
        ("postgres://user:1/secret@host/name", "a / or @ in a password is written %2F or %40"),
        ("postgres://user:a/secret@host/name", "a / or @ in a password is written %2F or %40"),
        ("postgres://user:secret@host:99999999/name", "cannot be read"),
        ("postgres://user:secret@host/name?maxsize=many", "maxsize is a number of connections, at least 1"),
        ("postgres://user:secret@host/name?minsize=0", "minsize is a number of connections, at least 1"),
        ("postgres://user:secret@host/name?minsize=9", "minsize is more than maxsize, which is 8"),
    ],
)
def test_addresses_that_cannot_be_used_say_why_and_keep_the_password(text: str, reason: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match=reason) as failure:
        DatabaseUrl.parse(text)
    assert "secret" not in str(failure.value)


async def test_a_missing_folder_and_a_server_that_is_not_there(tmp_path: Path) -> None:
    for text in (f"sqlite:///{tmp_path}/missing/x.sqlite3", "postgres://nobody:secret@127.0.0.1:1/none"):
        with pytest.raises(DatabaseUnreachable) as failure:
            async with open_database(DatabaseUrl.parse(text)):
                pass
        assert "secret" not in str(failure.value)


MIGRATE = """
import asyncio, sys
from resolvers.database import DatabaseUrl, migrate, open_database

async def work():
    async with open_database(DatabaseUrl.parse(sys.argv[1])):
        print(await migrate())

asyncio.run(work())
"""


def test_processes_that_migrate_at_the_same_time_wait_for_each_other(unmigrated_url: str, repository: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, unmigrated_url], cwd=repository, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    answers = sorted(process.communicate()[0].decode().strip() for process in processes)
    migrations = [
        "0001_initial",
        "0002_segments_and_priors",
        "0003_verified_physicians",
        "0004_feed",
        "0005_slugs_by_code_point",
    ]
    assert answers == [str(migrations), "[]", "[]"]
