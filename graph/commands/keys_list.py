"""`peerscore keys list`."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from
from graph.commands.tables import print_table

if TYPE_CHECKING:
    from resolvers.identity.api_keys import KeyRecord


def list_keys(database_url: DatabaseUrlOption = None, log_level: LogLevelOption = None) -> None:
    """List the API keys, those that were revoked as well. No secret is shown, because none is kept.

    Example: peerscore keys list
    """
    from graph.opening import open_migrated
    from resolvers.identity.api_keys import all_keys

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> list["KeyRecord"]:
        async with open_migrated(settings.database_url):
            return await all_keys()

    print_table(
        ("Name", "Public part", "Scopes", "Created", "Last used", "Revoked"), [_row(key) for key in asyncio.run(work())]
    )


def _row(key: "KeyRecord") -> tuple[str, ...]:
    return (
        key.name,
        key.public_part,
        " ".join(key.scopes),
        _shown(key.created_at),
        _shown(key.last_used_at),
        _shown(key.revoked_at),
    )


def _shown(time: datetime | None) -> str:
    return "" if time is None else time.isoformat(sep=" ", timespec="seconds")
