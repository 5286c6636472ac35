"""Databases for the tests that compare executors."""

import pytest

from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.executors.peerscore.database import fill


@pytest.fixture(scope="session")
def filled_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    """The address of a database with something of everything, for tests that only read."""
    return prepare(databases.create(catalogue_template), fill)
