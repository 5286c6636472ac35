"""Drugs and indications in a process's memory, of one version of the catalogue.

Each import that changes anything raises the catalogue's version in its own transaction. A request knows the version
that was committed when it began, and uses what is kept only if that is of the same version. So nobody is shown what
had been replaced before they asked, whichever process has imported.

What is kept was read by requests of that version, each after it had found out the version. If an import is committed
between these two statements, new entries are kept under the old version. They do no harm: only requests that began
before the commit look there, and may be shown what is newer. The other way round cannot happen: whoever has found out
the new version reads after the commit, so old entries are never kept under the new version. What somebody reads while
a request of a newer version empties the memory is not kept at all. See docs/decisions/0031-catalogue-in-memory.md.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from resolvers.reads.drugs import DrugRecord, drugs_by_id, drugs_by_reference
from resolvers.reads.indications import IndicationRecord, indications_by_id, indications_by_reference
from resolvers.references import Kind, Reference, keys_of
from resolvers.versions import catalogue_version

MOST_ENTRIES = 50_000
"""Enough for our own catalogue of 16,225 drugs and indications with their slugs. So many take about 17 MB."""

Key = TypeVar("Key", bound=Hashable)
Record = TypeVar("Record")

Read = Callable[[Sequence[Key]], Awaitable[Mapping[Key, Record]]]
"""Those of the keys that there are, with what there is."""


class CatalogueCache:
    """What one process keeps of the catalogue of one database; what was not used longest goes first.

    Args:
        most_entries: how much is kept at most.
    """

    def __init__(self, most_entries: int = MOST_ENTRIES) -> None:
        self._most_entries = most_entries
        self._version = 0
        self._kept: OrderedDict[tuple[str, Hashable], Any] = OrderedDict()

    def __len__(self) -> int:
        """How many entries are kept."""
        return len(self._kept)

    async def get(self, kind: str, keys: Sequence[Key], version: int, read: Read[Key, Record]) -> Mapping[Key, Record]:
        """What there is of these keys, from memory or from the database; those that there are not are absent.

        Args:
            kind: tells these keys from those of others.
            keys: which.
            version: of the catalogue, as the database had it when the request had begun.
            read: reads them from the database, when it is called.
        """
        if version > self._version:
            self._version = version
            self._kept.clear()
        elif version < self._version:
            # The request has begun before an import of which another one has learned.
            return await read(keys)
        found: dict[Key, Record] = {}
        missing = []
        for key in keys:
            place = (kind, key)
            record = self._kept.get(place)
            if record is None:
                missing.append(key)
            else:
                self._kept.move_to_end(place)
                found[key] = record
        if missing:
            new = await read(missing)
            found.update(new)
            if self._version == version:
                self._keep(kind, new)
        return found

    def _keep(self, kind: str, new: Mapping[Any, object]) -> None:
        for key, record in new.items():
            self._kept[kind, key] = record
        while len(self._kept) > self._most_entries:
            self._kept.popitem(last=False)


class CatalogueReads:
    """The reads of one request whose answers are kept. Each answers, and fails, as the function of the same name does.

    Args:
        cache: where answers are kept; None: everything is read from the database.
        version: tells the catalogue's version as the database had it when the request had begun.
    """

    def __init__(
        self, cache: CatalogueCache | None = None, version: Callable[[], Awaitable[int]] = catalogue_version
    ) -> None:
        self._cache = cache
        self.version = version

    @property
    def is_kept(self) -> bool:
        """Whether answers are kept."""
        return self._cache is not None

    async def drugs_by_id(self, ids: Sequence[int]) -> list[DrugRecord | None]:
        """The drugs with these keys, in this order; None for a key that there is not."""
        return await self._by_id("drug", ids, drugs_by_id)

    async def drugs_by_reference(self, references: Sequence[Reference]) -> Mapping[Reference, DrugRecord]:
        """The drugs that are named by primary keys or slugs, by these; those that there are not are absent."""
        if self._cache is None:
            return await drugs_by_reference(references)
        return await self._cache.get("drug", references, await self.version(), drugs_by_reference)

    async def indications_by_reference(self, references: Sequence[Reference]) -> Mapping[Reference, IndicationRecord]:
        """The indications that are named by primary keys or slugs, by these; those that there are not are absent."""
        if self._cache is None:
            return await indications_by_reference(references)
        return await self._cache.get("indication", references, await self.version(), indications_by_reference)

    async def indications_by_id(self, ids: Sequence[int]) -> list[IndicationRecord | None]:
        """The indications with these keys, in this order; None for a key that there is not."""
        return await self._by_id("indication", ids, indications_by_id)

    async def keys_of(self, kind: Kind, references: Sequence[Reference]) -> Mapping[Reference, int]:
        """The primary keys of the references that exist; the others are absent."""

        async def read(missing: Sequence[Reference]) -> Mapping[Reference, int]:
            return await keys_of(kind, missing)

        if self._cache is None:
            return await read(references)
        return await self._cache.get(f"key of {kind}", references, await self.version(), read)

    async def _by_id(
        self, kind: Kind, ids: Sequence[int], by_id: Callable[[Sequence[int]], Awaitable[list[Record | None]]]
    ) -> list[Record | None]:
        async def read(missing: Sequence[int]) -> Mapping[int, Record]:
            records = await by_id(missing)
            return {key: record for key, record in zip(missing, records, strict=True) if record is not None}

        if self._cache is None:
            return await by_id(ids)
        found = await self._cache.get(kind, ids, await self.version(), read)
        return [found.get(key) for key in ids]


UNCACHED = CatalogueReads()
"""Keeps nothing."""
