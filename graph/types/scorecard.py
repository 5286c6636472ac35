"""Scorecards: a drug's strengths and weaknesses against its competitors."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.connections import later
from graph.context import Info
from graph.types.criterion import CRITERIA, Criterion
from graph.types.suppression import Suppression, SuppressionReason, too_few
from resolvers.reads.scorecards import ScorecardRecord
from scoring.findings import STRONG, SURE, WORTH_NAMING
from scoring.findings import Finding as FindingRecord
from scoring.method import METHOD_VERSION

if TYPE_CHECKING:
    from graph.types.drug import Drug


@strawberry.type(
    description="One criterion on which the drug differs from its competitors: surely (a probability of at least "
    f"{SURE:g}) and by enough to matter (at least {WORTH_NAMING:g})."
)
class Finding:
    criterion: Criterion = strawberry.field(description="Which criterion.")
    difference: float = strawberry.field(
        description="The drug's score minus the mean of the competitors' scores, on the scale from 1 to 5; negative "
        "for a weakness."
    )
    probability: float = strawberry.field(
        description=f"The probability that the drug's true mean is on this side of the competitors', {SURE:g} to 1."
    )
    strong: bool = strawberry.field(description=f"Whether the difference is at least {STRONG:g}.")

    @classmethod
    def of(cls, record: FindingRecord) -> "Finding":
        """The finding of a record."""
        return cls(
            criterion=CRITERIA[record.criterion],
            difference=record.difference,
            probability=record.probability,
            strong=record.strong,
        )


@strawberry.type(
    description="A drug's strengths and weaknesses for one indication, against the other drugs rated for it, each of "
    "which counts the same. Physicians' perceptions, not measured effects."
)
class Scorecard:
    strengths: list[Finding] = strawberry.field(description="Where it does better, the largest difference first.")
    weaknesses: list[Finding] = strawberry.field(description="Where it does worse, the largest difference first.")
    prior_version: int = strawberry.field(description="Which version of the priors it comes from.")
    suppressed: Suppression | None = strawberry.field(
        description="Why there can be no findings: the drug has too few ratings for the indication, or all others "
        "have; null when there can."
    )
    competitor_keys: strawberry.Private[list[int]]

    @classmethod
    def of(cls, record: ScorecardRecord) -> "Scorecard":
        """The scorecard of a record."""
        suppressed = None
        if not record.rated:
            suppressed = too_few(record.least)
        elif not record.competitors:
            suppressed = Suppression(reason=SuppressionReason.NO_COMPETITORS, threshold=None)
        return cls(
            strengths=[Finding.of(finding) for finding in record.strengths],
            weaknesses=[Finding.of(finding) for finding in record.weaknesses],
            prior_version=record.prior_version,
            suppressed=suppressed,
            competitor_keys=record.competitors,
        )

    @strawberry.field(description="The other drugs with enough ratings for the indication, the most rated first.")
    def competitors(self, info: Info) -> list[Annotated["Drug", strawberry.lazy("graph.types.drug")]]:
        return later(info.context.loaders.known_drugs(self.competitor_keys))

    @strawberry.field(description="Which arithmetic it comes from, as in `meta.methodVersion`.")
    def method_version(self) -> str:
        return METHOD_VERSION
