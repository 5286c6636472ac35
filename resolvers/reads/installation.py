"""Reading facts about the database as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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


RELEASES = (
    "(SELECT COALESCE(MAX(id), 0) FROM released_rating), "
    f"(SELECT COALESCE(SUM(rating_count), 0) FROM released_cell WHERE {is_everybodys('released_cell')})"
)
"""What changes with each release: the newest, and how many ratings have been released, because a release that began
earlier may be committed later, with smaller ids."""

Entries = Literal["drugs", "indications", "treatments", "physicians"]
"""What is counted."""

TABLES: Mapping[Entries, str] = {
    "drugs": "drug",
    "indications": "indication",
    "treatments": "treatment",
    "physicians": "physician",
}


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """What the database is. `data_version` changes whenever something that the reader may see of it changes."""

    data_version: str
    simulated: bool
    prior_version: int


async def read_installation(disclosure: Disclosure) -> InstallationRecord:
    """The facts as of now, in one statement; of ratings, the version of those that the reader's scores rest on."""
    rows = await fetch_rows(
        "SELECT EXISTS (SELECT 1 FROM physician WHERE simulated), prior_version, catalogue_version, "
        f"{CHANGES_OF_RATINGS if disclosure.from_ratings else RELEASES} FROM installation WHERE id = 1"
    )
    simulated, prior_version, *versions = rows[0]
    return InstallationRecord(".".join(map(str, versions)), bool(simulated), prior_version)


async def entry_counts(kinds: Sequence[Entries], disclosure: Disclosure) -> list[int]:
    """How many entries of each of these kinds there are that the reader may know of, in one statement.

    The number of physicians grows by elevens for those who must not see that a single one has come.
    """
    parameters = Parameters()
    conditions = {"treatments": is_known(disclosure, parameters)} if "treatments" in kinds else {}
    counts = (f"(SELECT COUNT(*) FROM {TABLES[kind]} WHERE {conditions.get(kind, '1 = 1')})" for kind in kinds)
    rows = await fetch_rows(f"SELECT {', '.join(counts)}", parameters)
    return [
        count if kind != "physicians" or disclosure.from_ratings else count - count % disclosure.least
        for kind, count in zip(kinds, rows[0], strict=True)
    ]
