"""Reading trends: a drug's scores month by month, and whether they have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from resolvers.priors.current import PriorVersions
from resolvers.reads.cells import NO_COUNTS, Counts, counted, months_of_drugs
from resolvers.reads.estimates import IMPARTIAL, EstimateRecord, Floats, Perspective, estimate_records
from scoring.counts import CellCounts
from scoring.estimates import Estimates, answers_behind, estimate
from scoring.periods import Period, months_ending, periods
from scoring.prior import Prior
from scoring.trend import DIFFERS_BELOW, benjamini_hochberg, change, prior_of_periods


@dataclass(frozen=True, slots=True)
class TrendQuestion:
    """What kind of trend: for an indication or over all (None), by a criterion's position or overall (None)."""

    indication_id: int | None
    by: int | None
    months: int
    perspective: Perspective = IMPARTIAL


@dataclass(frozen=True, slots=True)
class PointRecord:
    """One month, such as 2026-01: how many answers were given in it, and the estimate from them; None without any."""

    month: str
    answers: int
    estimate: EstimateRecord | None


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """Days from `first_day` up to but without `day_after`, and what was answered in them."""

    first_day: date
    day_after: date
    answers: int
    estimate: EstimateRecord | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Recent minus before, with the probability of such a difference by chance, adjusted for all drugs looked at."""

    difference: EstimateRecord
    probability: float
    adjusted_probability: float
    compared_drugs: int

    @property
    def differs(self) -> bool:
        """Whether it is taken for a change."""
        return self.adjusted_probability <= DIFFERS_BELOW


@dataclass(frozen=True, slots=True)
class TrendRecord:
    """The points from the oldest month to this one, the two periods, and the change; None unless both have answers."""

    points: list[PointRecord]
    recent: PeriodRecord
    before: PeriodRecord
    change: ChangeRecord | None
    prior_version: int


@dataclass(frozen=True, slots=True)
class _Compared:
    """The two periods of a drug, and the change before it is adjusted, with its probability."""

    recent: PeriodRecord
    before: PeriodRecord
    difference: EstimateRecord | None
    probability: float


async def trends(
    drug_ids: Sequence[int], question: TrendQuestion, today: date, priors: PriorVersions
) -> list[TrendRecord]:
    """The trend of each drug; the changes are corrected for looking at all of these drugs at once.

    Raises:
        UnknownPrior: the version of the priors asked for does not exist.
    """
    prior_version, version = await priors.get(question.perspective.prior_version)
    prior = version.prior_for(question.indication_id)
    shown = months_ending(today, question.months)
    recent, before = periods(today)
    found = await months_of_drugs(drug_ids, question.indication_id, min(shown[0], before.first_month))
    compared = [_compared(found[drug_id], recent, before, prior, question) for drug_id in drug_ids]
    known = [position for position, one in enumerate(compared) if one.difference]
    adjusted = benjamini_hochberg([compared[position].probability for position in known]).tolist()
    changes = {
        position: _change(compared[position], probability, len(known))
        for position, probability in zip(known, adjusted, strict=True)
    }
    return [
        TrendRecord(
            _points(found[drug_id], shown, prior, question),
            compared[position].recent,
            compared[position].before,
            changes.get(position),
            prior_version,
        )
        for position, drug_id in enumerate(drug_ids)
    ]


def _points(
    of_months: Mapping[str, Counts], shown: Sequence[str], prior: Prior, question: TrendQuestion
) -> list[PointRecord]:
    counts = counted(of_months.get(month, NO_COUNTS) for month in shown)
    answers = answers_behind(counts, question.by, question.perspective.weights_array()).tolist()
    # As with the two periods: shrunk towards the drug's own record, so that a thin month does not look average.
    records = _records(estimate(counts, prior_of_periods(counts.levels.sum(axis=0), prior)), question)
    return [
        PointRecord(month, answered, record if answered else None)
        for month, answered, record in zip(shown, answers, records, strict=True)
    ]


def _compared(
    of_months: Mapping[str, Counts], recent: Period, before: Period, prior: Prior, question: TrendQuestion
) -> _Compared:
    counts = CellCounts.of(np.array([_sum(of_months, recent), _sum(of_months, before)]))
    estimates = estimate(counts, prior_of_periods(counts.levels.sum(axis=0), prior))
    answers = answers_behind(counts, question.by, question.perspective.weights_array()).tolist()
    shown = _records(estimates, question)
    scores = estimates.by(question.by, question.perspective.weights_array())
    (mean_recent, mean_before), (variance_recent, variance_before) = scores.mean, scores.variance
    found = change(mean_recent, variance_recent, answers[0], mean_before, variance_before, answers[1])
    apart = found.difference
    return _Compared(
        PeriodRecord(recent.first_day, recent.day_after, answers[0], shown[0] if answers[0] else None),
        PeriodRecord(before.first_day, before.day_after, answers[1], shown[1] if answers[1] else None),
        EstimateRecord(float(apart.value), float(apart.lower), float(apart.upper)) if found.known else None,
        float(found.probability),
    )


def _sum(of_months: Mapping[str, Counts], period: Period) -> Counts:
    """The counts of a period's months; the month of `day_after` is in it only if that is not its first day."""
    last = period.day_after.isoformat()
    months = [counts for month, counts in of_months.items() if period.first_month <= month and f"{month}-01" < last]
    return [sum(column) for column in zip(NO_COUNTS, *months, strict=True)]


def _records(estimates: Estimates, question: TrendQuestion) -> list[EstimateRecord]:
    weights: Floats = question.perspective.weights_array()
    return estimate_records(estimates.by(question.by, weights), estimates.interval_by(question.by, weights))


def _change(compared: _Compared, adjusted: float, drugs: int) -> ChangeRecord:
    assert compared.difference is not None  # noqa: S101 - only known changes are adjusted
    return ChangeRecord(compared.difference, compared.probability, adjusted, drugs)
