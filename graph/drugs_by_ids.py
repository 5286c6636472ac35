"""The list of drugs that a client asks for one by one: in its order, with what is not there named."""

from collections.abc import Sequence

import strawberry

from graph.arguments import checked_list
from graph.connections import LARGEST_PAGE, page_request
from graph.identifiers import parse_reference
from graph.permissions import require_catalogue
from graph.types.drug import Drug, DrugConnection
from resolvers.catalogue_cache import CatalogueReads
from resolvers.paging import Column, Order, page_of
from resolvers.viewers import Viewer

BY_POSITION = Order("drug.by-position", (Column("position", "integer"),))
"""The order of `drugs(ids:)`: as asked for."""


async def drugs_by_ids(
    viewer: Viewer,
    catalogue: CatalogueReads,
    ids: Sequence[str],
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> DrugConnection:
    """A page of these drugs, each once; all of them unless a size is given.

    Raises:
        InputError: too many ids, one that is none, or a page that cannot be; or the reader may not read the catalogue.
        InvalidCursor: a cursor that this list did not give out.
    """
    require_catalogue(viewer)
    references = {text: parse_reference(text, "Drug", "ids") for text in checked_list(ids, "ids", LARGEST_PAGE)}
    found = await catalogue.drugs_by_reference(list(references.values()))
    drugs = list({drug.id: drug for reference in references.values() if (drug := found.get(reference))}.values())
    request = page_request(BY_POSITION, first, after, last, before, default=LARGEST_PAGE)
    page = page_of(drugs, [(position,) for position in range(len(drugs))], BY_POSITION, request)

    async def count() -> int:
        return len(drugs)

    return DrugConnection(
        page=page,
        order=BY_POSITION,
        shown_by=Drug,
        count=count,
        unknown_ids=[strawberry.ID(text) for text, reference in references.items() if reference not in found],
    )
