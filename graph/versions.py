"""Which versions of catalogue and prior one request sees."""

import asyncio
from collections.abc import Awaitable, Callable

from resolvers.versions import Versions


class VersionsOfRequest:
    """The versions of a moment after the request began; the same for all parts of its answer.

    Args:
        known: those that came with the look-up of who asks, if there was one.
        read: reads them from the database, when it is called.
    """

    def __init__(self, known: Versions | None, read: Callable[[], Awaitable[Versions]]) -> None:
        self.known = known
        """None: nobody has needed them yet."""
        self._read = read
        self._reading = asyncio.Lock()

    async def get(self) -> Versions:
        """The versions, which are read when they are first needed."""
        if self.known is None:
            async with self._reading:
                if self.known is None:
                    self.known = await self._read()
        return self.known

    async def catalogue(self) -> int:
        """The version of the catalogue."""
        return (await self.get()).catalogue
