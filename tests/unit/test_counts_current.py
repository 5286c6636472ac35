"""A database of the first version has ratings, and cells of everybody only; it is migrated and counted anew."""

import asyncio

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from graph.opening import open_migrated
from models import Cell, HeadToHead, Installation
from models.cells import COUNTRY, EVERYBODY
from resolvers.counts import recounting
from resolvers.counts.current import bring_counts_up_to_date
from resolvers.counts.verifying import verify_counts
from resolvers.database import (
    COUNTS_VERSION,
    CountsBehind,
    DatabaseUrl,
    counts_behind,
    database,
    dialect_of,
    migrate,
    open_database,
    require_migrated,
)
from resolvers.errors import DatabaseBehind
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.unit.test_counts_rebuilding import kill_when_stopped, start

CONTENT = (
    "INSERT INTO installation (id, pseudonym_key, catalogue_version) VALUES (1, '\\x00', 1)",
    "INSERT INTO specialty (id, name) VALUES (1, 'Rheumatology'), (2, 'Nephrology')",
    (
        "INSERT INTO drug (id, slug, name, brand_names, routes, source) VALUES"
        " (1, 'colchicine', 'colchicine', '[]', '[]', 'test'), (2, 'febuxostat', 'febuxostat', '[]', '[]', 'test')"
    ),
    "INSERT INTO indication (id, slug, name) VALUES (1, 'gout', 'gout')",
    "INSERT INTO treatment (drug_id, indication_id, source) VALUES (1, 1, 'test'), (2, 1, 'test')",
    (
        "INSERT INTO physician (id, specialty_id, country, years_in_practice, profile_at, verified, simulated) VALUES"
        " (1, 1, 'DE', 3, '2026-02-01 00:00:00+00:00', TRUE, FALSE),"
        " (2, 2, 'US', 30, '2026-02-01 00:00:00+00:00', TRUE, FALSE)"
    ),
    # Both drugs are rated by the first physician, and colchicine by both.
    (
        "INSERT INTO rating (physician_id, drug_id, indication_id, specialty_id, country, years_in_practice,"
        " efficacy, safety, created_at, updated_at) VALUES"
        " (1, 1, 1, 1, 'DE', 3, 5, 2, '2026-01-31 23:59:59+00:00', '2026-01-31 23:59:59+00:00'),"
        " (1, 2, 1, 1, 'DE', 3, 3, 3, '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:00+00:00'),"
        " (2, 1, 1, 2, 'US', 30, 4, NULL, '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:00+00:00')"
    ),
    # What the first version counted: its cells are not looked at any more.
    (
        "INSERT INTO cell (drug_id, indication_id, segment_kind, segment_value, rating_count, efficacy_5, efficacy_4)"
        " VALUES (1, 1, 0, '', 2, 1, 1), (2, 1, 0, '', 1, 0, 0)"
    ),
)


async def make_first_version() -> None:
    """The tables of the first migration, with what its code would have written."""
    connection = database()
    apps = {
        "models": {
            "models": ["models"],
            "migrations": "models.migrations",
            "default_connection": dialect_of(connection),
        }
    }
    executor = MigrationExecutor(connection, apps)
    await executor.migrate([MigrationTarget("models", "0001_initial")], direction="forward")
    for statement in CONTENT:
        await connection.execute_script(statement)


@pytest.fixture(scope="module")
def first_version_template(databases: SqliteDatabases | PostgresDatabases) -> str:
    return prepare(databases.create(), make_first_version)


@pytest.fixture
def first_version_url(databases: SqliteDatabases | PostgresDatabases, first_version_template: str) -> str:
    """A database of the first version with three ratings."""
    return databases.create(first_version_template)


async def test_its_ratings_are_counted_anew(first_version_url: str) -> None:
    async with open_database(DatabaseUrl.parse(first_version_url)):
        applied = await migrate()
        assert "0002_segments_and_priors" in applied
        assert await counts_behind()

        await bring_counts_up_to_date()

        assert not await counts_behind()
        assert (await verify_counts()).listed == ()
        colchicine = await Cell.get(drug_id=1, segment_kind=EVERYBODY)
        assert (colchicine.rating_count, colchicine.efficacy_5, colchicine.efficacy_4) == (2, 1, 1)
        countries = await Cell.filter(segment_kind=COUNTRY).order_by("drug_id", "segment_value")
        assert [(cell.drug_id, cell.segment_value, cell.rating_count) for cell in countries] == [
            (1, "DE", 1),
            (1, "US", 1),
            (2, "DE", 1),
        ]
        # The first physician prefers colchicine by 2 in efficacy and febuxostat by 1 in safety: by 1/2 overall.
        pair = await HeadToHead.get(first_drug_id=1, second_drug_id=2)
        assert (pair.overall_physicians, pair.overall_wins, pair.overall_sum) == (1, 1, 30)
        assert (pair.efficacy_sum, pair.safety_sum, pair.safety_losses) == (2, -1, 1)


async def test_an_empty_database_has_its_counts_from_the_beginning(migrated: TortoiseContext) -> None:
    assert migrated.inited
    assert (await Installation.get()).counts_version == COUNTS_VERSION
    assert not await counts_behind()


async def test_sqlite_counts_by_itself_and_postgres_waits_for_migrate(
    first_version_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PART_ROWS", 1)
    async with open_database(DatabaseUrl.parse(first_version_url)):
        dialect = dialect_of(database())
        await migrate()

    if dialect == "postgres":
        with pytest.raises(CountsBehind, match=r"^The ratings have to be counted anew .*Run `peerscore migrate` first"):
            async with open_migrated(first_version_url):
                pass
    else:
        async with open_migrated(first_version_url):
            assert (await verify_counts()).listed == ()
            assert not await counts_behind()
        errors = capsys.readouterr().err.splitlines()
        assert errors
        assert all(line.startswith("Counting the ratings anew: ") for line in errors)


async def test_a_server_is_not_ready_until_the_ratings_are_counted(first_version_url: str) -> None:
    async with open_database(DatabaseUrl.parse(first_version_url)):
        with pytest.raises(DatabaseBehind, match="0002_segments_and_priors"):
            await require_migrated()
        await migrate()
        with pytest.raises(DatabaseBehind, match="have to be counted anew"):
            await require_migrated()
        await bring_counts_up_to_date()
        await require_migrated()


def test_killed_while_it_counts_it_completes_the_next_time(first_version_url: str) -> None:
    prepare(first_version_url, migrate)
    for stop in ("within 1", "after 1", "within 2"):
        kill_when_stopped(start(first_version_url, stop, "migrated"))
        assert behind(first_version_url)

    process = start(first_version_url, "never", "migrated")
    process.communicate()

    assert process.returncode == 0
    assert not behind(first_version_url)
    prepare(first_version_url, nothing_differs)


def behind(url: str) -> bool:
    async def ask() -> bool:
        async with open_database(DatabaseUrl.parse(url)):
            return await counts_behind()

    return asyncio.run(ask())


async def nothing_differs() -> None:
    assert (await verify_counts()).listed == ()
    assert await Cell.all().count() > 0
