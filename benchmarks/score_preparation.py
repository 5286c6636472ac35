"""Choosing what to ask about, and making databases of different sizes give answers of the same size."""

from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from benchmarks.score_operations import Choice
from models.cells import EVERYBODY
from resolvers.counts.earlier import month_of
from resolvers.database import DatabaseUrl, open_database
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.ratings.rows import SIMULATED_PREFIX, RatingRow
from resolvers.ratings.writing import write_ratings
from resolvers.references import existing_keys
from resolvers.simulation.generating import PERIOD_END, PERIOD_START
from resolvers.sql import Parameters, fetch_rows

COMPARED = 20
"""As many drugs as a comparison takes."""

LEVELS = (4, 4, 4, 3, 4, 3)
"""What an added rating answers."""

LARGEST_INDICATION = """
    SELECT indication.id, indication.slug FROM treatment JOIN indication ON indication.id = treatment.indication_id
    GROUP BY indication.id, indication.slug ORDER BY COUNT(*) DESC, indication.slug LIMIT 1
"""


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


async def prepare(url: str, choice: Choice) -> None:
    """Add the ratings without which an answer would be shorter than in a larger database, and use fitted priors.

    With few ratings, some drugs of the indication have none, and the card's drug has none in some months of the
    simulation. There each gets one, by a physician of its own. Once more, it changes nothing.
    """
    async with open_database(DatabaseUrl.parse(url)):
        [indication_id] = await existing_keys("indication", [choice.indication])
        [card_id] = await existing_keys("drug", [choice.card])
        [(specialty_id,)] = await fetch_rows("SELECT MIN(id) FROM specialty")
        wanted = [(drug_id, PERIOD_START) for drug_id in await _unrated_drugs(indication_id)]
        wanted += [(card_id, month) for month in await _unrated_months(card_id, indication_id)]
        async with in_transaction():
            await write_ratings(
                [
                    RatingRow(
                        line,
                        f"{SIMULATED_PREFIX}benchmark:{drug_id}:{rated_at:%Y-%m}",
                        specialty_id,
                        "US",
                        10,
                        drug_id,
                        indication_id,
                        *LEVELS,
                        None,
                        rated_at,
                    )
                    for line, (drug_id, rated_at) in enumerate(wanted, start=1)
                ]
            )
        await use_prior((await refit_prior()).version)


async def _unrated_drugs(indication_id: int) -> list[int]:
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT drug_id FROM treatment WHERE indication_id = {parameters.bind(indication_id)} AND NOT EXISTS "
        "(SELECT 1 FROM rating WHERE rating.drug_id = treatment.drug_id "
        "AND rating.indication_id = treatment.indication_id) ORDER BY drug_id",
        parameters,
    )
    return [drug_id for (drug_id,) in rows]


async def _unrated_months(drug_id: int, indication_id: int) -> list[datetime]:
    """The first moments of the months of the simulation in which nobody has rated the drug for the indication."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT updated_at FROM rating WHERE drug_id = {parameters.bind(drug_id)} "
        f"AND indication_id = {parameters.bind(indication_id)}",
        parameters,
    )
    rated = {month_of(time) for (time,) in rows}
    months = [
        datetime(year, month, 1, tzinfo=UTC)
        for year in range(PERIOD_START.year, PERIOD_END.year + 1)
        for month in range(1, 13)
    ]
    return [month for month in months if PERIOD_START <= month < PERIOD_END and month_of(month) not in rated]
