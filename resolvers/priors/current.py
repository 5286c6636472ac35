"""The versions of the priors that requests ask for, kept ready."""

import asyncio
from collections.abc import Awaitable, Callable

from resolvers.priors.stored import prior_in_use, read_prior
from scoring.prior import PriorVersion

KEPT = 4
"""How many versions are kept ready: the one in use, and a few that somebody compares it with."""


class PriorVersions:
    """Holds versions of one database; for use by all requests of a process. A version never changes.

    Args:
        in_use: finds out the number of the one that is in use.
    """

    def __init__(self, in_use: Callable[[], Awaitable[int]] = prior_in_use) -> None:
        self._in_use = in_use
        self._reading = asyncio.Lock()
        self._kept: dict[int, PriorVersion] = {}

    async def get(self, version: int | None) -> tuple[int, PriorVersion]:
        """A version and its number; None: the one that is in use now.

        Of several callers at once, one reads it and the others wait.

        Raises:
            UnknownPrior: there is none with this number.
        """
        number = await self._in_use() if version is None else version
        if number not in self._kept:
            async with self._reading:
                if number not in self._kept:
                    self._keep(number, await read_prior(number))
        prior = self._kept[number]
        self._keep(number, prior)
        return number, prior

    def _keep(self, number: int, prior: PriorVersion) -> None:
        """Make this the most recently asked for, and let go of the one that was not asked for longest."""
        self._kept.pop(number, None)
        self._kept[number] = prior
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
