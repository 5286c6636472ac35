"""The list of drugs that a client asks for one by one: in its order, with what is not there named."""

from collections.abc import Sequence

import strawberry

from graph.arguments import checked_list
from graph.connections import LARGEST_PAGE, edges_of, page_info_of, page_request
from graph.identifiers import parse_reference
from graph.permissions import require_catalogue
from graph.types.drug import Drug, DrugConnection
from resolvers.paging import Column, Order, Page, page_of
from resolvers.reads.drugs import drugs_by_id
from resolvers.references import keys_of
from resolvers.viewers import Viewer

BY_POSITION = Order("drug.by-position", (Column("position", "integer"),))
"""The order of `drugs(ids:)`: as asked for."""


async def drugs_by_ids(
    viewer: Viewer, ids: Sequence[str], first: int | None, after: str | None, last: int | None, before: str | None
) -> DrugConnection:
    """A page of these drugs, each once; all of them unless a size is given.

    Raises:
        InputError: too many ids, one that is none, or a page that cannot be; or the reader may not read the catalogue.
        InvalidCursor: a cursor that this list did not give out.
    """
    require_catalogue(viewer)
    references = {text: parse_reference(text, "Drug", "ids") for text in checked_list(ids, "ids", LARGEST_PAGE)}
    found = await keys_of("drug", references.values())
    keys = list(dict.fromkeys(found[reference] for reference in references.values() if reference in found))
    request = page_request(BY_POSITION, first, after, last, before, default=LARGEST_PAGE)
    chosen = page_of(keys, [(position,) for position in range(len(keys))], BY_POSITION, request)
    records = await drugs_by_id(chosen.records)
    page = Page([record for record in records if record is not None], chosen.keys, chosen.has_next, chosen.has_previous)

    async def count() -> int:
        return len(keys)

    return DrugConnection(
        edges=edges_of(page, BY_POSITION, Drug.of),
        page_info=page_info_of(page, BY_POSITION),
        count=count,
        unknown_ids=[strawberry.ID(text) for text, reference in references.items() if reference not in found],
    )
