"""Rankings: the drugs rated for an indication, from best to worst."""

import enum
from collections.abc import Sequence

import strawberry

from graph.connections import Connection, Edge, cursors_of
from graph.errors import invalid_argument
from graph.planning import computed, read
from graph.types.criterion import RankBy, position_of
from graph.types.estimate import Estimate
from graph.types.segment import Segment, SegmentInput, segment_request
from graph.types.suppression import Suppression, too_few
from graph.types.treatment import Treatment
from graph.types.weights import CriterionWeights, perspective_of
from resolvers.paging import Column, Key, Order, Page, PageRequest, page_of
from resolvers.reads.rankings import RankedTreatment, RankingQuestion, RankingRecord
from scoring.method import METHOD_VERSION
from scoring.ranking import Group

DEFAULT_MINIMUM = 5
"""From this many ratings on a drug is ranked, unless the client says otherwise."""

LARGEST_MINIMUM = 1_000_000


@strawberry.enum(description="Where a drug stands among those ranked with it, as far as the rank interval tells.")
class RankGroup(enum.Enum):
    BETTER_THAN_MOST = strawberry.enum_value(
        "BETTER_THAN_MOST", description="The whole rank interval lies in the better half."
    )
    MIDDLE = strawberry.enum_value("MIDDLE", description="In between, or not known well enough to say.")
    WORSE_THAN_MOST = strawberry.enum_value(
        "WORSE_THAN_MOST", description="The whole rank interval lies in the worse half."
    )


RANK_GROUPS = {group: RankGroup[group.name] for group in Group}


@strawberry.type(description="One ranked drug, and where it stands.")
class RankingEdge(Edge[Treatment]):
    rank: int = read("ranked.place.rank", description="From 1, the best; by P-score.")
    rank_lower: int = read(
        "ranked.place.rank_lower", description="The best rank that is compatible with the ratings (95 %)."
    )
    rank_upper: int = read(
        "ranked.place.rank_upper", description="The worst rank that is compatible with the ratings (95 %)."
    )
    p_score: float = read(
        "ranked.place.p_score",
        description="The probability of being better than a competitor, on average over all of them, 0 to 1; 0.5 for a "
        "drug without competitors.",
    )
    probability_best: float = read(
        "ranked.place.probability_best", description="The probability of being the best of all, 0 to 1."
    )
    group: RankGroup = computed(
        RANK_GROUPS.__getitem__, of="ranked.place.group", description="Where it stands, in one word."
    )
    rating_count: int = read(
        "ranked.answers",
        description="How many ratings the place rests on: of the segment, and answering the criterion ranked by.",
    )
    estimate: Estimate = computed(Estimate.of, of="ranked.estimate", description="The score that it is ranked by.")
    ranked: strawberry.Private[RankedTreatment]


def ranking_edges(page: Page[RankedTreatment], order: Order) -> list[RankingEdge]:
    """The edges of a page of a ranking."""
    cursor_of = cursors_of(page, order)
    return [
        RankingEdge(node=Treatment.of(ranked.treatment), place=key, cursor_of=cursor_of, ranked=ranked)
        for ranked, key in zip(page.records, page.places, strict=True)
    ]


@strawberry.type(description="One page of a ranking, the best first.")
class RankingConnection(Connection[Treatment]):
    edges: list[RankingEdge] = computed(  # type: ignore[assignment]  # GraphQL's lists are only read
        ranking_edges,
        of="page,order",
        description="The drugs of this page, the best first.",
    )
    segment: Segment = strawberry.field(description="Whose ratings the drugs are ranked by.")
    suppressed: Suppression | None = strawberry.field(
        description="Why the ranking is empty: no drug has enough ratings; null when there is one."
    )
    method_version: str = strawberry.field(description="Which arithmetic it comes from, as in `meta.methodVersion`.")
    prior_version: int = strawberry.field(description="Which version of the priors it comes from.")


def by_place(by: int | None) -> Order:
    """By rank, in the ranking by a criterion's position or overall (None).

    The treatment's key makes a cursor unique when ranks have moved between two pages.
    """
    columns = (Column("rank", "integer"), Column("treatment_id", "integer"))
    return Order(f"treatment.ranking.{'overall' if by is None else by}", columns)


def ranking_question(
    by: RankBy | None,
    weights: CriterionWeights | None,
    segment: SegmentInput | None,
    min_ratings: int | None,
    prior_version: int | None,
) -> RankingQuestion:
    """What the arguments of a ranking ask for.

    Raises:
        InputError: naming what is wrong.
    """
    minimum = DEFAULT_MINIMUM if min_ratings is None else min_ratings
    if not 1 <= minimum <= LARGEST_MINIMUM:
        raise invalid_argument(f"`minRatings` must be from 1 to {LARGEST_MINIMUM}; it was {minimum}.")
    return RankingQuestion(position_of(by), minimum, segment_request(segment), perspective_of(weights, prior_version))


def ranking_connection(record: RankingRecord, question: RankingQuestion, request: PageRequest) -> RankingConnection:
    """The page of a ranking that is asked for."""
    order = by_place(question.by)
    page = page_of(record.ranked, place_keys(record.ranked), order, request)

    async def count() -> int:
        return len(record.ranked)

    return RankingConnection(
        page=page,
        order=order,
        shown_by=Treatment,
        count=count,
        segment=Segment.of(record.segment, fallback=record.fallback),
        suppressed=None if record.ranked else too_few(record.minimum),
        method_version=METHOD_VERSION,
        prior_version=record.prior_version,
    )


def place_keys(ranked: Sequence[RankedTreatment]) -> list[Key]:
    """Where each treatment stands in `by_place`."""
    return [(one.place.rank, one.treatment.id) for one in ranked]
