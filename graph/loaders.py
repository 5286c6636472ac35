"""The loaders of one request: each answers all the keys of a level with one statement."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

from strawberry.dataloader import DataLoader

from graph.connections import Connection, connection_of
from graph.types.code import Code
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.rating import Rating
from graph.types.score import Score
from graph.types.treatment import Treatment
from resolvers.paging import Order, PageRequest
from resolvers.reads.codes import codes_by_id
from resolvers.reads.drugs import drugs_by_id
from resolvers.reads.indications import BY_NAME, child_counts, children_pages, indications_by_id, parents_by_child
from resolvers.reads.physicians import physicians_by_id
from resolvers.reads.physicians import rating_counts as physician_rating_counts
from resolvers.reads.ratings import RatingFilter, rating_counts, rating_pages, ratings_by_id
from resolvers.reads.scores import scores_of_drugs, scores_of_treatments
from resolvers.reads.treatments import Parent, first_rated_times, treatment_counts, treatment_pages, treatments_by_id
from resolvers.references import Kind, Reference, UnknownReference, keys_of

Key = TypeVar("Key", bound=Hashable)
Request = TypeVar("Request", bound=Hashable)
Record = TypeVar("Record")
Value = TypeVar("Value")

RatingsKey = tuple[int, RatingFilter, Order, PageRequest]
TreatmentsKey = tuple[int, Order, PageRequest]


class Loaders:
    """All loaders by name.

    Args:
        memoise: whether a key is loaded once for the life of this object, as is right for an HTTP request. On a
            WebSocket it would show yesterday's scores.
    """

    def __init__(self, *, memoise: bool) -> None:
        self.memoise = memoise
        self.drug_by_id = self._loader(partial(_one_each, drugs_by_id, Drug.of))
        self.indication_by_id = self._loader(partial(_one_each, indications_by_id, Indication.of))
        self.treatment_by_id = self._loader(partial(_one_each, treatments_by_id, Treatment.of))
        self.rating_by_id = self._loader(partial(_one_each, ratings_by_id, Rating.of))
        self.physician_by_id = self._loader(partial(_one_each, physicians_by_id, Physician.of))
        self.physician_rating_count = self._loader(physician_rating_counts)
        self.drug_codes = self._loader(partial(_codes, "drug"))
        self.indication_codes = self._loader(partial(_codes, "indication"))
        self.indication_parents = self._loader(_parents)
        self.indication_children = self._loader(self._children)
        self.child_count = self._loader(child_counts)
        self.drug_score = self._loader(_drug_scores)
        self.score_for_indication = self._loader(_scores_for_indications)
        self.treatment_score = self._loader(_treatment_scores)
        self.first_rated_at = self._loader(first_rated_times)
        self.drug_treatments = self._loader(partial(self._treatments, "drug"))
        self.indication_treatments = self._loader(partial(self._treatments, "indication"))
        self.treatment_count = self._loader(_treatment_counts)
        self.drug_ratings = self._loader(partial(self._ratings, "drug"))
        self.indication_ratings = self._loader(partial(self._ratings, "indication"))
        self.rating_count = self._loader(_rating_counts)

    def _loader(
        self, load: Callable[[list[Key]], Awaitable[Sequence[Value | BaseException]]]
    ) -> DataLoader[Key, Value]:
        return DataLoader(load_fn=load, cache=self.memoise)

    async def _children(self, keys: list[tuple[int, PageRequest]]) -> list[Connection[Indication]]:
        async def read(request: PageRequest, ids: list[int]) -> list[Connection[Indication]]:
            pages = await children_pages(ids, request)
            return [
                connection_of(page, BY_NAME, Indication.of, partial(self.child_count.load, key))
                for key, page in zip(ids, pages, strict=True)
            ]

        return await _by_request([(key, request) for key, request in keys], read)

    async def _treatments(self, parent: Parent, keys: list[TreatmentsKey]) -> list[Connection[Treatment]]:
        async def read(request: tuple[Order, PageRequest], ids: list[int]) -> list[Connection[Treatment]]:
            order, page_request = request
            pages = await treatment_pages(parent, ids, order, page_request)
            return [
                connection_of(page, order, Treatment.of, partial(self.treatment_count.load, (parent, key)))
                for key, page in zip(ids, pages, strict=True)
            ]

        return await _by_request([(key, (order, page)) for key, order, page in keys], read)

    async def _ratings(self, parent: Parent, keys: list[RatingsKey]) -> list[Connection[Rating]]:
        async def read(request: tuple[RatingFilter, Order, PageRequest], ids: list[int]) -> list[Connection[Rating]]:
            rating_filter, order, page_request = request
            pages = await rating_pages(parent, ids, rating_filter, order, page_request)
            return [
                connection_of(page, order, Rating.of, partial(self.rating_count.load, (parent, key, rating_filter)))
                for key, page in zip(ids, pages, strict=True)
            ]

        return await _by_request([(key, (which, order, page)) for key, which, order, page in keys], read)


async def _one_each(
    read: Callable[[Sequence[int]], Awaitable[list[Record | None]]], make: Callable[[Record], Value], ids: list[int]
) -> list[Value | None]:
    return [None if record is None else make(record) for record in await read(ids)]


async def _codes(kind: Kind, ids: list[int]) -> list[list[Code]]:
    return [[Code.of(record) for record in records] for records in await codes_by_id(kind, ids)]


async def _parents(ids: list[int]) -> list[list[Indication]]:
    return [[Indication.of(record) for record in records] for records in await parents_by_child(ids)]


async def _drug_scores(drug_ids: list[int]) -> list[Score]:
    return [Score.of(record) for record in await scores_of_drugs(drug_ids)]


async def _treatment_scores(pairs: list[tuple[int, int]]) -> list[Score]:
    return [Score.of(record) for record in await scores_of_treatments(pairs)]


async def _scores_for_indications(keys: list[tuple[int, Reference]]) -> list[Score | UnknownReference]:
    found = await keys_of("indication", {reference for _, reference in keys})
    pairs = [(drug_id, found[reference]) for drug_id, reference in keys if reference in found]
    scores = dict(zip(pairs, await _treatment_scores(pairs), strict=True))
    return [
        scores[drug_id, found[reference]] if reference in found else UnknownReference("indication", [reference])
        for drug_id, reference in keys
    ]


async def _treatment_counts(keys: list[tuple[Parent, int]]) -> list[int]:
    return await _by_request([(key, parent) for parent, key in keys], treatment_counts)


async def _rating_counts(keys: list[tuple[Parent, int, RatingFilter]]) -> list[int]:
    async def read(request: tuple[Parent, RatingFilter], ids: list[int]) -> list[int]:
        parent, rating_filter = request
        return await rating_counts(parent, ids, rating_filter)

    return await _by_request([(key, (parent, which)) for parent, key, which in keys], read)


async def _by_request(
    keys: list[tuple[int, Request]], read: Callable[[Request, list[int]], Awaitable[list[Value]]]
) -> list[Value]:
    """One read for each different request, with all the ids that ask it; values in the order of the keys."""
    ids_of: dict[Request, list[int]] = {}
    for key, request in keys:
        ids_of.setdefault(request, []).append(key)
    found: dict[tuple[int, Request], Value] = {}
    for request, ids in ids_of.items():
        for key, value in zip(ids, await read(request, ids), strict=True):
            found[key, request] = value
    return [found[key] for key in keys]
