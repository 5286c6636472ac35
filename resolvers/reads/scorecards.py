"""Reading scorecards: a drug's strengths and weaknesses against its competitors."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.disclosure import Disclosure
from resolvers.reads.cells import TreatmentCell, cells_of_indications, counted
from resolvers.reads.estimates import Priors
from resolvers.reads.segments import EVERYBODYS
from scoring.estimates import estimate
from scoring.findings import Finding, findings
from scoring.prior import PriorVersion


@dataclass(frozen=True, slots=True)
class ScorecardRecord:
    """Findings, and the keys of the competitors, the most rated first.

    `rated`: whether at least `least` physicians have rated the drug itself, as they have each competitor.
    """

    strengths: list[Finding]
    weaknesses: list[Finding]
    competitors: list[int]
    rated: bool
    least: int
    prior_version: int


async def scorecards(
    pairs: Sequence[tuple[int, int]], prior_number: int | None, priors: Priors, disclosure: Disclosure
) -> list[ScorecardRecord]:
    """The scorecard of each pair of drug and indication.

    Raises:
        UnknownPrior: the version of the priors asked for does not exist.
    """
    prior_version, version = await priors.get(prior_number)
    (cells,) = await cells_of_indications([indication_id for _, indication_id in pairs], [EVERYBODYS], disclosure)
    return [
        _scorecard(drug_id, cells[indication_id], prior_version, version, disclosure)
        for drug_id, indication_id in pairs
    ]


def _scorecard(
    drug_id: int, cells: Sequence[TreatmentCell], prior_version: int, version: PriorVersion, disclosure: Disclosure
) -> ScorecardRecord:
    least = disclosure.least
    drugs = [cell.drug_id for cell in cells]
    by_ratings = sorted(cells, key=lambda cell: (-cell.counts[0], cell.drug_id))
    competitors = [cell.drug_id for cell in by_ratings if cell.drug_id != drug_id]
    if drug_id not in drugs:
        return ScorecardRecord([], [], competitors, rated=False, least=least, prior_version=prior_version)
    counts = counted([cell.counts for cell in cells], disclosure)
    estimates = estimate(counts, version.prior_for(cells[0].indication_id))
    strengths, weaknesses = findings(
        estimates.criteria.mean, estimates.criteria.variance, estimates.counts.answers, drugs.index(drug_id)
    )
    return ScorecardRecord(strengths, weaknesses, competitors, rated=True, least=least, prior_version=prior_version)
