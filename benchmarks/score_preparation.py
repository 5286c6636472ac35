"""Making databases of different sizes give answers of the same size, and choosing what to ask about."""

from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from benchmarks.score_operations import Choice
from models.cells import EVERYBODY
from resolvers.database import DatabaseUrl, open_database
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.ratings.rows import SIMULATED_PREFIX, RatingRow
from resolvers.ratings.writing import write_ratings
from resolvers.sql import Parameters, fetch_rows

COMPARED = 20
"""As many drugs as a comparison takes."""

RATED_AT = datetime(2026, 10, 1, tzinfo=UTC)

LARGEST_INDICATION = """
    SELECT indication.id, indication.slug FROM treatment JOIN indication ON indication.id = treatment.indication_id
    GROUP BY indication.id, indication.slug ORDER BY COUNT(*) DESC, indication.slug LIMIT 1
"""


async def prepare(url: str) -> None:
    """Rate every drug of the largest indication, and fit priors to all ratings and use them.

    With few ratings some drugs of the indication have none, and its ranking would be shorter than in a database of
    more ratings. Such a drug gets one rating, by a physician of its own. Once more, it changes nothing.
    """
    async with open_database(DatabaseUrl.parse(url)):
        parameters = Parameters()
        [(indication_id, _)] = await fetch_rows(LARGEST_INDICATION)
        unrated = await fetch_rows(
            f"SELECT drug_id FROM treatment WHERE indication_id = {parameters.bind(indication_id)} AND NOT EXISTS "
            "(SELECT 1 FROM rating WHERE rating.drug_id = treatment.drug_id "
            "AND rating.indication_id = treatment.indication_id) ORDER BY drug_id",
            parameters,
        )
        [(specialty_id,)] = await fetch_rows("SELECT MIN(id) FROM specialty")
        async with in_transaction():
            await write_ratings(
                [
                    _only_rating(line, specialty_id, drug_id, indication_id)
                    for line, (drug_id,) in enumerate(unrated, start=1)
                ]
            )
        await use_prior((await refit_prior()).version)


def _only_rating(line: int, specialty_id: int, drug_id: int, indication_id: int) -> RatingRow:
    physician, levels = f"{SIMULATED_PREFIX}benchmark:{drug_id}", (4, 4, 4, 3, 4, 3)
    return RatingRow(line, physician, specialty_id, "US", 10, drug_id, indication_id, *levels, None, RATED_AT)


async def choose(url: str) -> Choice:
    """The largest indication and its most rated drugs; in the database with the fewest ratings, for all databases."""
    async with open_database(DatabaseUrl.parse(url)):
        [(indication_id, indication)] = await fetch_rows(LARGEST_INDICATION)
        parameters = Parameters()
        rows = await fetch_rows(
            "SELECT drug.slug FROM cell JOIN drug ON drug.id = cell.drug_id "
            f"WHERE cell.indication_id = {parameters.bind(indication_id)} AND cell.segment_kind = {EVERYBODY} "
            f"ORDER BY cell.rating_count DESC, drug.slug LIMIT {COMPARED}",
            parameters,
        )
        return Choice(indication, tuple(slug for (slug,) in rows))
