"""The search index that fits the database's catalogue, kept for as long as that does not change."""

import asyncio
from collections.abc import Awaitable, Callable

from resolvers.catalogue.records import CatalogueRecords, load_records
from resolvers.search.index import SearchIndex
from resolvers.search.resolving import Resolver
from resolvers.search.terms import Term, terms_of
from resolvers.versions import catalogue_version


class CatalogueIndex:
    """Holds the index of one database; for use by all requests of a process."""

    def __init__(self) -> None:
        self._loading = asyncio.Lock()
        self._version: int | None = None
        self._index: SearchIndex | None = None

    async def current(self, version: Callable[[], Awaitable[int]] = catalogue_version) -> SearchIndex:
        """The index of the catalogue as it is now; built when there is none or the catalogue has changed.

        Of several callers at once, one builds and the others wait.

        Args:
            version: the catalogue's version; if it is not that of now, an index of it is as good as a newer one.
        """
        index = self._fitting(await version())
        if index is None:
            async with self._loading:
                # Read again: the one who had the lock may have built what is needed. The version is read before
                # the catalogue, so that a change in between is noticed by the next caller.
                now = await catalogue_version()
                index = self._fitting(now)
                if index is None:
                    index = await read_index()
                    self._version, self._index = now, index
        return index

    def _fitting(self, version: int) -> SearchIndex | None:
        return self._index if self._version == version else None


async def read_index() -> SearchIndex:
    """The index of the catalogue as the open database has it."""
    # A process keeps what it has taken at most: the records are let go of before the index is built.
    resolver, terms = await asyncio.to_thread(_parts, await load_records())
    return await asyncio.to_thread(SearchIndex, resolver, terms)


def _parts(records: CatalogueRecords) -> tuple[Resolver, list[Term]]:
    return Resolver(records), terms_of(records)
