"""The loaders of one request: each answers all the keys of a level with one statement."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

from strawberry.dataloader import DataLoader

from graph.clock import Clock
from graph.connections import Connection, connection_of
from graph.types.code import Code
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.ranking import RankingConnection, ranking_connection
from graph.types.rating import Rating
from graph.types.score import Score
from graph.types.scorecard import Scorecard
from graph.types.treatment import Treatment
from graph.types.trend import Trend
from resolvers.paging import Order, PageRequest
from resolvers.priors.current import PriorVersions
from resolvers.reads.codes import codes_by_id
from resolvers.reads.drug_treatments import by_score, treatment_pages_by_score
from resolvers.reads.drugs import drugs_by_id
from resolvers.reads.estimates import Perspective
from resolvers.reads.head_to_heads import PairedCounts, paired_counts_of
from resolvers.reads.indications import BY_NAME, child_counts, children_pages, indications_by_id, parents_by_child
from resolvers.reads.physicians import physicians_by_id
from resolvers.reads.physicians import rating_counts as physician_rating_counts
from resolvers.reads.rankings import RankingQuestion, RankingRecord, rankings
from resolvers.reads.ratings import RatingFilter, rating_counts, rating_pages, ratings_by_id
from resolvers.reads.scorecards import scorecards
from resolvers.reads.scores import ScoreQuestion, scores_of_drugs, scores_of_treatments
from resolvers.reads.treatments import Parent, first_rated_times, treatment_counts, treatment_pages, treatments_by_id
from resolvers.reads.trends import TrendQuestion, trends
from resolvers.references import Kind, Reference, UnknownReference, keys_of
from resolvers.viewers import ANONYMOUS, Viewer

Key = TypeVar("Key", bound=Hashable)
Asked = TypeVar("Asked", bound=Hashable)
Request = TypeVar("Request", bound=Hashable)
Record = TypeVar("Record")
Value = TypeVar("Value")

RatingsKey = tuple[int, RatingFilter, Order, PageRequest]
TreatmentsKey = tuple[int, Order, PageRequest]
TreatmentsByScoreKey = tuple[int, int | None, PageRequest]
TrendRequest = tuple[Reference | None, int | None, int, Perspective]
"""Indication, criterion, months and perspective: what trends are asked for together, and so corrected together."""

Pair = tuple[int, int]
"""A drug and an indication."""

NamedPair = tuple[int, Reference]
"""A drug, and an indication as the client names it."""


class Loaders:
    """All loaders by name.

    Args:
        priors: the versions of the priors.
        now: tells the time.
        memoise: whether a key is loaded once for the life of this object, as is right for an HTTP request. On a
            WebSocket it would show yesterday's scores.
        viewer: who asks. On a WebSocket that can change between two operations, and is then set anew.
    """

    def __init__(self, priors: PriorVersions, now: Clock, *, memoise: bool, viewer: Viewer = ANONYMOUS) -> None:
        self.viewer = viewer
        self.priors = priors
        self.memoise = memoise
        self.now = now
        self.drug_key = self._loader(partial(_keys, "drug"))
        self.indication_key = self._loader(partial(_keys, "indication"))
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
        self.drug_score = self._loader(self._drug_scores)
        self.score_for_indication = self._loader(self._scores_for_indications)
        self.treatment_score = self._loader(self._treatment_scores)
        self.indication_ranking = self._loader(self._rankings)
        self.head_to_heads = self._loader(_head_to_heads)
        self.scorecard = self._loader(self._scorecards)
        self.trend = self._loader(self._trends)
        self.first_rated_at = self._loader(first_rated_times)
        self.drug_treatments_by_score = self._loader(self._treatments_by_score)
        self.drug_treatments = self._loader(partial(self._treatments, "drug"))
        self.indication_treatments = self._loader(partial(self._treatments, "indication"))
        self.treatment_count = self._loader(_treatment_counts)
        self.drug_ratings = self._loader(partial(self._ratings, "drug"))
        self.indication_ratings = self._loader(partial(self._ratings, "indication"))
        self.rating_count = self._loader(_rating_counts)

    async def known_drugs(self, keys: Sequence[int]) -> list[Drug]:
        """The drugs with these primary keys, which are known to exist; no drug is ever deleted."""
        return [drug for drug in await self.drug_by_id.load_many(keys) if drug is not None]

    async def known_indication(self, key: int) -> Indication:
        """The indication with this primary key, which is known to exist; none is ever deleted."""
        found = await self.indication_by_id.load(key)
        assert found is not None  # noqa: S101 - see above
        return found

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

    async def _drug_scores(self, keys: list[tuple[int, ScoreQuestion]]) -> list[Score]:
        async def read(question: ScoreQuestion, ids: list[int]) -> list[Score]:
            return [Score.of(record) for record in await scores_of_drugs(ids, question, self.priors)]

        return await _by_request(keys, read)

    async def _treatment_scores(self, keys: list[tuple[Pair, ScoreQuestion]]) -> list[Score]:
        async def read(question: ScoreQuestion, pairs: list[Pair]) -> list[Score]:
            return [Score.of(record) for record in await scores_of_treatments(pairs, question, self.priors)]

        return await _by_request(keys, read)

    async def _scores_for_indications(
        self, keys: list[tuple[NamedPair, ScoreQuestion]]
    ) -> list[Score | UnknownReference]:
        return await _with_indications(keys, self._treatment_scores)

    async def _scorecards(self, keys: list[tuple[NamedPair, int | None]]) -> list[Scorecard | UnknownReference]:
        async def read(prior_version: int | None, pairs: list[Pair]) -> list[Scorecard]:
            return [Scorecard.of(record) for record in await scorecards(pairs, prior_version, self.priors)]

        async def load(found: list[tuple[Pair, int | None]]) -> list[Scorecard]:
            return await _by_request(found, read)

        return await _with_indications(keys, load)

    async def _trends(self, keys: list[tuple[int, TrendRequest]]) -> list[Trend | UnknownReference]:
        indications = await keys_of("indication", {request[0] for _, request in keys if request[0] is not None})

        async def read(request: TrendRequest, ids: list[int]) -> list[Trend | UnknownReference]:
            indication, by, months, perspective = request
            if indication is not None and indication not in indications:
                return [UnknownReference("indication", [indication])] * len(ids)
            indication_id = None if indication is None else indications[indication]
            question = TrendQuestion(indication_id, by, months, perspective)
            return [Trend.of(record) for record in await trends(ids, question, self.now().date(), self.priors)]

        return await _by_request(keys, read)

    async def _rankings(self, keys: list[tuple[int, RankingQuestion, PageRequest]]) -> list[RankingConnection]:
        async def read(question: RankingQuestion, ids: list[int]) -> list[RankingRecord]:
            return await rankings(ids, question, self.priors)

        # Several pages of one ranking are cut from the same one.
        asked = list(dict.fromkeys((key, question) for key, question, _ in keys))
        found = dict(zip(asked, await _by_request(asked, read), strict=True))
        return [ranking_connection(found[key, question], question, page) for key, question, page in keys]

    async def _treatments_by_score(self, keys: list[TreatmentsByScoreKey]) -> list[Connection[Treatment]]:
        async def read(request: tuple[int | None, PageRequest], ids: list[int]) -> list[Connection[Treatment]]:
            by, page_request = request
            pages = await treatment_pages_by_score(ids, by, page_request, self.priors)
            return [
                connection_of(page, by_score(by), Treatment.of, partial(self.treatment_count.load, ("drug", key)))
                for key, page in zip(ids, pages, strict=True)
            ]

        return await _by_request([(key, (by, page)) for key, by, page in keys], read)

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


async def _keys(kind: Kind, references: list[Reference]) -> list[int | None]:
    found = await keys_of(kind, references)
    return [found.get(reference) for reference in references]


async def _one_each(
    read: Callable[[Sequence[int]], Awaitable[list[Record | None]]], make: Callable[[Record], Value], ids: list[int]
) -> list[Value | None]:
    return [None if record is None else make(record) for record in await read(ids)]


async def _codes(kind: Kind, ids: list[int]) -> list[list[Code]]:
    return [[Code.of(record) for record in records] for records in await codes_by_id(kind, ids)]


async def _parents(ids: list[int]) -> list[list[Indication]]:
    return [[Indication.of(record) for record in records] for records in await parents_by_child(ids)]


async def _head_to_heads(keys: list[tuple[int, tuple[int, ...]]]) -> list[PairedCounts]:
    return [await paired_counts_of(indication_id, drug_ids) for indication_id, drug_ids in keys]


async def _treatment_counts(keys: list[tuple[Parent, int]]) -> list[int]:
    return await _by_request([(key, parent) for parent, key in keys], treatment_counts)


async def _rating_counts(keys: list[tuple[Parent, int, RatingFilter]]) -> list[int]:
    async def read(request: tuple[Parent, RatingFilter], ids: list[int]) -> list[int]:
        parent, rating_filter = request
        return await rating_counts(parent, ids, rating_filter)

    return await _by_request([(key, (parent, which)) for parent, key, which in keys], read)


async def _with_indications(
    keys: list[tuple[NamedPair, Request]], load: Callable[[list[tuple[Pair, Request]]], Awaitable[list[Value]]]
) -> list[Value | UnknownReference]:
    """What `load` answers for pairs of a drug and an indication that may be given by its slug, and may not exist."""
    found = await keys_of("indication", {indication for (_, indication), _ in keys})
    known = [((drug_id, found[name]), request) for (drug_id, name), request in keys if name in found]
    loaded = dict(zip(known, await load(known), strict=True))
    return [
        loaded[(drug_id, found[name]), request] if name in found else UnknownReference("indication", [name])
        for (drug_id, name), request in keys
    ]


async def _by_request(
    keys: list[tuple[Asked, Request]], read: Callable[[Request, list[Asked]], Awaitable[list[Value]]]
) -> list[Value]:
    """One read for each different request, with all the keys that ask it; values in the order of the keys."""
    asked_of: dict[Request, list[Asked]] = {}
    for key, request in keys:
        asked_of.setdefault(request, []).append(key)
    found: dict[tuple[Asked, Request], Value] = {}
    for request, asked in asked_of.items():
        for key, value in zip(asked, await read(request, asked), strict=True):
            found[key, request] = value
    return [found[key] for key in keys]
