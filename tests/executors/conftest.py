"""Databases for the tests that compare executors."""

import gc
from collections.abc import Iterator

import pytest

from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.executors.peerscore.database import fill


@pytest.fixture(scope="session")
def filled_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    """The address of a database with something of everything, for tests that only read."""
    return prepare(databases.create(catalogue_template), fill)


@pytest.fixture(autouse=True)
def _nothing_for_the_next() -> Iterator[None]:
    """What a test's answers leave behind is deleted before another test begins, which is not to be blamed for it."""
    yield
    gc.collect()
