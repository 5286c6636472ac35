"""Scores: what all ratings together say."""

import enum
from collections.abc import Sequence
from typing import Annotated

import strawberry

from graph.planning import Asked, computed, read
from graph.types.criterion import CRITERIA, Criterion
from graph.types.estimate import Estimate, estimate_of
from graph.types.segment import Segment, SegmentArgument, SegmentInput, segment_request
from graph.types.suppression import Suppression, too_few
from graph.types.weights import CriterionWeights, PriorVersionArgument, WeightsArgument, perspective_of
from resolvers.reads.estimates import EstimateRecord
from resolvers.reads.scores import ScoreQuestion, ScoreRecord
from scoring.agreement import divided_of
from scoring.evidence import MODERATE_RATINGS, MODERATE_WIDTH, STRONG_RATINGS, STRONG_WIDTH
from scoring.evidence import Evidence as EvidenceOfScore
from scoring.levels import raw_mean
from scoring.method import METHOD_VERSION


@strawberry.enum(description="How much evidence a score rests on.")
class Evidence(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="No ratings, or too few to be shown.")
    EARLY = strawberry.enum_value("EARLY", description="First impressions: less than MODERATE asks for.")
    MODERATE = strawberry.enum_value(
        "MODERATE",
        description=f"At least {MODERATE_RATINGS} ratings, and an interval of the overall no wider than "
        f"{MODERATE_WIDTH:g}.",
    )
    STRONG = strawberry.enum_value(
        "STRONG",
        description=f"At least {STRONG_RATINGS} ratings, and an interval of the overall no wider than "
        f"{STRONG_WIDTH:g}.",
    )


_EVIDENCE = {evidence: Evidence[evidence.name] for evidence in EvidenceOfScore}


@strawberry.type(description="What physicians answered on one criterion. Perceptions, not measured effects.")
class CriterionScore:
    criterion: Criterion = strawberry.field(description="Which criterion.")
    rating_count: int = strawberry.field(
        description="How many ratings answer this criterion; 0 when they are too few to be shown."
    )
    raw_mean: float | None = strawberry.field(
        description="Arithmetic mean of the answers, 1 to 5; null when `ratingCount` is 0."
    )
    estimate: Estimate | None = strawberry.field(
        description="The posterior mean with its interval: the answers, shrunk towards what is usual for the "
        "indication as far as they are few; null when `ratingCount` is 0."
    )
    distribution: list[int] = strawberry.field(
        description="How many answers each level has: five counts, from level 1 to level 5."
    )

    @strawberry.field(
        description="How divided physicians are: 0 when all gave the same answer, 1 when one half gave a 1 and the "
        "other a 5; null with fewer than two answers."
    )
    def divided(self) -> float | None:
        return divided_of(self.distribution)


@strawberry.type(
    description="What the ratings say together, with how sure that is. Physicians' perceptions, not measured effects."
)
class Score:
    rating_count: int = read(
        "record.rating_count",
        description="How many ratings `segment` has; not each answers every criterion. For those who do not see single "
        "ratings it counts what has been released, and is 0 below the threshold of `suppressed`.",
    )
    evidence: Evidence = computed(
        lambda score: _EVIDENCE[score.record.evidence],
        description="How much evidence the overall score rests on.",
    )
    segment: Segment = computed(
        lambda score: Segment.of(score.record.segment, fallback=score.record.fallback),
        description="Whose ratings these are.",
    )
    prior_version: int = read(
        "record.prior_version",
        description="Which version of the priors the estimates are shrunk towards; 0 is the built-in one.",
    )
    record: strawberry.Private[ScoreRecord]
    overall: Estimate | None = computed(
        lambda score: estimate_of(score.record.overall),
        description="The weighted mean of the six criteria with its interval, which takes into account that one "
        "physician's answers go together; null when too few have answered a criterion that counts, as "
        "`suppressed` then says.",
    )

    @classmethod
    def of(cls, record: ScoreRecord) -> "Score":
        """The score of a record."""
        return cls(record=record)

    @strawberry.field(description="All six criteria, in the order of the enum `Criterion`.")
    def criteria(self) -> list[CriterionScore]:
        criteria = self.record.criteria
        return list(map(_criterion_score, CRITERIA, criteria.distributions(), criteria()))

    @strawberry.field(description="One criterion.")
    def criterion(
        self, name: Annotated[Criterion, strawberry.argument(description="Which criterion.")]
    ) -> CriterionScore:
        criteria, position = self.record.criteria, CRITERIA.index(name)
        return _criterion_score(name, criteria.distributions()[position], criteria()[position])

    @strawberry.field(description="Why there is no overall score; null when there is one.")
    def suppressed(self) -> Suppression | None:
        return None if self.record.overall else too_few(self.record.least)

    @strawberry.field(description="Which arithmetic the score comes from, as in `meta.methodVersion`.")
    def method_version(self) -> str:
        return METHOD_VERSION


def score_question(
    segment: SegmentInput | None, weights: CriterionWeights | None, prior_version: int | None
) -> ScoreQuestion:
    """What the arguments of a score ask for.

    Raises:
        InputError: naming what is wrong.
    """
    return ScoreQuestion(segment_request(segment), perspective_of(weights, prior_version))


def score_asked(
    segment: SegmentArgument = None, weights: WeightsArgument = None, prior_version: PriorVersionArgument = None
) -> Asked:
    """What the arguments of the score of a treatment ask for."""
    return Asked(score_question(segment, weights, prior_version))


def _criterion_score(
    criterion: Criterion, distribution: Sequence[int], record: EstimateRecord | None
) -> CriterionScore:
    return CriterionScore(
        criterion=criterion,
        rating_count=sum(distribution),
        raw_mean=raw_mean(distribution),
        estimate=estimate_of(record),
        distribution=list(distribution),
    )
