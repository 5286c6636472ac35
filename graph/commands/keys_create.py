"""`peerscore keys create`."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.identity.api_keys import NewKey


class Scope(StrEnum):
    """What a key can be good for."""

    CATALOGUE = "catalogue"
    SCORES = "scores"
    FEED = "feed"


def create(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option("--scope", help="What it is good for; may be given several times. Otherwise everything."),
    ] = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Make an integrator's API key and print it. It cannot be shown again: only its hash is kept.

    Example: peerscore keys create "Example clinic" --scope catalogue --scope scores
    """
    from graph.clock import utc_now
    from graph.opening import open_migrated
    from resolvers.identity.api_keys import SCOPES, create_key

    settings = settings_from(database_url=database_url, log_level=log_level)
    scopes = [one.value for one in scope] if scope else SCOPES

    async def work() -> "NewKey":
        async with open_migrated(settings.database_url):
            return await create_key(name, scopes, utc_now())

    key = asyncio.run(work())
    typer.echo(f"The key {key.public_part} of {name}. It is shown this once; send it as a bearer token:", err=True)
    typer.echo(key.text)
