"""Reading trends: a drug's scores month by month, and whether they have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from resolvers.disclosure import EXACT, Disclosure
from resolvers.reads.cells import NO_COUNTS, Counts, counted, months_of_drugs
from resolvers.reads.estimates import IMPARTIAL, EstimateRecord, Floats, Perspective, Priors, estimate_records
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
    """One month, such as 2026-01: how many answers were given in it, and the estimate; None if they are too few."""

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
    """The points from the oldest month to this one, the two periods, and the change.

    An estimate takes `least` answers, and the change takes an estimate of both periods.
    """

    points: list[PointRecord]
    recent: PeriodRecord
    before: PeriodRecord
    change: ChangeRecord | None
    prior_version: int
    least: int


@dataclass(frozen=True, slots=True)
class _Compared:
    """The two periods of a drug, and the change before it is adjusted, with its probability."""

    recent: PeriodRecord
    before: PeriodRecord
    difference: EstimateRecord | None
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a reader sees of some months or periods.

    Attributes:
        counts: what may be made estimates of.
        answers: how many answers there are, for those who may know.
        behind: how many of them stand behind the estimate, 0 where they are too few.
    """

    counts: CellCounts
    answers: list[int]
    behind: list[int]

    @classmethod
    def of(cls, cells: Sequence[Counts], question: TrendQuestion, disclosure: Disclosure) -> "_Seen":
        weights = question.perspective.weights_array()
        counts = counted(cells, disclosure)
        # Readers of released counts have got nothing in these that is too little to be shown.
        all_of_them = counted(cells, EXACT)
        return cls(
            counts,
            answers_behind(all_of_them, question.by, weights).tolist(),
            answers_behind(counts, question.by, weights).tolist(),
        )


async def trends(
    asked: Sequence[tuple[int, int]], question: TrendQuestion, today: date, priors: Priors, disclosure: Disclosure
) -> list[TrendRecord]:
    """The trends of drugs.

    Args:
        asked: drugs, each with the number of who asks: changes are corrected for looking at all drugs of one number.
        question: what kind of trend.
        today: up to when.
        priors: the versions of the priors.
        disclosure: what the reader may see.

    Raises:
        UnknownPrior: the version of the priors asked for does not exist.
    """
    prior_version, version = await priors.get(question.perspective.prior_version)
    prior = version.prior_for(question.indication_id)
    shown = months_ending(today, question.months)
    recent, before = periods(today)
    first_month = min(shown[0], before.first_month)
    found = await months_of_drugs((drug_id for drug_id, _ in asked), question.indication_id, first_month, disclosure)
    compared = {
        drug_id: _compared(months, recent, before, prior, question, disclosure) for drug_id, months in found.items()
    }
    points = {drug_id: _points(months, shown, prior, question, disclosure) for drug_id, months in found.items()}
    changes = _changes(asked, compared)
    return [
        TrendRecord(
            points[one[0]],
            compared[one[0]].recent,
            compared[one[0]].before,
            changes.get(one),
            prior_version,
            disclosure.least,
        )
        for one in asked
    ]


def _changes(
    asked: Sequence[tuple[int, int]], compared: Mapping[int, _Compared]
) -> dict[tuple[int, int], ChangeRecord]:
    """The changes that are known, each corrected for those that are asked for with the same number."""
    together: dict[int, list[int]] = {}
    for drug_id, number in asked:
        if compared[drug_id].difference:
            together.setdefault(number, []).append(drug_id)
    changes = {}
    for number, drug_ids in together.items():
        adjusted = benjamini_hochberg([compared[drug_id].probability for drug_id in drug_ids]).tolist()
        for drug_id, probability in zip(drug_ids, adjusted, strict=True):
            changes[drug_id, number] = _change(compared[drug_id], probability, len(drug_ids))
    return changes


def _points(
    of_months: Mapping[str, Counts],
    shown: Sequence[str],
    prior: Prior,
    question: TrendQuestion,
    disclosure: Disclosure,
) -> list[PointRecord]:
    seen = _Seen.of([of_months.get(month, NO_COUNTS) for month in shown], question, disclosure)
    # As with the two periods: shrunk towards the drug's own record, so that a thin month does not look average.
    records = _records(estimate(seen.counts, prior_of_periods(seen.counts.levels.sum(axis=0), prior)), question)
    return [
        PointRecord(month, answered, record if behind else None)
        for month, answered, behind, record in zip(shown, seen.answers, seen.behind, records, strict=True)
    ]


def _compared(
    of_months: Mapping[str, Counts],
    recent: Period,
    before: Period,
    prior: Prior,
    question: TrendQuestion,
    disclosure: Disclosure,
) -> _Compared:
    seen = _Seen.of([_sum(of_months, recent), _sum(of_months, before)], question, disclosure)
    estimates = estimate(seen.counts, prior_of_periods(seen.counts.levels.sum(axis=0), prior))
    shown = _records(estimates, question)
    scores = estimates.by(question.by, question.perspective.weights_array())
    (mean_recent, mean_before), (variance_recent, variance_before) = scores.mean, scores.variance
    found = change(mean_recent, variance_recent, seen.behind[0], mean_before, variance_before, seen.behind[1])
    apart = found.difference
    of_recent, of_before = (
        PeriodRecord(period.first_day, period.day_after, answers, record if behind else None)
        for period, answers, behind, record in zip((recent, before), seen.answers, seen.behind, shown, strict=True)
    )
    return _Compared(
        of_recent,
        of_before,
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
