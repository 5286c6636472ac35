"""Reading rankings: all drugs rated for an indication, from best to worst."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from resolvers.disclosure import Disclosure
from resolvers.reads.cells import TreatmentCell, cells_of_indications, counted
from resolvers.reads.estimates import IMPARTIAL, EstimateRecord, Perspective, Priors, estimate_records
from resolvers.reads.scores_at_hand import EstimatedTreatments
from resolvers.reads.segments import EVERYBODYS, Segment, SegmentRequest, requested_segments
from resolvers.reads.treatments import TreatmentRecord
from scoring.counts import CellCounts
from scoring.estimates import Estimates, answers_behind, estimate
from scoring.prior import Prior
from scoring.ranking import Group, Ranking, rank

LEAST_RANKED = 2
"""A segment in which fewer drugs have enough ratings falls back to everybody: one drug alone is no ranking."""


@dataclass(frozen=True, slots=True)
class RankingQuestion:
    """What kind of ranking is asked for: by a criterion's position or overall (None), from how many answers on."""

    by: int | None
    minimum: int
    segment: SegmentRequest | None = None
    perspective: Perspective = IMPARTIAL


class Place(NamedTuple):
    """Where one drug stands among those ranked with it. Ranks count from 1, the best."""

    rank: int
    rank_lower: int
    rank_upper: int
    p_score: float
    probability_best: float
    group: Group


class RankedTreatment(NamedTuple):
    """A treatment, how many answers its place rests on, the score it is ranked by, and its place."""

    treatment: TreatmentRecord
    answers: int
    estimate: EstimateRecord
    place: Place


@dataclass(frozen=True, slots=True)
class RankingRecord:
    """The ranked treatments from best to worst, from how many answers on, and whose ratings they are ranked by."""

    ranked: list[RankedTreatment]
    minimum: int
    segment: Segment
    fallback: bool
    prior_version: int


class _Chosen(NamedTuple):
    """What a ranking is made from.

    Attributes:
        segment: whose ratings.
        cells: of the drugs with answers enough.
        answers: of each cell, to what is ranked by.
        counts: of the cells.
        prior: of the indication.
    """

    segment: Segment
    cells: Sequence[TreatmentCell]
    answers: Sequence[int]
    counts: CellCounts
    prior: Prior


async def rankings(
    indication_ids: Sequence[int], question: RankingQuestion, priors: Priors, disclosure: Disclosure
) -> list[tuple[RankingRecord, EstimatedTreatments]]:
    """The ranking of each indication, of drugs with as many answers as the question and the reader ask for.

    Returns:
        Each ranking with what it was made from.

    Raises:
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    prior_version, version = await priors.get(question.perspective.prior_version)
    segments = await requested_segments(question.segment)
    found = await cells_of_indications(indication_ids, segments, disclosure)
    minimum = max(question.minimum, disclosure.least)
    chosen = [
        _chosen(
            segments,
            [cells[indication_id] for cells in found],
            question,
            minimum,
            version.prior_for(indication_id),
            disclosure,
        )
        for indication_id in indication_ids
    ]
    made = []
    for one, estimates in zip(chosen, _estimates(chosen), strict=True):
        ranked = _ranked(one.cells, one.answers, estimates, question)
        record = RankingRecord(ranked, minimum, one.segment, one.segment is not segments[0], prior_version)
        made.append((record, EstimatedTreatments(one.cells, estimates, prior_version, disclosure)))
    return made


def _chosen(
    segments: Sequence[Segment],
    cells_by_segment: Sequence[Sequence[TreatmentCell]],
    question: RankingQuestion,
    minimum: int,
    prior: Prior,
    disclosure: Disclosure,
) -> _Chosen:
    """The cells of the first segment in which enough drugs have answers enough, or else of the last."""
    weights = question.perspective.weights_array()
    for segment, cells in zip(segments, cells_by_segment, strict=True):
        counts = counted([cell.counts for cell in cells], disclosure)
        answers = answers_behind(counts, question.by, weights)
        enough = np.flatnonzero(answers >= minimum)
        if len(enough) >= LEAST_RANKED or segment is EVERYBODYS:
            break
    if len(enough) == len(cells):
        return _Chosen(segment, cells, answers.tolist(), counts, prior)
    listed = [cells[position] for position in enough.tolist()]
    return _Chosen(segment, listed, answers[enough].tolist(), counts.at(enough), prior)


def _estimates(chosen: Sequence[_Chosen]) -> list[Estimates]:
    """The estimates of what each ranking is made from."""
    if not chosen:
        return []
    counts = CellCounts.joined([one.counts for one in chosen])
    if len(chosen) == 1:
        return [estimate(counts, chosen[0].prior)]
    sizes = [len(one.cells) for one in chosen]
    return estimate(counts, Prior.at_each([one.prior for one in chosen]).repeated(sizes)).parts(sizes)


def _ranked(
    cells: Sequence[TreatmentCell], answers: Sequence[int], estimates: Estimates, question: RankingQuestion
) -> list[RankedTreatment]:
    weights = question.perspective.weights_array()
    scores = estimates.by(question.by, weights)
    records = estimate_records(scores, estimates.interval_by(question.by, weights))
    ranking = rank(scores.mean, scores.variance)
    places = places_of(ranking)
    return [
        RankedTreatment(
            TreatmentRecord._make(cells[position][:4]), answers[position], records[position], places[position]
        )
        for position in ranking.order.tolist()
    ]


def places_of(ranking: Ranking) -> list[Place]:
    """The places of all drugs, in the order in which they went into the ranking."""
    return list(
        map(
            Place._make,
            zip(
                ranking.rank.tolist(),
                ranking.rank_lower.tolist(),
                ranking.rank_upper.tolist(),
                ranking.p_score.tolist(),
                ranking.probability_best.tolist(),
                ranking.group,
                strict=True,
            ),
        )
    )
