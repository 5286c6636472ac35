"""Estimates: values with the interval that they are likely to lie in."""

import strawberry

from resolvers.reads.estimates import EstimateRecord
from scoring.posterior import LOWEST, out_of_100


@strawberry.type(
    description="A value with its 95 % credible interval: given the ratings, the true value lies between `lower` and "
    "`upper` with a probability of 95 %."
)
class Estimate:
    value: float = strawberry.field(
        description="On the scale of the answers, 1 (worst) to 5 (best); of a difference, -4 to 4."
    )
    lower: float = strawberry.field(description="Where the 95 % interval begins, on the same scale.")
    upper: float = strawberry.field(description="Where the 95 % interval ends, on the same scale.")
    zero: strawberry.Private[float]

    @classmethod
    def of(cls, record: EstimateRecord) -> "Estimate":
        """An estimate on the scale of the answers."""
        return cls(value=record.value, lower=record.lower, upper=record.upper, zero=LOWEST)

    @classmethod
    def of_difference(cls, record: EstimateRecord) -> "Estimate":
        """An estimate of a difference."""
        return cls(value=record.value, lower=record.lower, upper=record.upper, zero=0)

    @strawberry.field(
        name="outOf100",
        description="The value on the scale from 0 (all answers 1) to 100 (all answers 5); of a difference, -100 to "
        "100.",
    )
    def out_of_100(self) -> float:
        return self._out_of_100(self.value)

    @strawberry.field(name="lowerOutOf100", description="`lower` on the scale of `outOf100`.")
    def lower_out_of_100(self) -> float:
        return self._out_of_100(self.lower)

    @strawberry.field(name="upperOutOf100", description="`upper` on the scale of `outOf100`.")
    def upper_out_of_100(self) -> float:
        return self._out_of_100(self.upper)

    def _out_of_100(self, value: float) -> float:
        return float(out_of_100(value - self.zero + LOWEST))


def estimate_of(record: EstimateRecord | None) -> Estimate | None:
    """The estimate of a record, if there is one."""
    return None if record is None else Estimate.of(record)
