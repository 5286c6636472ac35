"""Reading what drugs are used for, by how well physicians think they do there."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.disclosure import Disclosure
from resolvers.paging import Column, Order, Page, PageRequest, page_of
from resolvers.reads.cells import NO_COUNTS, counted, everybodys_cells_of_drugs
from resolvers.reads.estimates import IMPARTIAL, priors_of
from resolvers.reads.scores_at_hand import EstimatedTreatments
from resolvers.reads.treatments import TreatmentRecord
from scoring.estimates import Estimates, answers_behind, estimate
from scoring.prior import PriorVersion

MILLIONTHS = 1_000_000


def by_score(by: int | None) -> Order:
    """By the posterior mean in millionths of a level, of a criterion's position or overall (None).

    Those without a score come last. A cursor holds a score, so it is good for the same criterion only.
    """
    columns = (Column("score", "integer", descending=True), Column("treatment_id", "integer"))
    return Order(f"treatment.score.{'overall' if by is None else by}", columns)


@dataclass(frozen=True, slots=True)
class OrderedTreatments:
    """All treatments of a drug in the order of their scores, and where each stands in it."""

    records: tuple[TreatmentRecord, ...]
    keys: tuple[tuple[int, int], ...]

    def page(self, by: int | None, request: PageRequest) -> Page[TreatmentRecord]:
        """One page of those that were ordered by a criterion's position or overall (None)."""
        return page_of(self.records, self.keys, by_score(by), request)


async def ordered_treatments(
    drug_ids: Sequence[int], by: int | None, prior_version: int, version: PriorVersion, disclosure: Disclosure
) -> tuple[list[OrderedTreatments], EstimatedTreatments]:
    """The treatments of each drug in the order of their scores, by a criterion's position or overall (None).

    Args:
        drug_ids: the drugs.
        by: what to order by.
        prior_version: the number of `version`.
        version: the priors.
        disclosure: how much the reader may see.

    Returns:
        The order for each drug, and what it was made from for all of them.
    """
    cells = await everybodys_cells_of_drugs(drug_ids, disclosure)
    listed = [cell for of_drug in cells.values() for cell in of_drug]
    rated = [cell for cell in listed if cell.counts is not NO_COUNTS]
    estimates = estimate(
        counted((cell.counts for cell in rated), disclosure),
        priors_of(version, [cell.indication_id for cell in rated]),
    )
    scores = dict.fromkeys((cell.treatment_id for cell in listed), 0)
    scores.update(zip((cell.treatment_id for cell in rated), _scores(estimates, by), strict=True))
    unrated = [cell for cell in listed if cell.counts is NO_COUNTS]
    ordered = []
    for drug_id in drug_ids:
        in_order = sorted(cells[drug_id], key=lambda cell: (-scores[cell.treatment_id], cell.treatment_id))
        ordered.append(
            OrderedTreatments(
                tuple([TreatmentRecord._make(cell[:4]) for cell in in_order]),
                tuple([(scores[cell.treatment_id], cell.treatment_id) for cell in in_order]),
            )
        )
    return ordered, EstimatedTreatments([*rated, *unrated], estimates, prior_version, disclosure)


def _scores(estimates: Estimates, by: int | None) -> list[int]:
    """The posterior means in millionths; 0 for those without a score."""
    weights = IMPARTIAL.weights_array()
    means = estimates.by(by, weights).mean.tolist()
    return [
        round(mean * MILLIONTHS) if answers else 0
        for mean, answers in zip(means, answers_behind(estimates.counts, by, weights).tolist(), strict=True)
    ]
