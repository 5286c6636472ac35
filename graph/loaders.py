"""The loaders of one request: each answers all the keys of a level with one statement."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from graph.clock import Clock
from graph.connections import Connection
from graph.errors import InputError
from graph.identifiers import physician_ids_of
from graph.lazy_loaders import Lazily, LazilyForRequests
from graph.permissions import (
    physician_not_permitted,
    rating_not_permitted,
    require_catalogue,
    require_scores,
    sees_rating,
)
from graph.planning import Selecting
from graph.priors import PriorsOfRequest
from graph.provenance import Provenance
from graph.types.code import Code
from graph.types.comment import HeldComment
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.ranking import RankingConnection, ranking_connection
from graph.types.rating import (
    NO_RATINGS,
    Rating,
    RatingConnection,
    asks_who_rates,
    no_ratings,
    rating_connections,
    seen_by,
    wanted_of_ratings,
)
from graph.types.report import RatingReports
from graph.types.score import Score
from graph.types.scorecard import Scorecard
from graph.types.treatment import Treatment
from graph.types.trend import Trend
from graph.versions import VersionsOfRequest
from resolvers.catalogue_cache import UNCACHED as UNCACHED_CATALOGUE
from resolvers.catalogue_cache import CatalogueReads
from resolvers.follows import followed_by, follower_counts
from resolvers.helpful import found_helpful, helpful_counts
from resolvers.kept_handles import NONE_KEPT, KeptHandles
from resolvers.moderation.comments import comment_states, held_comments
from resolvers.moderation.reported import reports
from resolvers.paging import Order, PageRequest
from resolvers.pseudonyms import pseudonyms_for, reader_of
from resolvers.reads.codes import codes_by_id
from resolvers.reads.drug_treatments import by_score
from resolvers.reads.estimates import Perspective, Priors
from resolvers.reads.head_to_heads import PairedCounts, paired_counts_of
from resolvers.reads.indications import BY_NAME, child_counts, children_pages, parents_by_child
from resolvers.reads.installation import Entries, entry_counts
from resolvers.reads.physicians import physicians_by_id
from resolvers.reads.physicians import rating_counts as physician_rating_counts
from resolvers.reads.rankings import RankingQuestion, RankingRecord
from resolvers.reads.ratings import (
    RatingFilter,
    WantedOfRatings,
    count_ratings,
    rating_counts,
    rating_pages,
    ratings_by_id,
    ratings_page,
)
from resolvers.reads.scorecards import scorecards
from resolvers.reads.scores import ScoreQuestion
from resolvers.reads.scores_at_hand import ScoresAtHand
from resolvers.reads.treatments import (
    MOST_RATED,
    Parent,
    first_rated_times,
    off_label,
    treatment_counts,
    treatment_pages,
    treatments_by_id,
)
from resolvers.reads.trends import TrendQuestion, trends
from resolvers.references import Kind, Reference, UnknownReference
from resolvers.score_cache.cache import Filling
from resolvers.score_cache.reads import UNCACHED, ScoreReads
from resolvers.viewers import ANONYMOUS, RatingSight, Viewer

Record = TypeVar("Record")
Value = TypeVar("Value")

RatingsRequest = tuple[RatingFilter, Order, PageRequest]
TreatmentsRequest = tuple[Order, PageRequest]
TreatmentsByScoreRequest = tuple[int | None, PageRequest]
TreatmentsOfDrugRequest = tuple[Order | None, int | None, PageRequest]
"""In this order, or, without one, by the scores of a criterion's position or overall (None)."""
RankingRequest = tuple[RankingQuestion, PageRequest]
TrendRequest = tuple[Reference | None, int | None, int, Perspective]
"""Indication, criterion, months and perspective: what trends are asked for together, and so corrected together."""

Pair = tuple[int, int]
"""A drug and an indication."""

OfOperation = tuple[int, int]
"""A drug, and a number that is the same for all that one operation asks for."""

ReferenceAtRoot = tuple[tuple[()], Reference]
"""Nothing of the root, and a drug or an indication as the client names it."""

NamedPair = tuple[int, Reference]
"""A drug, and an indication as the client names it."""

DrugScoreRequest = tuple[bool, ScoreQuestion]
"""Whether the score is for an indication, and what kind of score: keys are `NamedPair`, or drugs."""


class Loaders:
    """All loaders by name.

    Args:
        priors: the versions of the priors.
        now: tells the time.
        memoise: whether a key is loaded once for the life of this object, as is right for an HTTP request. On a
            WebSocket it would show yesterday's scores.
        viewer: who asks. On a WebSocket that can change between two operations, and is then set anew.
        scores: reads scores and rankings.
        catalogue: reads drugs and indications.
        handles: keeps physicians' handles.
        versions: of the request; None where nothing has a beginning of its own, as on a WebSocket.
        provenance: notes what an answer is made from that may be kept; None where none is.
    """

    drug_key = Lazily(lambda self: partial(self._keys, "drug"), followed=True)
    indication_key = Lazily(lambda self: partial(self._keys, "indication"), followed=True)
    drug_by_id = Lazily(lambda self: self._drugs_by_id, followed=True, of_catalogue=True)
    indication_by_id = Lazily(lambda self: self._indications_by_id, followed=True, of_catalogue=True)
    drug_by_reference = LazilyForRequests(lambda self: self._drugs_by_reference, followed=True)
    indication_by_reference = LazilyForRequests(lambda self: self._indications_by_reference, followed=True)
    treatment_by_id = Lazily(lambda self: self._treatments_by_id)
    rating_by_id = Lazily(lambda self: self._single_ratings)
    physician_by_id = Lazily(lambda self: self._physicians)
    physician_by_token = Lazily(lambda self: self._physicians_by_token)
    physician_rating_count = Lazily(lambda _: physician_rating_counts)
    entry_count = Lazily(lambda self: self._entry_counts)
    drug_codes = Lazily(lambda _: partial(_codes, "drug"))
    indication_codes = Lazily(lambda _: partial(_codes, "indication"))
    indication_parents = Lazily(lambda _: _parents)
    indication_children = LazilyForRequests(lambda self: self._children)
    child_count = Lazily(lambda _: child_counts)
    drug_score: LazilyForRequests[DrugScoreRequest, Any, Score | UnknownReference] = LazilyForRequests(
        lambda self: self._drug_scores, followed=True
    )
    treatment_score = LazilyForRequests(lambda self: partial(self._treatment_scores, self._at_hand), followed=True)
    indication_ranking = LazilyForRequests(lambda self: self._ranking_pages, followed=True)
    ranking = LazilyForRequests(lambda self: self._rankings, followed=True)
    head_to_heads = Lazily(lambda _: _head_to_heads)
    scorecard = LazilyForRequests(lambda self: self._scorecards)
    trend = LazilyForRequests(lambda self: self._trends)
    first_rated_at = Lazily(lambda self: self._first_rated)
    drug_treatments = LazilyForRequests(lambda self: self._treatments_of_drugs, followed=True)
    indication_treatments = LazilyForRequests(lambda self: partial(self._treatments, "indication"))
    treatment_count = LazilyForRequests(lambda self: self._treatment_counts)
    ratings = LazilyForRequests(lambda self: self._all_ratings)
    drug_ratings = LazilyForRequests(lambda self: partial(self._ratings, "drug"))
    indication_ratings = LazilyForRequests(lambda self: partial(self._ratings, "indication"))
    rating_count = LazilyForRequests(lambda _: _rating_counts)
    helpful_count = Lazily(lambda _: helpful_counts)
    found_helpful = Lazily(lambda self: self._found_helpful)
    off_label = Lazily(lambda _: off_label)
    comment_state = Lazily(lambda _: comment_states)
    held_comment = Lazily(lambda _: _held_comments)
    rating_reports = Lazily(lambda _: _reports)
    follower_count = Lazily(lambda self: self._follower_counts)
    viewer_follows = Lazily(lambda self: self._followed)

    def __init__(
        self,
        priors: Priors,
        now: Clock,
        *,
        memoise: bool,
        viewer: Viewer = ANONYMOUS,
        scores: ScoreReads = UNCACHED,
        catalogue: CatalogueReads = UNCACHED_CATALOGUE,
        handles: KeptHandles = NONE_KEPT,
        versions: VersionsOfRequest | None = None,
        provenance: Provenance | None = None,
    ) -> None:
        self.viewer = viewer
        self.made: list[str] = []
        """The names of those that have been asked for."""
        self.provenance = provenance
        self._about = None if provenance is None else provenance.subjects
        self.scores = scores
        self.catalogue = catalogue
        self.handles = handles
        self.versions = versions
        self.priors: Priors = PriorsOfRequest(priors, versions) if memoise else priors
        self.memoise = memoise
        self.now = now
        # Only where each key is loaded once: it goes on being what it was when an order or a ranking was read.
        self._at_hand: ScoresAtHand[Filling] | None = ScoresAtHand() if memoise else None

    def note_elsewhere(self) -> None:
        """Something is read from where nobody tells of changes."""
        if self.provenance is not None:
            self.provenance.note_elsewhere()

    def let_go(self) -> None:
        """Drop what has been loaded.

        Loaders refer to this object and it to them: without this only the collector of garbage could free them, with
        all the rows that they have read.
        """
        for name in self.made:
            del self.__dict__[name]
        self.made.clear()

    async def known_drugs(self, keys: Sequence[int]) -> list[Drug]:
        """The drugs with these primary keys, which are known to exist; no drug is ever deleted."""
        return [drug for drug in await self.drug_by_id.load_many(keys) if drug is not None]

    async def known_indication(self, key: int) -> Indication:
        """The indication with this primary key, which is known to exist; none is ever deleted."""
        found = await self.indication_by_id.load(key)
        assert found is not None  # noqa: S101 - see above
        return found

    async def _keys(self, kind: Kind, references: list[Reference]) -> list[int | None]:
        require_catalogue(self.viewer)
        found = await self.catalogue.keys_of(kind, references)
        return [found.get(reference) for reference in references]

    async def _entries(
        self,
        read: Callable[[Sequence[int]], Awaitable[list[Record | None]]],
        make: Callable[[Record], Value],
        ids: list[int],
    ) -> list[Value | None]:
        require_catalogue(self.viewer)
        return [None if record is None else make(record) for record in await read(ids)]

    async def _drugs_by_id(self, ids: list[int]) -> list[Drug | None]:
        return await self._entries(self.catalogue.drugs_by_id, Drug.of, ids)

    async def _indications_by_id(self, ids: list[int]) -> list[Indication | None]:
        return await self._entries(self.catalogue.indications_by_id, Indication.of, ids)

    async def _drugs_by_reference(self, _request: None, keys: list[ReferenceAtRoot]) -> list[Drug | None]:
        require_catalogue(self.viewer)
        found = await self.catalogue.drugs_by_reference([reference for _, reference in keys])
        return [Drug.of(found[reference]) if reference in found else None for _, reference in keys]

    async def _indications_by_reference(self, _request: None, keys: list[ReferenceAtRoot]) -> list[Indication | None]:
        require_catalogue(self.viewer)
        found = await self.catalogue.indications_by_reference([reference for _, reference in keys])
        return [Indication.of(found[reference]) if reference in found else None for _, reference in keys]

    async def _treatments_by_id(self, ids: list[int]) -> list[Treatment | None]:
        return await self._entries(partial(treatments_by_id, disclosure=self.viewer.disclosure), Treatment.of, ids)

    def _treatment_count(self, parent: Parent, key: int) -> Awaitable[int]:
        return self.treatment_count.of(parent).load(key)

    def _rating_count(self, parent: Parent, seen: RatingFilter, key: int) -> Awaitable[int]:
        return self.rating_count.of((parent, seen)).load(key)

    async def _treatment_counts(self, parent: Parent, ids: list[int]) -> list[int]:
        return await treatment_counts(parent, ids, self.viewer.disclosure)

    async def _single_ratings(self, ids: list[int]) -> list[Rating | InputError | None]:
        viewer = self.viewer
        if viewer.rating_sight is RatingSight.NONE:
            return [rating_not_permitted() for _ in ids]
        return [
            (None if record is None else Rating.of(record))
            if sees_rating(viewer, record.physician_id if record else None)
            else rating_not_permitted()
            for record in await ratings_by_id(ids)
        ]

    async def _physicians(self, ids: list[int]) -> list[Physician | InputError | None]:
        viewer = self.viewer
        reader = reader_of(viewer)
        if reader is not None and viewer.rating_sight is RatingSight.ALL:
            # Who need not be asked for each physician.
            pseudonyms = await pseudonyms_for(reader, self.handles)
            return [record and Physician.of(record) for record in await physicians_by_id(ids, pseudonyms)]
        seen = [key for key in ids if sees_rating(viewer, key)]
        if reader is None or not seen:
            return [physician_not_permitted() for _ in ids]
        records = await physicians_by_id(seen, await pseudonyms_for(reader, self.handles))
        found = {
            key: None if record is None else Physician.of(record) for key, record in zip(seen, records, strict=True)
        }
        return [found[key] if key in found else physician_not_permitted() for key in ids]

    async def _physicians_by_token(self, tokens: list[tuple[str, str]]) -> list[Physician | InputError | None]:
        keys = await physician_ids_of(tokens, self.viewer)
        known = [key for key in keys if not isinstance(key, InputError)]
        found = dict(zip(known, await self._physicians(known) if known else [], strict=True))
        return [key if isinstance(key, InputError) else found[key] for key in keys]

    async def _first_rated(self, pairs: list[Pair]) -> list[datetime | None]:
        if self.viewer.rating_sight is not RatingSight.ALL:
            return [None] * len(pairs)
        return await first_rated_times(pairs)

    async def _found_helpful(self, ids: list[int]) -> list[bool]:
        account_id = self.viewer.account_id
        return [False] * len(ids) if account_id is None else await found_helpful(account_id, ids)

    async def _followed(self, ids: list[int]) -> list[bool]:
        account_id = self.viewer.account_id
        return [False] * len(ids) if account_id is None else await followed_by(account_id, ids)

    async def _entry_counts(self, kinds: list[Entries]) -> list[int]:
        return await entry_counts(kinds, self.viewer.disclosure)

    async def _follower_counts(self, ids: list[int]) -> list[int]:
        counts = await follower_counts(ids)
        least = 1 if self.viewer.rating_sight is RatingSight.ALL else self.viewer.disclosure.least
        return [count if count >= least else 0 for count in counts]

    async def _children(self, request: PageRequest, ids: list[int]) -> list[Connection[Indication]]:
        pages = await children_pages(ids, request)
        return [
            Connection(page=page, order=BY_NAME, shown_by=Indication, count=partial(self.child_count.load, key))
            for key, page in zip(ids, pages, strict=True)
        ]

    async def _drug_scores(self, request: DrugScoreRequest, keys: list[Any]) -> list[Score | UnknownReference]:
        require_scores(self.viewer)
        for_indication, question = request
        if for_indication:
            # Lists are perhaps being read at the same time: what is at hand then would depend on the database's speed.
            return await self._with_indications(keys, partial(self._treatment_scores, None, question))
        records = await self.scores.scores_of_drugs(keys, question, self.priors, self.viewer.disclosure, self._about)
        return [Score.of(record) for record in records]

    async def _treatment_scores(
        self, at_hand: ScoresAtHand[Filling] | None, question: ScoreQuestion, pairs: list[Pair]
    ) -> list[Score]:
        require_scores(self.viewer)
        records = await self.scores.scores_of_treatments(
            pairs, question, self.priors, self.viewer.disclosure, at_hand, self._about
        )
        return [Score.of(record) for record in records]

    async def _scorecards(self, prior_version: int | None, keys: list[NamedPair]) -> list[Scorecard | UnknownReference]:
        async def load(pairs: list[Pair]) -> list[Scorecard]:
            records = await scorecards(pairs, prior_version, self.priors, self.viewer.disclosure)
            return [Scorecard.of(record) for record in records]

        require_scores(self.viewer)
        return await self._with_indications(keys, load)

    async def _with_indications(
        self, keys: list[NamedPair], load: Callable[[list[Pair]], Awaitable[list[Value]]]
    ) -> list[Value | UnknownReference]:
        """What `load` answers for drugs with an indication that may be given by its slug, and may not exist."""
        found = await self.catalogue.keys_of("indication", list({indication for _, indication in keys}))
        known = [(drug_id, found[name]) for drug_id, name in keys if name in found]
        loaded = dict(zip(known, await load(known), strict=True))
        return [
            loaded[drug_id, found[name]] if name in found else UnknownReference("indication", [name])
            for drug_id, name in keys
        ]

    async def _trends(self, request: TrendRequest, keys: list[OfOperation]) -> list[Trend | UnknownReference]:
        require_scores(self.viewer)
        indication, by, months, perspective = request
        indication_id = None
        if indication is not None:
            indication_id = (await self.catalogue.keys_of("indication", [indication])).get(indication)
            if indication_id is None:
                return [UnknownReference("indication", [indication])] * len(keys)
        question = TrendQuestion(indication_id, by, months, perspective)
        records = await trends(keys, question, self.now().date(), self.priors, self.viewer.disclosure)
        return [Trend.of(record) for record in records]

    async def _rankings(self, question: RankingQuestion, ids: list[int]) -> list[RankingRecord]:
        require_scores(self.viewer)
        return await self.scores.rankings(
            ids, question, self.priors, self.viewer.disclosure, self._at_hand, self._about
        )

    async def _ranking_pages(self, request: RankingRequest, ids: list[int]) -> list[RankingConnection]:
        question, page = request
        # Several pages of one ranking are cut from the same one.
        records = await self.ranking.of(question).load_many(ids)
        return [ranking_connection(record, question, page) for record in records]

    async def _treatments_of_drugs(
        self, request: TreatmentsOfDrugRequest, ids: list[int]
    ) -> list[Connection[Treatment]]:
        order, by, page_request = request
        if order is None:
            return await self._treatments_by_score((by, page_request), ids)
        self.note_elsewhere()
        return await self._treatments("drug", (order, page_request), ids)

    async def _treatments_by_score(
        self, request: TreatmentsByScoreRequest, ids: list[int]
    ) -> list[Connection[Treatment]]:
        require_scores(self.viewer)
        by, page_request = request
        pages = await self.scores.treatment_pages_by_score(
            ids, by, page_request, self.priors, self.viewer.disclosure, self._at_hand, self._about
        )
        return [
            Connection(
                page=page, order=by_score(by), shown_by=Treatment, count=partial(self._treatment_count, "drug", key)
            )
            for key, page in zip(ids, pages, strict=True)
        ]

    async def _treatments(
        self, parent: Parent, request: TreatmentsRequest, ids: list[int]
    ) -> list[Connection[Treatment]]:
        order, page_request = request
        if order is MOST_RATED:
            require_scores(self.viewer)
        pages = await treatment_pages(parent, ids, order, page_request, self.viewer.disclosure)
        return [
            Connection(page=page, order=order, shown_by=Treatment, count=partial(self._treatment_count, parent, key))
            for key, page in zip(ids, pages, strict=True)
        ]

    async def _wanted_of_ratings(self, asked: Selecting[RatingsRequest]) -> WantedOfRatings:
        pseudonyms = None
        # Others may not see who rates, and have to be told so.
        if self.viewer.rating_sight is RatingSight.ALL and asks_who_rates(asked.selected):
            reader = reader_of(self.viewer)
            pseudonyms = None if reader is None else await pseudonyms_for(reader, self.handles)
        return wanted_of_ratings(asked.selected, pseudonyms)

    async def _all_ratings(self, asked: Selecting[RatingsRequest], keys: list[tuple[()]]) -> list[RatingConnection]:
        viewer = self.viewer
        rating_filter, order, page_request = asked.request
        seen = seen_by(viewer, rating_filter)
        if seen is None:
            return _no_ratings(order, viewer, len(keys))
        page_wanted, wanted = _page_wanted(page_request, asked), await self._wanted_of_ratings(asked)
        page = await ratings_page(seen, order, page_wanted, wanted)
        return rating_connections([page] * len(keys), order, viewer, [partial(count_ratings, seen)] * len(keys))

    async def _ratings(
        self, parent: Parent, asked: Selecting[RatingsRequest], ids: list[int]
    ) -> list[RatingConnection]:
        viewer = self.viewer
        rating_filter, order, page_request = asked.request
        seen = seen_by(viewer, rating_filter)
        if seen is None:
            return _no_ratings(order, viewer, len(ids))
        page_wanted, wanted = _page_wanted(page_request, asked), await self._wanted_of_ratings(asked)
        pages = await rating_pages(parent, ids, seen, order, page_wanted, wanted)
        counts = [partial(self._rating_count, parent, seen, key) for key in ids]
        return rating_connections(pages, order, viewer, counts)


def _no_ratings(order: Order, viewer: Viewer, lists: int) -> list[RatingConnection]:
    return rating_connections([NO_RATINGS] * lists, order, viewer, [no_ratings] * lists)


def _page_wanted(request: PageRequest, asked: Selecting[RatingsRequest]) -> PageRequest:
    """The page, without what only `pageInfo` tells if nobody asks for that."""
    return replace(request, more=asked.selected.asks_beside("page_info"))


async def _codes(kind: Kind, ids: list[int]) -> list[list[Code]]:
    return [[Code.of(record) for record in records] for records in await codes_by_id(kind, ids)]


async def _parents(ids: list[int]) -> list[list[Indication]]:
    return [[Indication.of(record) for record in records] for records in await parents_by_child(ids)]


async def _held_comments(ids: list[int]) -> list[HeldComment | None]:
    return [None if record is None else HeldComment.of(record) for record in await held_comments(ids)]


async def _reports(ids: list[int]) -> list[RatingReports]:
    return [RatingReports.of(record) for record in await reports(ids)]


async def _head_to_heads(keys: list[tuple[int, tuple[int, ...]]]) -> list[PairedCounts]:
    return [await paired_counts_of(indication_id, drug_ids) for indication_id, drug_ids in keys]


async def _rating_counts(request: tuple[Parent, RatingFilter], ids: list[int]) -> list[int]:
    parent, rating_filter = request
    return await rating_counts(parent, ids, rating_filter)
