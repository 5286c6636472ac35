"""`peerscore simulate`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from

if TYPE_CHECKING:
    from resolvers.simulation.simulating import SimulationOutcome


def simulate(
    ratings: Annotated[int, typer.Option("--ratings", metavar="N", help="How many ratings there shall be.")],
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same ratings.")] = 1,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Fill the database with made-up physicians and ratings, marked as simulated, to try things out.

    The catalogue must be there. Run again, it adds what is missing; another seed adds other physicians.

    Example: peerscore simulate --ratings 20000 --seed 1
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from resolvers.simulation import simulating

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> "SimulationOutcome":
        async with open_migrated(settings.database_url):
            return await simulating.simulate(ratings, seed, report)

    with shown_progress("Simulating") as progress, stoppable(progress) as report:
        outcome = asyncio.run(work())
    typer.echo(
        f"Added {outcome.added:,} simulated ratings; {outcome.already_there:,} were there already. "
        "No physician said any of this."
    )
