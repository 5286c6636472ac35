"""Reading how much each drug is rated: the order of the most rated."""

from dataclasses import dataclass

from resolvers.disclosure import Disclosure
from resolvers.paging import Page, PageRequest, page_of
from resolvers.reads.conditions import is_everybodys
from resolvers.reads.drugs import MOST_RATED
from resolvers.sql import fetch_rows


@dataclass(frozen=True, slots=True)
class RatedDrugs:
    """The drugs that have ratings, in the order `MOST_RATED`.

    Attributes:
        ids: of each.
        keys: where each stands: how many ratings it has, and its id.
        ratings: how many all of them have.
    """

    ids: tuple[int, ...]
    keys: tuple[tuple[int, int], ...]
    ratings: int

    def page(self, request: PageRequest) -> Page[int] | None:
        """A page of all drugs, by their ids, as the database would give it.

        Returns:
            None if drugs without ratings, which come last, may be on it or after it, or if it is cut on both sides.
        """
        if (request.after if request.backward else request.before) is not None:
            return None
        page = page_of(self.ids, self.keys, MOST_RATED, request)
        if not page.has_next:
            return None
        if not request.backward:
            page.has_previous = request.after is not None
        return page


async def rated_drugs(disclosure: Disclosure) -> RatedDrugs:
    """The drugs with ratings that the reader may know of."""
    rows = await fetch_rows(
        f"SELECT SUM(rating_count) AS ratings, drug_id FROM {disclosure.table} AS cell WHERE {is_everybodys('cell')} "
        f"AND rating_count >= {disclosure.least_counted} GROUP BY drug_id ORDER BY ratings DESC, drug_id DESC"
    )
    keys = tuple([(ratings, drug_id) for ratings, drug_id in rows])
    return RatedDrugs(tuple([drug_id for _, drug_id in keys]), keys, sum(ratings for ratings, _ in keys))
