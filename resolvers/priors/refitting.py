"""Making the next version of the priors from the ratings that have been released."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.exceptions import IntegrityError

from models import Prior
from resolvers.disclosure import RELEASED
from resolvers.priors.errors import NothingToFit
from resolvers.priors.evidence import read_evidence
from scoring.method import METHOD_VERSION
from scoring.prior_fitting import fit_prior


@dataclass(frozen=True, slots=True)
class Refit:
    """The version that fits the ratings, from how many, and whether it is a new one."""

    version: int
    rating_count: int
    new: bool


async def refit_prior() -> Refit:
    """Fit the priors to what is released and store them under the next number; what is in use stays in use.

    Everybody can ask for scores by any version, and a fit can be computed again: one to all ratings, before and after
    a single one, would tell what it said.

    When they are the same as the newest stored version, by the same arithmetic, that version is the answer. Of two
    that refit at once, each gets a number of its own, unless both come to the same priors.

    Raises:
        NothingToFit: no ratings have been released.
    """
    evidence = await read_evidence(RELEASED)
    if not len(evidence):
        raise NothingToFit
    content = fit_prior(evidence.indications, evidence.counts).to_json().decode()
    while True:
        newest = await Prior.all().order_by("-version").first()
        if newest is not None and (newest.content, newest.method_version) == (content, METHOD_VERSION):
            return Refit(newest.version, newest.rating_count, new=False)
        version = 1 if newest is None else newest.version + 1
        try:
            await Prior.create(
                version=version,
                method_version=METHOD_VERSION,
                rating_count=evidence.ratings,
                created_at=datetime.now(UTC),
                content=content,
            )
        except IntegrityError:
            # Somebody else has taken the number; the next round sees their version.
            continue
        return Refit(version, evidence.ratings, new=True)
