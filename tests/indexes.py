"""One search index for all servers of a process that serve the same catalogue; building one takes seconds."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from resolvers.search import current
from resolvers.search.index import SearchIndex, index_of

if TYPE_CHECKING:
    from resolvers.catalogue.records import CatalogueRecords

KEPT = 4
"""Indexes: of the real catalogue on both databases, and of what tests have changed in it."""


@contextmanager
def shared_indexes() -> Iterator[None]:
    """Let every server take the index of equal records, if there is one.

    An index is made of the records alone and only read, so nobody sees whether it is an own one. When a server builds
    one is decided as ever.
    """
    kept: deque[tuple[CatalogueRecords, SearchIndex]] = deque(maxlen=KEPT)

    async def of_equal_records() -> SearchIndex:
        records = await current.load_records()
        index = next((index for known, index in kept if known == records), None)
        if index is None:
            index = index_of(records)
            kept.append((records, index))
        return index

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "read_index", of_equal_records)
        yield
