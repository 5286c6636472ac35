"""The most rated drugs, from what the process keeps as far as that goes."""

from resolvers.catalogue_cache import CatalogueReads
from resolvers.disclosure import Disclosure
from resolvers.paging import Page, PageRequest
from resolvers.reads.drugs import MOST_RATED, DrugFilter, DrugRecord, drugs_page
from resolvers.score_cache.reads import ScoreReads

EVERY_DRUG = DrugFilter()


async def most_rated_page(
    which: DrugFilter, request: PageRequest, scores: ScoreReads, catalogue: CatalogueReads, disclosure: Disclosure
) -> Page[DrugRecord]:
    """One page of the drugs that the filter lets through, the most rated first by what the reader may know of it."""
    rated = (await scores.rated_drugs(disclosure)).page(request) if which == EVERY_DRUG else None
    if rated is None:
        return await drugs_page(which, MOST_RATED, request, disclosure)
    # No drug is ever deleted, so all of them are there.
    records = [record for record in await catalogue.drugs_by_id(rated.records) if record is not None]
    return Page(records, rated.places, rated.has_next, rated.has_previous, rated.key_of)
