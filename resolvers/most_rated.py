"""The most rated drugs, from what the process keeps."""

from resolvers.catalogue_cache import CatalogueReads
from resolvers.disclosure import Disclosure
from resolvers.paging import Page, PageRequest
from resolvers.reads.drugs import DrugRecord
from resolvers.score_cache.reads import ScoreReads


async def most_rated_page(
    request: PageRequest, scores: ScoreReads, catalogue: CatalogueReads, disclosure: Disclosure
) -> Page[DrugRecord] | None:
    """A page of all drugs, the most rated first, by what the reader may know of it.

    Returns:
        None if drugs without ratings may be on the page or after it, or if it is cut on both sides; `drugs_page` reads
        it then.
    """
    rated = (await scores.rated_drugs(disclosure)).page(request)
    if rated is None:
        return None
    # No drug is ever deleted, so all of them are there.
    records = [record for record in await catalogue.drugs_by_id(rated.records) if record is not None]
    return Page(records, rated.places, rated.has_next, rated.has_previous, rated.key_of)
