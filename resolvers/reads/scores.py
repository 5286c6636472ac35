"""Reading scores: from cells, never by scanning ratings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from models.ratings import CRITERIA, LEVELS
from resolvers.priors.current import PriorVersions
from resolvers.reads.cells import Counts, cells_of_drugs, cells_of_treatments, counted
from resolvers.reads.estimates import (
    IMPARTIAL,
    NO_CRITERIA,
    CriterionRecords,
    CriterionScores,
    EstimateRecord,
    Perspective,
    estimate_records,
    priors_of,
)
from resolvers.reads.segments import (
    EVERYBODYS,
    THIN_SEGMENT,
    Segment,
    SegmentRequest,
    requested_segments,
)
from scoring.estimates import Estimates, answers_behind, estimate
from scoring.evidence import Evidence, evidence_of

Key = TypeVar("Key", int, tuple[int, int])

NO_ANSWERS = (0,) * len(LEVELS)


@dataclass(frozen=True, slots=True)
class ScoreQuestion:
    """What kind of score is asked for."""

    segment: SegmentRequest | None = None
    perspective: Perspective = IMPARTIAL


@dataclass(frozen=True, slots=True, eq=False)
class ScoreRecord:
    """What the ratings of a segment say.

    `distributions` has per criterion how many answers each level got, from level 1 to 5; `criteria` works the
    criterion scores out. `overall` is None where nobody has answered a criterion that counts. `fallback`: the segment
    asked for was too thin, and `segment` is the wider one that was used instead.
    """

    rating_count: int
    distributions: tuple[tuple[int, ...], ...]
    criteria: Callable[[], CriterionRecords]
    overall: EstimateRecord | None
    evidence: Evidence
    segment: Segment
    fallback: bool
    prior_version: int


async def scores_of_treatments(
    pairs: Sequence[tuple[int, int]], question: ScoreQuestion, priors: PriorVersions
) -> list[ScoreRecord]:
    """The score of each pair of drug and indication.

    Raises:
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    segments = await requested_segments(question.segment)
    found = await cells_of_treatments(pairs, segments)
    indications = [indication_id for _, indication_id in pairs]
    return await _scores(pairs, indications, segments, found, question.perspective, priors)


async def scores_of_drugs(drug_ids: Sequence[int], question: ScoreQuestion, priors: PriorVersions) -> list[ScoreRecord]:
    """The score of each drug over all its indications.

    Raises:
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    segments = await requested_segments(question.segment)
    found = await cells_of_drugs(drug_ids, segments)
    return await _scores(drug_ids, [None] * len(drug_ids), segments, found, question.perspective, priors)


async def _scores(
    keys: Sequence[Key],
    indications: Sequence[int | None],
    segments: Sequence[Segment],
    found: Sequence[Mapping[Key, Counts]],
    perspective: Perspective,
    priors: PriorVersions,
) -> list[ScoreRecord]:
    prior_version, version = await priors.get(perspective.prior_version)
    chosen = [_chosen(key, segments, found) for key in keys]
    rated = [position for position, (_, counts) in enumerate(chosen) if counts]
    estimates = estimate(
        counted(chosen[position][1] for position in rated),
        priors_of(version, [indications[position] for position in rated]),
    )
    seen = [chosen[position][0] for position in rated]
    of_rated = score_records(estimates, perspective, seen, segments[0], prior_version)
    records = [_unrated(segments, prior_version)] * len(keys)
    for position, record in zip(rated, of_rated, strict=True):
        records[position] = record
    return records


def score_records(
    estimates: Estimates, perspective: Perspective, segments: Sequence[Segment], asked: Segment, prior_version: int
) -> list[ScoreRecord]:
    """The scores of cells that have ratings.

    Args:
        estimates: of the cells.
        perspective: with which weights to see them.
        segments: whose ratings each cell has.
        asked: whose ratings were asked for.
        prior_version: which version of the priors the estimates come from.
    """
    weights = perspective.weights_array()
    overall = estimate_records(estimates.by(None, weights), estimates.interval_by(None, weights))
    criteria = CriterionScores(estimates)
    counts = estimates.counts
    behind = answers_behind(counts, None, weights).tolist()
    return [
        ScoreRecord(
            rating_count=ratings,
            distributions=tuple(tuple(of_criterion) for of_criterion in levels),
            criteria=partial(criteria.of_cell, position),
            overall=of_cell if answers else None,
            evidence=evidence_of(answers, of_cell.upper - of_cell.lower),
            segment=segment,
            fallback=segment is not asked,
            prior_version=prior_version,
        )
        for position, (ratings, answers, levels, of_cell, segment) in enumerate(
            zip(counts.ratings.tolist(), behind, counts.levels.tolist(), overall, segments, strict=True)
        )
    ]


def _chosen(key: Key, segments: Sequence[Segment], found: Sequence[Mapping[Key, Counts]]) -> tuple[Segment, Counts]:
    """The first segment that is not too thin, or else the widest, with its counts; none without ratings."""
    for segment, cells in zip(segments, found, strict=True):
        counts = cells.get(key, ())
        if counts and (segment is EVERYBODYS or counts[0] >= THIN_SEGMENT):
            return segment, counts
    return segments[-1], ()


def _unrated(segments: Sequence[Segment], prior_version: int) -> ScoreRecord:
    """The score of what nobody has rated, in the segment asked for, the first one, or the widest, the last one."""
    return ScoreRecord(
        rating_count=0,
        distributions=(NO_ANSWERS,) * len(CRITERIA),
        criteria=_no_criteria,
        overall=None,
        evidence=Evidence.NONE,
        segment=segments[-1],
        fallback=segments[-1] is not segments[0],
        prior_version=prior_version,
    )


def _no_criteria() -> CriterionRecords:
    return NO_CRITERIA
