"""Filling a database with simulated ratings."""

from dataclasses import dataclass
from itertools import islice

from tortoise.transactions import in_transaction

from resolvers.feed.waking import wake_followers
from resolvers.progress import Progress, Report, unreported
from resolvers.ratings.writing import write_ratings
from resolvers.simulation.catalogue import read_catalogue
from resolvers.simulation.errors import InvalidSimulation
from resolvers.simulation.generating import generate

MOST_RATINGS = 10_000_000
"""In one simulation."""

GREATEST_SEED = 2**63 - 1

BATCH_SIZE = 25_000
"""Ratings in one transaction."""


@dataclass(frozen=True, slots=True)
class SimulationOutcome:
    """How many ratings were asked for, added now, and there before from a simulation with the same seed."""

    asked: int
    added: int
    already_there: int


async def simulate(ratings: int, seed: int, report: Report = unreported) -> SimulationOutcome:
    """Bring the open database to `ratings` ratings of the simulation with this seed.

    The same seed gives the same ratings over the same catalogue, and fewer are a beginning of more. So a repetition
    adds nothing, a greater number adds the difference, and a simulation that was interrupted is completed. Another
    seed adds other physicians. Each batch is one transaction.

    Args:
        ratings: from 1 to 10,000,000.
        seed: from 0 to 2**63 - 1.
        report: is told the number of ratings done after each batch.

    Raises:
        InvalidSimulation: a number is outside its range.
        CatalogueMissing: there is no catalogue in the database.
    """
    if not 1 <= ratings <= MOST_RATINGS:
        raise InvalidSimulation("number of ratings", ratings, 1, MOST_RATINGS)
    if not 0 <= seed <= GREATEST_SEED:
        raise InvalidSimulation("seed", seed, 0, GREATEST_SEED)
    rows = generate(await read_catalogue(), ratings, seed)
    added = already_there = 0
    report(Progress(0, ratings, "ratings"))
    while batch := list(islice(rows, BATCH_SIZE)):
        async with in_transaction():
            refused = await write_ratings(batch)
        wake_followers()
        added += len(batch) - len(refused)
        already_there += len(refused)
        note = f"{already_there:,} already there" if already_there else ""
        report(Progress(added + already_there, ratings, "ratings", note))
    return SimulationOutcome(ratings, added, already_there)
