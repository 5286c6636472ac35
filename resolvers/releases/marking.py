"""Which ratings are not, or no longer, what was released of them, and whether they are marked as such."""

from models.ratings import CRITERIA
from resolvers.releases.pools import Treatment
from resolvers.sql import Parameters, fetch_returned, fetch_rows

CHANGED = " OR ".join(
    [
        "(rating.id IS NULL) <> (released.rating_id IS NULL)",
        *(f"rating.{criterion} IS DISTINCT FROM released.{criterion}" for criterion in CRITERIA),
    ]
)
"""That a rating, or what was released of it, is not there, or that their levels differ. A released rating keeps its
labels whatever its physician has become, because it can leave the cells that count it only in the company of others."""


def _to_be_marked(first_drug: str, last_drug: str) -> str:
    """A SELECT of the ids, drugs and indications of ratings that are to be marked, of some drugs."""
    return (
        "SELECT rating.id AS rating_id, rating.drug_id, rating.indication_id"
        " FROM rating LEFT JOIN released_rating AS released ON released.rating_id = rating.id"
        f" WHERE rating.drug_id BETWEEN {first_drug} AND {last_drug} AND ({CHANGED})"
        " UNION ALL SELECT released.rating_id, released.drug_id, released.indication_id"
        " FROM released_rating AS released LEFT JOIN rating ON rating.id = released.rating_id"
        f" WHERE released.drug_id BETWEEN {first_drug} AND {last_drug} AND rating.id IS NULL"
    )


async def mark_part(first_drug: int, last_drug: int) -> tuple[int, int]:
    """Mark exactly the ratings that are unreleased; while nobody else writes ratings.

    Args:
        first_drug: the ratings of all drugs with keys from this one,
        last_drug: to this one.

    Returns:
        How many marks were added and removed.
    """
    parameters = Parameters()
    first, last = parameters.bind(first_drug), parameters.bind(last_drug)
    added = await fetch_returned(
        "INSERT INTO unreleased_rating (rating_id, drug_id, indication_id)"
        f" SELECT rating_id, drug_id, indication_id FROM ({_to_be_marked(first, last)}) AS wanted WHERE TRUE"
        " ON CONFLICT (rating_id) DO NOTHING RETURNING 1",
        parameters,
    )
    removed = await fetch_returned(
        f"DELETE FROM unreleased_rating WHERE drug_id BETWEEN {first} AND {last}"
        f" AND rating_id NOT IN (SELECT rating_id FROM ({_to_be_marked(first, last)}) AS wanted) RETURNING 1",
        parameters,
    )
    return len(added), len(removed)


async def marked_treatments(first_drug: int, last_drug: int) -> list[Treatment]:
    """The treatments by drugs with these keys that have unreleased ratings."""
    parameters = Parameters()
    return [
        (drug, indication)
        for drug, indication in await fetch_rows(
            "SELECT DISTINCT drug_id, indication_id FROM unreleased_rating"
            f" WHERE drug_id BETWEEN {parameters.bind(first_drug)} AND {parameters.bind(last_drug)}",
            parameters,
        )
    ]


async def wrong_marks() -> list[tuple[Treatment, int, int]]:
    """The treatments with wrong marks: how many of them are missing, and how many should not be there."""
    wanted = _to_be_marked("-2147483648", "2147483647")
    rows = await fetch_rows(
        "SELECT drug_id, indication_id, SUM(missing), SUM(needless) FROM ("
        f"SELECT wanted.drug_id, wanted.indication_id, 1 AS missing, 0 AS needless FROM ({wanted}) AS wanted"
        " WHERE NOT EXISTS (SELECT 1 FROM unreleased_rating WHERE unreleased_rating.rating_id = wanted.rating_id)"
        " UNION ALL SELECT marked.drug_id, marked.indication_id, 0, 1 FROM unreleased_rating AS marked"
        " LEFT JOIN rating ON rating.id = marked.rating_id"
        " LEFT JOIN released_rating AS released ON released.rating_id = marked.rating_id"
        f" WHERE NOT ({CHANGED})"
        ") AS wrong GROUP BY drug_id, indication_id ORDER BY drug_id, indication_id"
    )
    return [((drug, indication), int(missing), int(needless)) for drug, indication, missing, needless in rows]
