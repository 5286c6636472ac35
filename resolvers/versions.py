"""The numbers that say which catalogue a database has and by which prior it makes scores."""

from typing import NamedTuple

from resolvers.sql import fetch_rows

VERSIONS = "installation.catalogue_version, installation.prior_version"
"""The columns of `Versions`, in the order of its fields."""


class Versions(NamedTuple):
    """Both as one statement has seen them.

    Attributes:
        catalogue: grows with each import that changes anything of the catalogue, in the same transaction.
        prior: the number of the prior that is in use; 0 is the one that is built in.
    """

    catalogue: int
    prior: int


async def read_versions() -> Versions:
    """The versions of this moment."""
    return Versions._make((await fetch_rows(f"SELECT {VERSIONS} FROM installation WHERE id = 1"))[0])


async def catalogue_version() -> int:
    """The version of the catalogue at this moment."""
    return (await read_versions()).catalogue
