"""Reading facts about the database as a whole."""

from dataclasses import dataclass

from resolvers.reads.cells import is_everybodys
from resolvers.sql import fetch_rows


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """How much there is. `data_version` changes whenever the catalogue changes or a rating is added."""

    data_version: str
    drugs: int
    indications: int
    treatments: int
    physicians: int
    ratings: int
    simulated: bool
    prior_version: int


async def read_installation() -> InstallationRecord:
    """The facts as of now, in one statement."""
    rows = await fetch_rows(
        "SELECT (SELECT catalogue_version FROM installation WHERE id = 1), "
        "(SELECT prior_version FROM installation WHERE id = 1), "
        "(SELECT COALESCE(MAX(id), 0) FROM rating), "
        "(SELECT COUNT(*) FROM drug), (SELECT COUNT(*) FROM indication), (SELECT COUNT(*) FROM treatment), "
        "(SELECT COUNT(*) FROM physician), "
        f"(SELECT COALESCE(SUM(rating_count), 0) FROM cell WHERE {is_everybodys('cell')}), "
        "EXISTS (SELECT 1 FROM physician WHERE simulated)"
    )
    catalogue_version, prior_version, newest_rating, drugs, indications, treatments, physicians, ratings, simulated = (
        rows[0]
    )
    return InstallationRecord(
        # The number as well as the newest: a writer that began earlier may commit later, with smaller ids.
        f"{catalogue_version}.{newest_rating}.{ratings}",
        drugs,
        indications,
        treatments,
        physicians,
        int(ratings),
        bool(simulated),
        prior_version,
    )
