"""Fixtures: every test that asks for a database runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from tortoise.context import TortoiseContext

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.database import DatabaseUrl, migrate, open_database
from tests.databases import (
    PostgresDatabases,
    SqliteDatabases,
    postgres_server,
    prepare,
    temporary_folder,
    throw_away,
)
from tests.garbage import collected_from_here
from tests.indexes import shared_indexes
from tests.leaks import LogWatch, most_talkative_logs, watched_logs

# How long an example takes says something of the machine, not of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    with postgres_server() as uri:
        yield PostgresDatabases(uri)


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SqliteDatabases]:
    with temporary_folder() as folder:
        yield SqliteDatabases(folder)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    found: SqliteDatabases | PostgresDatabases = request.getfixturevalue(f"{request.param}_databases")
    return found


@pytest.fixture(scope="session")
def migrated_template(databases: SqliteDatabases | PostgresDatabases) -> str:
    return prepare(databases.create(), migrate)


@pytest.fixture(scope="session")
def catalogue_template(databases: SqliteDatabases | PostgresDatabases, migrated_template: str) -> str:
    return prepare(databases.create(migrated_template), import_own_catalogue)


@pytest.fixture
def unmigrated_url(databases: SqliteDatabases | PostgresDatabases) -> str:
    """An empty database without tables."""
    return databases.create()


@pytest.fixture
def migrated_url(databases: SqliteDatabases | PostgresDatabases, migrated_template: str) -> str:
    """A database with tables and nothing in them."""
    return databases.create(migrated_template)


@pytest.fixture
def catalogue_url(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    """A database with the real catalogue and no ratings."""
    return databases.create(catalogue_template)


@pytest.fixture
async def migrated(migrated_url: str) -> AsyncIterator[TortoiseContext]:
    """An open database with tables and nothing in them."""
    async with open_database(DatabaseUrl.parse(migrated_url), everywhere=True) as context:
        yield context


@pytest.fixture
async def catalogue(catalogue_url: str) -> AsyncIterator[TortoiseContext]:
    """An open database with the real catalogue and no ratings."""
    async with open_database(DatabaseUrl.parse(catalogue_url), everywhere=True) as context:
        yield context


@pytest.fixture(autouse=True)
def _without_leftovers() -> Iterator[None]:
    """The databases that a test has made for itself are deleted behind it."""
    yield
    throw_away()


@pytest.fixture(scope="session", autouse=True)
def _little_to_collect() -> Iterator[None]:
    """Collections of garbage leave out what the run itself keeps."""
    with collected_from_here():
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_index_for_all() -> Iterator[None]:
    """Servers of the same catalogue share its search index."""
    with shared_indexes():
        yield


@pytest.fixture
def repository() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def log_watch() -> Iterator[LogWatch]:
    """What the tests of the API have logged so far, and what must not be there; checked at the end of the run."""
    with watched_logs() as watch:
        yield watch
    assert watch.leaks() == []


@pytest.fixture(autouse=True)
def _talkative_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of the API runs with the server's logs at their most talkative, and watched."""
    if request.path.parent.name != "api":
        yield
        return
    request.getfixturevalue("log_watch")
    with most_talkative_logs():
        yield
