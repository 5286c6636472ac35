"""`peerscore scores use-prior`."""

import asyncio
from typing import Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from


def use_prior(
    version: Annotated[int, typer.Argument(metavar="N", help="The version; 0 is the one that is built in.")],
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Put a stored version of the priors into use, an older one as well as a newer one.

    A running server makes its scores by it from the next request on.

    Example: peerscore scores use-prior 1
    """
    from graph.opening import open_migrated
    from resolvers.priors import stored

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> int:
        async with open_migrated(settings.database_url):
            before = await stored.prior_in_use()
            await stored.use_prior(version)
            return before

    before = asyncio.run(work())
    typer.echo(f"Version {version} of the priors is in use; before it was version {before}.")
