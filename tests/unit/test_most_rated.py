"""The most rated drugs from what a process keeps are the database's own list."""

from collections.abc import AsyncIterator

import pytest

from resolvers.catalogue_cache import UNCACHED as UNCACHED_CATALOGUE
from resolvers.database import DatabaseUrl, open_database
from resolvers.disclosure import EXACT, FROM_FIVE, RELEASED, Disclosure
from resolvers.most_rated import EVERY_DRUG, most_rated_page
from resolvers.paging import Page, PageRequest
from resolvers.reads.drugs import MOST_RATED, DrugFilter, DrugRecord, drugs_page
from resolvers.reads.rated_drugs import rated_drugs
from resolvers.score_cache.reads import UNCACHED
from tests.statements import recorded_statements


@pytest.fixture(autouse=True)
async def filled(refitted_template: str) -> AsyncIterator[None]:
    async with open_database(DatabaseUrl.parse(refitted_template)):
        yield


def told(page: Page[DrugRecord]) -> object:
    return list(page.records), [page.key_of(place) for place in page.places], page.has_next, page.has_previous


async def most_rated(
    request: PageRequest, disclosure: Disclosure, which: DrugFilter = EVERY_DRUG
) -> tuple[object, bool]:
    """The page, and whether the database was asked for the list as such."""
    with recorded_statements() as statements:
        page = await most_rated_page(which, request, UNCACHED, UNCACHED_CATALOGUE, disclosure)
    return told(page), any("LEFT JOIN" in statement for statement in statements)


async def listed(request: PageRequest, disclosure: Disclosure, which: DrugFilter = EVERY_DRUG) -> object:
    """The database's own."""
    return told(await drugs_page(which, MOST_RATED, request, disclosure))


@pytest.mark.parametrize("disclosure", [EXACT, FROM_FIVE, RELEASED], ids=lambda one: one.table + str(one.least))
async def test_pages_are_the_same(disclosure: Disclosure) -> None:
    rated = (await rated_drugs(disclosure)).keys
    assert len(rated) > 5
    after, before = rated[len(rated) // 3], rated[2 * len(rated) // 3]
    for request in (
        PageRequest(1),
        PageRequest(len(rated) - 1),
        PageRequest(2, after=after),
        PageRequest(2, after=rated[-4]),
        PageRequest(3, before=before, backward=True),
        PageRequest(len(rated), before=rated[-1], backward=True),
        # Where nobody stands any more: somebody has rated that drug once more since.
        PageRequest(2, after=(after[0] + 1, after[1])),
        PageRequest(2, after=(rated[0][0] + 1, 1)),
        PageRequest(2, before=(rated[2][0] - 1, rated[2][1]), backward=True),
    ):
        assert await most_rated(request, disclosure) == (await listed(request, disclosure), False)


async def test_where_it_takes_more_than_the_rated_ones_the_database_is_asked() -> None:
    rated = (await rated_drugs(EXACT)).keys
    for request in (
        PageRequest(len(rated)),
        PageRequest(1, backward=True),
        PageRequest(2, after=rated[-2]),
        PageRequest(1, after=(0, 7)),
        PageRequest(1, before=(0, 7), backward=True),
        PageRequest(5_000),
        PageRequest(2, after=rated[0], before=rated[-1]),
        PageRequest(2, before=rated[-1]),
        PageRequest(2, after=rated[0], before=rated[-1], backward=True),
    ):
        assert await most_rated(request, EXACT) == (await listed(request, EXACT), True)


async def test_of_a_filter_the_database_is_asked() -> None:
    named = DrugFilter(name_contains="ol")
    assert await most_rated(PageRequest(3), EXACT, named) == (await listed(PageRequest(3), EXACT, named), True)
