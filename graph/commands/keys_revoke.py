"""`peerscore keys revoke`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.identity.api_keys import KeyRecord


def revoke(
    key: Annotated[str, typer.Argument(metavar="PUBLIC_PART|NAME", help="The key, as `peerscore keys list` shows it.")],
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Revoke an API key for good. Its next request is refused, and its open sockets are closed within five seconds.

    Example: peerscore keys revoke "Example clinic"
    """
    from graph.clock import utc_now
    from graph.opening import open_migrated
    from resolvers.identity.api_keys import revoke_key

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> "KeyRecord":
        async with open_migrated(settings.database_url):
            return await revoke_key(key, utc_now())

    revoked = asyncio.run(work())
    typer.echo(f"The key {revoked.public_part} of {revoked.name} is revoked.")
