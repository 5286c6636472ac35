"""Opening and migrating a database."""

import pytest
from tortoise import connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from resolvers.database import (
    DatabaseUrl,
    database,
    migrate,
    open_database,
    pending_migrations,
    require_migrated,
)
from resolvers.errors import DatabaseBehind, DatabaseUnreachable, InvalidDatabaseUrl


async def test_an_empty_database_is_refused_until_it_is_migrated(unmigrated_url: str) -> None:
    async with open_database(DatabaseUrl.parse(unmigrated_url)):
        with pytest.raises(DatabaseBehind, match=r"0001_initial.*Run `peerscore migrate`"):
            await require_migrated()

        applied = await migrate()

        assert applied[0] == "0001_initial"
        assert await pending_migrations() == []
        assert await migrate() == []
        await require_migrated()


async def test_foreign_keys_are_enforced(migrated: TortoiseContext) -> None:
    with pytest.raises(IntegrityError):
        await database().execute_script(
            "INSERT INTO treatment (drug_id, indication_id, source) VALUES (1, 1, 'nowhere')"
        )


async def test_models_and_migrations_agree(migrated: TortoiseContext) -> None:
    from tortoise.migrations.autodetector import MigrationAutodetector

    apps = {"models": {"models": ["models"], "migrations": "models.migrations"}}
    assert migrated.apps is not None
    assert await MigrationAutodetector(migrated.apps, apps).changes() == []
