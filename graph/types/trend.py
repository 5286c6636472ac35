"""Trends: a drug's scores month by month, and whether they have changed."""

from datetime import date

import strawberry

from graph.errors import invalid_argument
from graph.types.estimate import Estimate, estimate_of
from graph.types.suppression import Suppression, too_few
from resolvers.reads.trends import ChangeRecord, PeriodRecord, PointRecord, TrendRecord
from scoring.method import METHOD_VERSION
from scoring.trend import DIFFERS_BELOW

DEFAULT_MONTHS = 24
MOST_MONTHS = 120


@strawberry.type(description="What was answered in one month.")
class TrendPoint:
    month: str = strawberry.field(description="The month in UTC, YYYY-MM.")
    rating_count: int = strawberry.field(
        description="How many ratings were given or last changed in it; for a criterion, those that answer it. For "
        "those who do not see single ratings it is 0 where there is no estimate."
    )
    estimate: Estimate | None = strawberry.field(
        description="The score from this month's ratings, shrunk towards all months shown as far as they are few, with "
        "its interval; null when the ratings are too few, as `suppressed` then says."
    )
    suppressed: Suppression | None = strawberry.field(description="Why there is no estimate; null when there is one.")

    @classmethod
    def of(cls, record: PointRecord, least: int) -> "TrendPoint":
        """The point of a record; `least` answers make an estimate."""
        return cls(
            month=record.month,
            rating_count=record.answers,
            estimate=estimate_of(record.estimate),
            suppressed=None if record.estimate else too_few(least),
        )


@strawberry.type(description="What was answered in a period of whole months.")
class TrendPeriod:
    start: date = strawberry.field(name="from", description="The first day, in UTC.")
    before: date = strawberry.field(description="The first day that no longer belongs to it.")
    rating_count: int = strawberry.field(
        description="How many ratings; for a criterion, those that answer it. For those who do not see single ratings "
        "it is 0 where there is no estimate."
    )
    estimate: Estimate | None = strawberry.field(
        description="The score of the period, shrunk towards the two periods together; null when the ratings are too "
        "few, as `suppressed` then says."
    )
    suppressed: Suppression | None = strawberry.field(description="Why there is no estimate; null when there is one.")

    @classmethod
    def of(cls, record: PeriodRecord, least: int) -> "TrendPeriod":
        """The period of a record; `least` answers make an estimate."""
        return cls(
            start=record.first_day,
            before=record.day_after,
            rating_count=record.answers,
            estimate=estimate_of(record.estimate),
            suppressed=None if record.estimate else too_few(least),
        )


@strawberry.type(description="How far recent ratings are from earlier ones.")
class TrendChange:
    difference: Estimate = strawberry.field(description="Recent minus earlier, with its 95 % interval.")
    probability: float = strawberry.field(
        description="The probability of a difference this large, in either direction, if nothing has changed."
    )
    adjusted_probability: float = strawberry.field(
        description="The same after Benjamini and Hochberg's correction for looking at `comparedDrugs` drugs at once."
    )
    compared_drugs: int = strawberry.field(
        description="How many drugs this request, or event, shows a change of with the same arguments at the same "
        "place: in one list, or under several names."
    )
    differs: bool = strawberry.field(
        description=f"Whether it is taken for a change: `adjustedProbability` is at most {DIFFERS_BELOW:g}."
    )

    @classmethod
    def of(cls, record: ChangeRecord) -> "TrendChange":
        """The change of a record."""
        return cls(
            difference=Estimate.of_difference(record.difference),
            probability=record.probability,
            adjusted_probability=record.adjusted_probability,
            compared_drugs=record.compared_drugs,
            differs=record.differs,
        )


@strawberry.type(description="A drug's scores month by month, and whether they have changed.")
class Trend:
    points: list[TrendPoint] = strawberry.field(description="One for each month, the oldest first, to this month.")
    recent: TrendPeriod = strawberry.field(
        description="The last 90 days, from the beginning of the month that is nearest to their first day."
    )
    earlier: TrendPeriod = strawberry.field(description="The twelve months before.")
    change: TrendChange | None = strawberry.field(
        description="How far the two are apart; null when one of them has no estimate."
    )
    prior_version: int = strawberry.field(description="Which version of the priors it comes from.")

    @classmethod
    def of(cls, record: TrendRecord) -> "Trend":
        """The trend of a record."""
        return cls(
            points=[TrendPoint.of(point, record.least) for point in record.points],
            recent=TrendPeriod.of(record.recent, record.least),
            earlier=TrendPeriod.of(record.before, record.least),
            change=None if record.change is None else TrendChange.of(record.change),
            prior_version=record.prior_version,
        )

    @strawberry.field(description="Which arithmetic it comes from, as in `meta.methodVersion`.")
    def method_version(self) -> str:
        return METHOD_VERSION


def checked_months(months: int | None) -> int:
    """How many months to show.

    Raises:
        InputError: too few or too many.
    """
    wanted = DEFAULT_MONTHS if months is None else months
    if not 1 <= wanted <= MOST_MONTHS:
        raise invalid_argument(f"`months` must be from 1 to {MOST_MONTHS}; it was {wanted}.")
    return wanted
