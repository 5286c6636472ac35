"""Scores: what all ratings together say."""

import enum
from typing import Annotated

import strawberry

from resolvers.reads.scores import ScoreRecord
from scoring.levels import raw_mean


@strawberry.enum(description="What a rating judges, each from 1 (worst) to 5 (best).")
class Criterion(enum.Enum):
    EFFICACY = strawberry.enum_value("EFFICACY", description="How well the drug works for the indication.")
    SAFETY = strawberry.enum_value("SAFETY", description="How free the drug is of serious harm.")
    TOLERABILITY = strawberry.enum_value("TOLERABILITY", description="How well patients bear the drug from day to day.")
    ACCESSIBILITY = strawberry.enum_value("ACCESSIBILITY", description="How easily patients get and afford the drug.")
    ADHERENCE = strawberry.enum_value("ADHERENCE", description="How well patients keep taking the drug as prescribed.")
    PREFERENCE = strawberry.enum_value(
        "PREFERENCE", description="How much the physician prefers it to the alternatives."
    )


CRITERIA = tuple(Criterion)


@strawberry.type(description="What physicians answered on one criterion. Perceptions, not measured effects.")
class CriterionScore:
    criterion: Criterion = strawberry.field(description="Which criterion.")
    rating_count: int = strawberry.field(description="How many ratings answer this criterion.")
    raw_mean: float | None = strawberry.field(
        description="Arithmetic mean of the answers, 1 to 5; null when there are none."
    )
    distribution: list[int] = strawberry.field(
        description="How many answers each level has: five counts, from level 1 to level 5."
    )


@strawberry.type(
    description="What all ratings together say, as counts and raw means. Physicians' perceptions, not measured effects."
)
class Score:
    rating_count: int = strawberry.field(description="How many ratings there are; not each answers every criterion.")
    distributions: strawberry.Private[tuple[tuple[int, ...], ...]]

    @classmethod
    def of(cls, record: ScoreRecord) -> "Score":
        """The score of a record."""
        return cls(rating_count=record.rating_count, distributions=record.distributions)

    @strawberry.field(description="All six criteria, in the order of the enum `Criterion`.")
    def criteria(self) -> list[CriterionScore]:
        return [
            _criterion_score(criterion, distribution)
            for criterion, distribution in zip(CRITERIA, self.distributions, strict=True)
        ]

    @strawberry.field(description="One criterion.")
    def criterion(
        self, name: Annotated[Criterion, strawberry.argument(description="Which criterion.")]
    ) -> CriterionScore:
        return _criterion_score(name, self.distributions[CRITERIA.index(name)])


def _criterion_score(criterion: Criterion, distribution: tuple[int, ...]) -> CriterionScore:
    return CriterionScore(
        criterion=criterion,
        rating_count=sum(distribution),
        raw_mean=raw_mean(distribution),
        distribution=list(distribution),
    )
