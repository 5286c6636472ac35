"""Reading scores: from cells, never by scanning ratings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from resolvers.disclosure import Disclosure
from resolvers.reads.cells import NO_COUNTS, RatedCounts, cells_of_drugs, cells_of_treatments, counted
from resolvers.reads.estimates import (
    IMPARTIAL,
    Criteria,
    CriterionScores,
    EstimateRecord,
    NoCriteria,
    Perspective,
    Priors,
    priors_of,
)
from resolvers.reads.segments import (
    THIN_SEGMENT,
    Segment,
    SegmentRequest,
    requested_segments,
)
from scoring.estimates import Estimates, estimate
from scoring.evidence import Evidence, evidence_of

Key = TypeVar("Key", int, tuple[int, int])

NOT_RATED = RatedCounts(NO_COUNTS, 0)

NO_CRITERIA = NoCriteria()


@dataclass(frozen=True, slots=True)
class ScoreQuestion:
    """What kind of score is asked for."""

    segment: SegmentRequest | None = None
    perspective: Perspective = IMPARTIAL


class ScoreRecord(NamedTuple):
    """What the ratings of a segment say.

    `criteria` works the criterion scores out, and says how many answers each level got. `overall` is None where fewer
    than `least` physicians have answered a criterion that counts. `fallback`: the segment asked for was too thin, and
    `segment` is the wider one that was used instead.
    """

    rating_count: int
    criteria: Criteria
    overall: EstimateRecord | None
    evidence: Evidence
    segment: Segment
    fallback: bool
    prior_version: int
    least: int

    def alone(self) -> "ScoreRecord":
        """The same, without holding on to what was read together with it."""
        return self._replace(criteria=self.criteria.alone())


async def scores_of_treatments(
    groups: Sequence[Sequence[tuple[int, int]]], question: ScoreQuestion, priors: Priors, disclosure: Disclosure
) -> list[list[ScoreRecord]]:
    """The score of each pair of drug and indication, in groups of pairs that are asked for together.

    Raises:
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    segments = await requested_segments(question.segment)
    # A physician rates a drug once for an indication.
    found = [
        {pair: RatedCounts(counts, counts[0]) for pair, counts in cells.items()}
        for cells in await cells_of_treatments(chain.from_iterable(groups), segments, disclosure)
    ]
    return await _scores(groups, _indication_of, segments, found, question.perspective, priors, disclosure)


def _indication_of(pair: tuple[int, int]) -> int:
    return pair[1]


async def scores_of_drugs(
    groups: Sequence[Sequence[int]], question: ScoreQuestion, priors: Priors, disclosure: Disclosure
) -> list[list[ScoreRecord]]:
    """The score of each drug over all its indications, in groups of drugs that are asked for together.

    Raises:
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    segments = await requested_segments(question.segment)
    found = await cells_of_drugs(chain.from_iterable(groups), segments, disclosure)
    return await _scores(groups, _over_all, segments, found, question.perspective, priors, disclosure)


def _over_all(_drug_id: int) -> None:
    """No single indication."""


async def _scores(
    groups: Sequence[Sequence[Key]],
    indication_of: Callable[[Key], int | None],
    segments: Sequence[Segment],
    found: Sequence[Mapping[Key, RatedCounts]],
    perspective: Perspective,
    priors: Priors,
    disclosure: Disclosure,
) -> list[list[ScoreRecord]]:
    prior_version, version = await priors.get(perspective.prior_version)
    chosen = [[_chosen(key, segments, found, disclosure) for key in keys] for keys in groups]
    shown = [
        [position for position, (_, rated) in enumerate(of_group) if rated.physicians >= disclosure.least]
        for of_group in chosen
    ]
    estimates = estimate(
        counted(
            [of_group[position][1].counts for of_group, some in zip(chosen, shown, strict=True) for position in some],
            disclosure,
        ),
        priors_of(
            version,
            [indication_of(keys[position]) for keys, some in zip(groups, shown, strict=True) for position in some],
        ),
    )
    answers = []
    for of_group, some, part in zip(chosen, shown, estimates.parts([len(some) for some in shown]), strict=True):
        records = [without_score(rated.counts[0], segments, prior_version, disclosure) for _, rated in of_group]
        seen = [of_group[position][0] for position in some]
        of_shown = score_records(part, perspective, seen, segments[0], prior_version, disclosure)
        for position, record in zip(some, of_shown, strict=True):
            records[position] = record
        answers.append(records)
    return answers


def score_records(
    estimates: Estimates,
    perspective: Perspective,
    segments: Sequence[Segment],
    asked: Segment,
    prior_version: int,
    disclosure: Disclosure,
) -> list[ScoreRecord]:
    """The scores of cells that have ratings enough.

    Args:
        estimates: of the cells.
        perspective: with which weights to see them.
        segments: whose ratings each cell has.
        asked: whose ratings were asked for.
        prior_version: which version of the priors the estimates come from.
        disclosure: what the counts of the estimates were taken by.
    """
    criteria = CriterionScores(estimates)
    return [
        ScoreRecord(
            rating_count=ratings,
            criteria=criteria.of_cell(position),
            overall=EstimateRecord(value, lower, upper) if answers else None,
            evidence=evidence_of(answers, upper - lower),
            segment=segment,
            fallback=segment is not asked,
            prior_version=prior_version,
            least=disclosure.least,
        )
        for position, ((ratings, answers, value, lower, upper), segment) in enumerate(
            zip(estimates.overall_scores(perspective.weights_array()), segments, strict=True)
        )
    ]


def _chosen(
    key: Key, segments: Sequence[Segment], found: Sequence[Mapping[Key, RatedCounts]], disclosure: Disclosure
) -> tuple[Segment, RatedCounts]:
    """The first segment that is not too thin, or else the widest, with its counts."""
    for segment, cells in zip(segments[:-1], found[:-1], strict=True):
        rated = cells.get(key, NOT_RATED)
        if rated.counts[0] >= THIN_SEGMENT and rated.physicians >= disclosure.least:
            return segment, rated
    return segments[-1], found[-1].get(key, NOT_RATED)


def without_score(ratings: int, segments: Sequence[Segment], prior_version: int, disclosure: Disclosure) -> ScoreRecord:
    """The score of what too few have rated, in the segment asked for, the first one, or the widest, the last one."""
    return ScoreRecord(
        rating_count=ratings,
        criteria=NO_CRITERIA,
        overall=None,
        evidence=Evidence.NONE,
        segment=segments[-1],
        fallback=segments[-1] is not segments[0],
        prior_version=prior_version,
        least=disclosure.least,
    )
