"""`peerscore scores refit-prior`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from
from graph.commands.tables import print_table

if TYPE_CHECKING:
    from resolvers.priors.moves import PriorMoves
    from resolvers.priors.refitting import Refit


def refit_prior(
    apply: Annotated[bool, typer.Option("--apply", help="Put the version into use as well.")] = False,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Fit the next version of the priors to the released ratings, store it, and show what it would move.

    The version in use stays in use, unless --apply is given. Where the ratings give the newest version once more, no
    new one is made.

    Example: peerscore scores refit-prior --apply
    """
    from graph.opening import open_migrated
    from resolvers.priors import moves, refitting, stored

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def work() -> None:
        async with open_migrated(settings.database_url):
            in_use = await stored.prior_in_use()
            refit = await refitting.refit_prior()
            typer.echo(_outcome(refit))
            if refit.version == in_use:
                typer.echo(f"Version {in_use} is in use; no score moves.")
                return
            typer.echo(f"Overall scores, from 1 to 5 with equal weights, compared with version {in_use}, now in use:")
            _print(await moves.prior_moves(await stored.read_prior(in_use), await stored.read_prior(refit.version)))
            if apply:
                await stored.use_prior(refit.version)
                typer.echo(f"Version {refit.version} is in use now.")
            else:
                typer.echo(
                    f"Version {in_use} stays in use. "
                    f"`peerscore scores use-prior {refit.version}` puts version {refit.version} into use."
                )

    asyncio.run(work())


def _outcome(refit: "Refit") -> str:
    if refit.new:
        return f"Version {refit.version} of the priors is fitted to {refit.rating_count:,} ratings and stored."
    return f"The ratings give version {refit.version} of the priors once more; no new version was made."


def _print(found: "PriorMoves") -> None:
    from resolvers.priors.moves import LEAST_RATINGS, STEPS

    steps = [
        (f"… that move by more than {step}", f"{count:,}") for step, count in zip(STEPS, found.beyond, strict=True)
    ]
    print_table(
        ("What moves", ""),
        [
            (f"Treatments with at least {LEAST_RATINGS} ratings", f"{found.treatments:,}"),
            *steps,
            ("Median move", f"{found.median:.3f}"),
            ("Largest move", f"{found.largest:.3f}"),
            ("Indications with at least 2 rated drugs", f"{found.indications:,}"),
            ("… that get another best drug", f"{found.other_bests:,}"),
            ("Rated drugs in these indications", f"{found.ranked:,}"),
            ("… that change their rank", f"{found.other_ranks:,}"),
        ],
    )
    print_table(
        ("Drug", "Indication", "Ratings", "Now", "Then"),
        [
            (move.drug, move.indication, f"{move.ratings:,}", f"{move.before:.2f}", f"{move.after:.2f}")
            for move in found.most
        ],
    )
