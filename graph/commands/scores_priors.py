"""`peerscore scores priors`."""

import asyncio
from typing import TYPE_CHECKING

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from
from graph.commands.tables import print_table

if TYPE_CHECKING:
    from resolvers.priors.stored import PriorRecord


def priors(database_url: DatabaseUrlOption = None, log_level: LogLevelOption = None) -> None:
    """List the versions of the priors, and say which one is in use.

    Example: peerscore scores priors
    """
    from graph.opening import open_migrated
    from resolvers.priors import stored
    from scoring.method import NO_PRIOR

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> list["PriorRecord"]:
        async with open_migrated(settings.database_url):
            return await stored.list_priors()

    records = asyncio.run(work())
    built_in = (str(NO_PRIOR), "built in", "", "", _mark(not any(record.in_use for record in records)))
    print_table(("Version", "Method", "Ratings", "Made", "In use"), [built_in, *map(_row, records)])


def _row(record: "PriorRecord") -> tuple[str, ...]:
    return (
        str(record.version),
        record.method_version,
        f"{record.rating_count:,}",
        record.created_at.isoformat(sep=" ", timespec="seconds"),
        _mark(record.in_use),
    )


def _mark(in_use: bool) -> str:
    return "yes" if in_use else ""
