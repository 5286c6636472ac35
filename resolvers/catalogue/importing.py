"""Bringing the database's catalogue up to date with the catalogue's files."""

from dataclasses import dataclass
from datetime import UTC, datetime
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
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_recounted

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
    ratings may refer to it. Importing the same files again changes nothing. The feed is told when drugs that were
    there before are used for more, or as another source has it: lists of treatments and rankings show that.

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
        if _known_drugs(drugs) and (changes.treatments.added or changes.treatments.updated):
            await note_recounted(None, datetime.now(UTC))
    wake_followers()
    return changes


def _known_drugs(drugs: KindChanges) -> int:
    """How many drugs the database had before; of others nobody has been told anything yet."""
    return drugs.updated + drugs.unchanged + drugs.absent
