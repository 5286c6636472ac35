"""The stored versions of the priors: numbered, written once, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from models import Installation, Prior
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import note_recounted
from resolvers.priors.errors import UnknownPrior
from resolvers.sql import as_time, fetch_rows
from scoring.method import NO_PRIOR
from scoring.prior import UNIFORM_VERSION, PriorVersion


@dataclass(frozen=True, slots=True)
class PriorRecord:
    """A stored version: by which arithmetic, from how many ratings and when it was made, and whether it is in use."""

    version: int
    method_version: str
    rating_count: int
    created_at: datetime
    in_use: bool


async def prior_in_use() -> int:
    """The number of the version by which scores are made; 0 is the one that is built in."""
    version: int = (await fetch_rows("SELECT prior_version FROM installation WHERE id = 1"))[0][0]
    return version


async def prior_numbers() -> list[int]:
    """The numbers of all versions, the built-in one first and the newest last."""
    return [NO_PRIOR, *(row[0] for row in await fetch_rows("SELECT version FROM prior ORDER BY version"))]


async def list_priors() -> list[PriorRecord]:
    """All stored versions, oldest first; the built-in one is not among them."""
    rows = await fetch_rows(
        "SELECT prior.version, prior.method_version, prior.rating_count, prior.created_at, installation.prior_version"
        " FROM prior JOIN installation ON installation.id = 1 ORDER BY prior.version"
    )
    return [
        PriorRecord(version, method_version, rating_count, as_time(created_at), version == in_use)
        for version, method_version, rating_count, created_at, in_use in rows
    ]


async def read_prior(version: int) -> PriorVersion:
    """A version of the priors.

    Raises:
        UnknownPrior: there is none with this number.
    """
    if version == NO_PRIOR:
        return UNIFORM_VERSION
    stored = await Prior.get_or_none(version=version)
    if stored is None:
        raise UnknownPrior(version, await prior_numbers())
    return PriorVersion.from_json(stored.content.encode())


async def use_prior(version: int) -> None:
    """Make all scores from now on by this version, unless another one is asked for.

    Raises:
        UnknownPrior: there is none with this number.
    """
    known = await prior_numbers()
    if version not in known:
        raise UnknownPrior(version, known)
    async with in_transaction():
        changed = await Installation.filter(id=1).exclude(prior_version=version).update(prior_version=version)
        if changed:
            await note_recounted(None, datetime.now(UTC))
    wake_followers()
