"""A demonstration: the real catalogue, simulated ratings, and a physician and a moderator who can sign in."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from graph.settings import Settings
    from resolvers.identity.key import IdentityKey

DEMONSTRATION_RATINGS = 20_000
DEMONSTRATION_SEED = 1

PHYSICIAN, MODERATOR = "demo-physician", "demo-moderator"
"""By which names the people of the demonstration sign in."""

TOKENS_GOOD_FOR = timedelta(days=1)

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the server of a demonstration is started with.

    Attributes:
        settings: with a token secret for this process only, if they had no way to sign in.
        physician: the token of a verified physician, if there is such a secret.
        moderator: likewise, that of a moderator.
    """

    settings: "Settings" = field(repr=False)
    physician: str | None = field(default=None, repr=False)
    moderator: str | None = field(default=None, repr=False)


def prepare_demonstration(settings: "Settings") -> Demonstration:
    """Fill the database as far as it is empty, and let its people sign in.

    Nobody gets a token where the settings say who may sign in, or where the database holds more than a demonstration.

    Raises:
        Stopped: by a signal, between batches.
        IdentityKeyMismatch: the database was set up with another identity key.
    """
    from pydantic import SecretStr

    from graph.clock import utc_now
    from graph.signing_in.development import development_issuer, development_token
    from resolvers.identity.key import open_identity_key

    if not fill_empty_database(settings.database_url):
        typer.echo("This database holds more than a demonstration, so no tokens are made for it.", err=True)
        return Demonstration(settings)
    if settings.issuer or settings.token_secret:
        return Demonstration(settings)
    signing = settings.model_copy(update={"token_secret": SecretStr(secrets.token_urlsafe(SECRET_BYTES))})
    key = open_identity_key(settings.identity_key.get_secret_value(), Path(settings.identity_key_file))
    asyncio.run(_register(settings.database_url, key, key.subject_hash(development_issuer(signing), PHYSICIAN)))
    expires_at = utc_now() + TOKENS_GOOD_FOR
    return Demonstration(
        signing,
        development_token(signing, PHYSICIAN, expires_at),
        development_token(signing, MODERATOR, expires_at, moderator=True),
    )


def fill_empty_database(database_url: str) -> bool:
    """Import the catalogue, simulate ratings and fit the priors to them, as far as that has not been done.

    A database that holds a physician who was not simulated is left alone, whatever its size; a filling that was
    interrupted is completed. Priors that are in use stay in use.

    Returns:
        Whether all its physicians are made up.

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

        async def work() -> bool:
            async with open_migrated(database_url):
                if await Physician.filter(simulated=False).exists():
                    return False
                if await Rating.all().count() < DEMONSTRATION_RATINGS:
                    typer.echo(
                        f"Importing the catalogue and simulating {DEMONSTRATION_RATINGS:,} ratings (once) …", err=True
                    )
                    await import_own_catalogue()
                    await simulate(DEMONSTRATION_RATINGS, DEMONSTRATION_SEED, report)
                if await prior_in_use() == NO_PRIOR:
                    await use_prior((await refit_prior()).version)
                return True

        return asyncio.run(work())


async def _register(database_url: str, key: "IdentityKey", subject_hash: str) -> None:
    """Make a verified physician of the one who signs in by this hash, marked as made up; once."""
    from tortoise.transactions import in_transaction

    from graph.clock import utc_now
    from graph.opening import open_migrated
    from models import Physician
    from resolvers.audit import COMMAND
    from resolvers.identity.accounts import account_of
    from resolvers.identity.deciding import Decision, decide_physician
    from resolvers.identity.key import check_identity_key
    from resolvers.identity.registering import Registration, register_physician

    registration = Registration("CH", "Demonstration", "DEMO 1", "rheumatology", 12)
    async with open_migrated(database_url):
        await check_identity_key(key)
        now = utc_now()
        account = await account_of(subject_hash, now)
        if account.status is not None:
            return
        # All at once: a physician who is not marked would make the database look like a real one.
        async with in_transaction():
            registered = await register_physician(account.account_id, registration, key, now)
            await decide_physician(registered.physician_id, Decision.VERIFY, None, COMMAND, now)
            await Physician.filter(id=registered.physician_id).update(simulated=True)
