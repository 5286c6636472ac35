"""Reading what drugs are used for, by how well physicians think they do there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from resolvers.disclosure import Disclosure
from resolvers.paging import Column, Order, Page, PageRequest, page_of
from resolvers.reads.cells import NO_COUNTS, TreatmentCell, counted, everybodys_cells_of_drugs
from resolvers.reads.estimates import IMPARTIAL, priors_of
from resolvers.reads.scores_at_hand import EstimatedTreatments
from resolvers.reads.treatments import TreatmentRecord
from scoring.estimates import Estimates, estimate
from scoring.prior import PriorVersion

MILLIONTHS = 1_000_000


@cache
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
    groups: Sequence[Sequence[int]], by: int | None, prior_version: int, version: PriorVersion, disclosure: Disclosure
) -> list[tuple[list[OrderedTreatments], EstimatedTreatments]]:
    """The treatments of each drug in the order of their scores, by a criterion's position or overall (None).

    Args:
        groups: the drugs, in groups of those that are asked for together.
        by: what to order by.
        prior_version: the number of `version`.
        version: the priors.
        disclosure: how much the reader may see.

    Returns:
        For each group, the order for each drug, and what it was made from for all of them.
    """
    cells = await everybodys_cells_of_drugs(chain.from_iterable(groups), disclosure)
    listed = [[cell for drug_id in dict.fromkeys(drug_ids) for cell in cells[drug_id]] for drug_ids in groups]
    rated = [[cell for cell in of_group if cell.counts is not NO_COUNTS] for of_group in listed]
    estimates = estimate(
        counted([cell.counts for of_group in rated for cell in of_group], disclosure),
        priors_of(version, [cell.indication_id for of_group in rated for cell in of_group]),
    )
    scores = dict.fromkeys((cell.treatment_id for of_group in listed for cell in of_group), 0)
    scores.update(
        zip((cell.treatment_id for of_group in rated for cell in of_group), _scores(estimates, by), strict=True)
    )
    answers = []
    for position, part in enumerate(estimates.parts([len(of_group) for of_group in rated])):
        ordered = [_in_order(cells[drug_id], scores) for drug_id in groups[position]]
        unrated = [cell for cell in listed[position] if cell.counts is NO_COUNTS]
        made_from = EstimatedTreatments([*rated[position], *unrated], part, prior_version, disclosure)
        answers.append((ordered, made_from))
    return answers


def _in_order(cells: Sequence[TreatmentCell], scores: Mapping[int, int]) -> OrderedTreatments:
    in_order = sorted(cells, key=lambda cell: (-scores[cell.treatment_id], cell.treatment_id))
    return OrderedTreatments(
        tuple([TreatmentRecord._make(cell[:4]) for cell in in_order]),
        tuple([(scores[cell.treatment_id], cell.treatment_id) for cell in in_order]),
    )


def _scores(estimates: Estimates, by: int | None) -> list[int]:
    """The posterior means in millionths; 0 for those without a score."""
    weights = IMPARTIAL.weights_array()
    means = estimates.by(by, weights).mean.tolist()
    return [
        round(mean * MILLIONTHS) if answers else 0
        for mean, answers in zip(means, estimates.answers_behind(by, weights).tolist(), strict=True)
    ]
