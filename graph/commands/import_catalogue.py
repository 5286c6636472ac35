"""`peerscore import catalogue`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.catalogue.importing import CatalogueChanges


def import_catalogue(
    folder: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            file_okay=False,
            help="The folder with drugs.csv, indications.csv, treatments.csv and specialties.csv. "
            "Without it, the catalogue that comes with Peerscore.",
            show_default=False,
        ),
    ] = None,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Bring drugs, indications, treatments and specialties up to date: all of the files, or nothing.

    Importing the same files again changes nothing.

    Example: peerscore import catalogue
    """
    from graph.opening import open_migrated
    from resolvers.catalogue import importing

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> "CatalogueChanges":
        async with open_migrated(settings.database_url):
            return await importing.import_catalogue(folder or importing.OWN_CATALOGUE)

    changes = asyncio.run(work())
    kinds = {
        "drugs": changes.drugs,
        "indications": changes.indications,
        "treatments": changes.treatments,
        "specialties": changes.specialties,
    }
    for kind, change in kinds.items():
        typer.echo(f"{kind.capitalize()}: {change.added:,} added, {change.updated:,} updated.")
