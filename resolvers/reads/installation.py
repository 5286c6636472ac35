"""Reading facts about the database as a whole."""

from dataclasses import dataclass

from models.feed import ADDED, GONE, RECOUNTED, REVISED
from resolvers.disclosure import Disclosure
from resolvers.reads.conditions import is_everybodys, is_known
from resolvers.sql import Parameters, fetch_rows

_IS_CHANGE = f"kind IN ({ADDED}, {REVISED}, {GONE}, {RECOUNTED})"

CHANGES_OF_RATINGS = (
    "((SELECT MAX(place) FROM (SELECT pruned_position AS place FROM feed_state UNION ALL SELECT position FROM"
    f" (SELECT position FROM feed_event WHERE {_IS_CHANGE} AND position IS NOT NULL ORDER BY position DESC LIMIT 1)"
    " AS newest) AS places)"
    f" + (SELECT COUNT(*) FROM feed_event WHERE {_IS_CHANGE} AND position IS NULL))"
)
"""A number that grows with each change of ratings that is committed, and never falls.

It is the newest position, and one more for each event that has none yet. Such an event gets a higher position than
all that have one. Where events have been pruned, the last of these stands for them.
"""


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
    changes = CHANGES_OF_RATINGS if disclosure.from_ratings else "(SELECT COALESCE(MAX(id), 0) FROM released_rating)"
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT (SELECT catalogue_version FROM installation WHERE id = 1), "
        f"(SELECT prior_version FROM installation WHERE id = 1), {changes}, "
        "(SELECT COUNT(*) FROM drug), (SELECT COUNT(*) FROM indication), "
        f"(SELECT COUNT(*) FROM treatment WHERE {is_known(disclosure, parameters)}), "
        "(SELECT COUNT(*) FROM physician), "
        f"(SELECT COALESCE(SUM(rating_count), 0) FROM {disclosure.table} AS cell "
        f"WHERE {is_everybodys('cell')} AND rating_count >= {disclosure.least_counted}), "
        "EXISTS (SELECT 1 FROM physician WHERE simulated)",
        parameters,
    )
    catalogue_version, prior_version, newest, drugs, indications, treatments, physicians, ratings, simulated = rows[0]
    return InstallationRecord(
        # The number as well as the newest: a writer that began earlier may commit later, with smaller ids.
        f"{catalogue_version}.{newest}.{ratings}",
        drugs,
        indications,
        treatments,
        physicians if disclosure.from_ratings else physicians - physicians % disclosure.least,
        int(ratings),
        bool(simulated),
        prior_version,
    )
