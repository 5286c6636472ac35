"""The versions of the priors, as one request sees them."""

import asyncio

from resolvers.reads.estimates import Priors
from scoring.prior import PriorVersion


class PriorsOfRequest:
    """Finds out once which version is in use, so that all parts of an answer come from the same one."""

    def __init__(self, priors: Priors) -> None:
        self._priors = priors
        self._asking = asyncio.Lock()
        self._in_use: int | None = None

    async def get(self, version: int | None) -> tuple[int, PriorVersion]:
        """A version and its number; None: the one that was in use when this was first asked.

        Raises:
            UnknownPrior: there is none with this number.
        """
        if version is not None:
            return await self._priors.get(version)
        async with self._asking:
            number, prior = await self._priors.get(self._in_use)
            self._in_use = number
            return number, prior
