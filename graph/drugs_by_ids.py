"""The list of drugs that a client asks for one by one: in its order, with what is not there named."""

from collections.abc import Sequence

import strawberry

from graph.arguments import checked_list
from graph.connections import LARGEST_PAGE, edges_of, page_info_of, page_request
from graph.identifiers import parse_reference
from graph.types.drug import Drug, DrugConnection
from resolvers.paging import Column, Key, Order, Page, PageRequest
from resolvers.reads.drugs import drugs_by_id
from resolvers.references import keys_of

BY_POSITION = Order("drug.by-position", (Column("position", "integer"),))
"""The order of `drugs(ids:)`: as asked for."""


async def drugs_by_ids(
    ids: Sequence[str], first: int | None, after: str | None, last: int | None, before: str | None
) -> DrugConnection:
    """A page of these drugs, each once; all of them unless a size is given.

    Raises:
        InputError: too many ids, one that is none, or a page that cannot be.
        InvalidCursor: a cursor that this list did not give out.
    """
    references = {text: parse_reference(text, "Drug", "ids") for text in checked_list(ids, "ids", LARGEST_PAGE)}
    found = await keys_of("drug", references.values())
    keys = list(dict.fromkeys(found[reference] for reference in references.values() if reference in found))
    request = page_request(BY_POSITION, first, after, last, before, default=LARGEST_PAGE)
    positions = _window(len(keys), request)
    records = await drugs_by_id([keys[position] for position in positions])
    page = Page(
        records=[record for record in records if record is not None],
        keys=[(position,) for position in positions],
        has_next=positions.stop < len(keys),
        has_previous=positions.start > 0,
    )

    async def count() -> int:
        return len(keys)

    return DrugConnection(
        edges=edges_of(page, BY_POSITION, Drug.of),
        page_info=page_info_of(page, BY_POSITION),
        count=count,
        unknown_ids=[strawberry.ID(text) for text, reference in references.items() if reference not in found],
    )


def _window(length: int, request: PageRequest) -> range:
    """The positions of a page in a list that is at hand as a whole."""
    start = 0 if request.after is None else min(_position(request.after) + 1, length)
    stop = length if request.before is None else max(start, min(_position(request.before), length))
    if request.backward:
        return range(max(start, stop - request.size), stop)
    return range(start, min(start + request.size, stop))


def _position(key: Key) -> int:
    (position,) = key
    return max(int(str(position)), -1)
