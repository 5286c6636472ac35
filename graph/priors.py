"""The versions of the priors, as one request sees them."""

import asyncio

from graph.versions import VersionsOfRequest
from resolvers.reads.estimates import Priors
from scoring.prior import PriorVersion


class PriorsOfRequest:
    """Finds out once which version is in use, so that all parts of an answer come from the same one.

    Args:
        priors: the versions of the priors.
        versions: of the request; None where there are none.
    """

    def __init__(self, priors: Priors, versions: VersionsOfRequest | None = None) -> None:
        self._priors = priors
        self._versions = versions
        self._asking = asyncio.Lock()
        self._in_use: int | None = None

    async def get(self, version: int | None) -> tuple[int, PriorVersion]:
        """A version and its number; None: the one that was in use when the request began, or when first asked.

        Raises:
            UnknownPrior: there is none with this number.
        """
        if version is not None:
            return await self._priors.get(version)
        # Versions that nobody has needed yet are not read for this: the score cache mostly has the number.
        if self._in_use is None and self._versions is not None and self._versions.known is not None:
            self._in_use = self._versions.known.prior
        if self._in_use is not None:
            return await self._priors.get(self._in_use)
        async with self._asking:
            number, prior = await self._priors.get(self._in_use)
            self._in_use = number
            return number, prior
