"""Bringing the database's catalogue up to date with the catalogue's files."""

from dataclasses import dataclass
from pathlib import Path

from tortoise.transactions import in_transaction

from resolvers.catalogue.reading import read_catalogue
from resolvers.catalogue.writing import (
    KindChanges,
    write_drugs,
    write_indications,
    write_specialties,
    write_treatments,
)

OWN_CATALOGUE = Path(__file__).parent / "data"
"""The catalogue that comes with the product."""


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    """What an import did. `skipped_parents` counts is-a links to a DOID that the files do not have."""

    drugs: KindChanges
    indications: KindChanges
    treatments: KindChanges
    specialties: KindChanges
    skipped_parents: int

    @property
    def changed(self) -> bool:
        """Whether the database is different from before."""
        kinds = (self.drugs, self.indications, self.treatments, self.specialties)
        return any(kind.added or kind.updated for kind in kinds)


async def import_own_catalogue() -> CatalogueChanges:
    """Import the catalogue that comes with the product."""
    return await import_catalogue(OWN_CATALOGUE)


async def import_catalogue(folder: Path) -> CatalogueChanges:
    """Import drugs.csv, indications.csv, treatments.csv and specialties.csv: all of them, or nothing.

    What exists is updated in place and keeps its id and slug; what the files no longer have is kept, because
    ratings may refer to it. Importing the same files again changes nothing.

    Raises:
        InvalidCatalogue: naming file, line and column of what is wrong.
    """
    entries = read_catalogue(folder)
    async with in_transaction() as connection:
        # Locks out other imports, and on SQLite other writers, before anything is read.
        await connection.execute_query("UPDATE installation SET catalogue_version = catalogue_version WHERE id = 1")
        drugs, drug_ids = await write_drugs(connection, entries.drugs)
        indications, indication_ids, skipped = await write_indications(connection, entries.indications)
        changes = CatalogueChanges(
            drugs=drugs,
            indications=indications,
            treatments=await write_treatments(connection, entries.treatments, drug_ids, indication_ids),
            specialties=await write_specialties(connection, entries.specialties),
            skipped_parents=skipped,
        )
        if changes.changed:
            await connection.execute_query(
                "UPDATE installation SET catalogue_version = catalogue_version + 1 WHERE id = 1"
            )
    return changes
