"""A database for several tests of scores."""

import pytest

from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.simulation.simulating import simulate
from tests.crowd import add_crowd, release_all
from tests.databases import PostgresDatabases, SqliteDatabases, prepare


async def fill() -> None:
    """Ratings around all thresholds, and many others; with a prior of its own for each indication, which is in use."""
    await simulate(3_000, seed=1)
    await add_crowd()
    await release_all()
    await use_prior((await refit_prior()).version)


@pytest.fixture(scope="session")
def refitted_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    """The address of such a database, for tests that only read."""
    return prepare(databases.create(catalogue_template), fill)
