"""What ratings judge, and what scores can be asked by."""

import enum
from typing import Annotated

import strawberry


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
"""In the order in which they are counted and shown."""


@strawberry.enum(description="What drugs are ranked and compared by.")
class RankBy(enum.Enum):
    OVERALL = strawberry.enum_value("OVERALL", description="The weighted mean of all six criteria.")
    EFFICACY = strawberry.enum_value("EFFICACY", description="`Criterion.EFFICACY` alone.")
    SAFETY = strawberry.enum_value("SAFETY", description="`Criterion.SAFETY` alone.")
    TOLERABILITY = strawberry.enum_value("TOLERABILITY", description="`Criterion.TOLERABILITY` alone.")
    ACCESSIBILITY = strawberry.enum_value("ACCESSIBILITY", description="`Criterion.ACCESSIBILITY` alone.")
    ADHERENCE = strawberry.enum_value("ADHERENCE", description="`Criterion.ADHERENCE` alone.")
    PREFERENCE = strawberry.enum_value("PREFERENCE", description="`Criterion.PREFERENCE` alone.")

    @property
    def position(self) -> int | None:
        """The position of the criterion; None: overall."""
        return None if self is RankBy.OVERALL else CRITERIA.index(Criterion[self.name])


ByOverall = Annotated[
    RankBy | None, strawberry.argument(description="Overall, or one criterion; overall, if left out or null.")
]


def position_of(by: RankBy | None) -> int | None:
    """The position of the criterion that is asked for; None: overall."""
    return None if by is None else by.position
