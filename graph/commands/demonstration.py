"""The data of a demonstration: the real catalogue and simulated ratings."""

import asyncio

import typer

DEMONSTRATION_RATINGS = 20_000
DEMONSTRATION_SEED = 1


def fill_empty_database(database_url: str) -> None:
    """Import the catalogue, simulate ratings and fit the priors to them, as far as that has not been done.

    A database that holds a physician who was not simulated is left alone, whatever its size; a filling that was
    interrupted is completed. Priors that are in use stay in use.

    Raises:
        Stopped: by a signal, between batches.
    """
    from graph.commands.progress import shown_progress
    from graph.commands.stopping import stoppable
    from graph.opening import open_migrated
    from models import Physician, Rating
    from resolvers.catalogue.importing import import_own_catalogue
    from resolvers.priors.refitting import refit_prior
    from resolvers.priors.stored import prior_in_use, use_prior
    from resolvers.simulation.simulating import simulate
    from scoring.method import NO_PRIOR

    with shown_progress("Simulating") as progress, stoppable(progress) as report:

        async def work() -> None:
            async with open_migrated(database_url):
                if await Physician.filter(simulated=False).exists():
                    return
                if await Rating.all().count() < DEMONSTRATION_RATINGS:
                    typer.echo(
                        f"Importing the catalogue and simulating {DEMONSTRATION_RATINGS:,} ratings (once) …", err=True
                    )
                    await import_own_catalogue()
                    await simulate(DEMONSTRATION_RATINGS, DEMONSTRATION_SEED, report)
                if await prior_in_use() == NO_PRIOR:
                    await use_prior((await refit_prior()).version)

        asyncio.run(work())
