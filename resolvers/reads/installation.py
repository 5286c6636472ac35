"""Reading facts about the database as a whole."""

from dataclasses import dataclass

from resolvers.disclosure import Disclosure
from resolvers.reads.conditions import is_everybodys, is_known
from resolvers.sql import Parameters, fetch_rows


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """How much there is. `data_version` changes whenever something that the reader may see of it changes.

    `physicians` grows by elevens for those who must not see that a single one has come.
    """

    data_version: str
    drugs: int
    indications: int
    treatments: int
    physicians: int
    ratings: int
    simulated: bool
    prior_version: int


async def read_installation(disclosure: Disclosure) -> InstallationRecord:
    """The facts as of now, in one statement; ratings and their version are those that the reader's scores rest on."""
    newest = (
        "(SELECT COALESCE(MAX(id), 0) FROM rating), (SELECT COALESCE(MAX(id), 0) FROM rating_event)"
        if disclosure.from_ratings
        else "(SELECT COALESCE(MAX(id), 0) FROM released_rating), 0"
    )
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT (SELECT catalogue_version FROM installation WHERE id = 1), "
        f"(SELECT prior_version FROM installation WHERE id = 1), {newest}, "
        "(SELECT COUNT(*) FROM drug), (SELECT COUNT(*) FROM indication), "
        f"(SELECT COUNT(*) FROM treatment WHERE {is_known(disclosure, parameters)}), "
        "(SELECT COUNT(*) FROM physician), "
        f"(SELECT COALESCE(SUM(rating_count), 0) FROM {disclosure.table} AS cell "
        f"WHERE {is_everybodys('cell')} AND rating_count >= {disclosure.least_counted}), "
        "EXISTS (SELECT 1 FROM physician WHERE simulated)",
        parameters,
    )
    catalogue_version, prior_version, rating, event, drugs, indications, treatments, physicians, ratings, simulated = (
        rows[0]
    )
    return InstallationRecord(
        # The number as well as the newest: a writer that began earlier may commit later, with smaller ids.
        f"{catalogue_version}.{rating}.{event}.{ratings}",
        drugs,
        indications,
        treatments,
        physicians if disclosure.from_ratings else physicians - physicians % disclosure.least,
        int(ratings),
        bool(simulated),
        prior_version,
    )
