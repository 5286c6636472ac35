"""Weights of the criteria, and the version of the priors: how a client wants to see scores."""

from typing import Annotated

import strawberry

from graph.errors import invalid_argument
from resolvers.reads.estimates import EQUAL, Perspective
from scoring.composite import InvalidWeights, normalised_weights


@strawberry.input(
    description="How much each criterion counts in the overall score. Only the proportions matter: 2 and 1 are the "
    "same as 1 and 0.5. A criterion that is left out does not count. None may be negative, and at least one must be "
    "above 0."
)
class CriterionWeights:
    efficacy: float | None = strawberry.field(default=None, description="Weight of efficacy, 0 or more.")
    safety: float | None = strawberry.field(default=None, description="Weight of safety, 0 or more.")
    tolerability: float | None = strawberry.field(default=None, description="Weight of tolerability, 0 or more.")
    accessibility: float | None = strawberry.field(default=None, description="Weight of accessibility, 0 or more.")
    adherence: float | None = strawberry.field(default=None, description="Weight of adherence, 0 or more.")
    preference: float | None = strawberry.field(default=None, description="Weight of preference, 0 or more.")

    def checked(self) -> tuple[float, ...]:
        """The weights as shares that add up to 1.

        Raises:
            InputError: naming what is wrong.
        """
        values = (
            self.efficacy,
            self.safety,
            self.tolerability,
            self.accessibility,
            self.adherence,
            self.preference,
        )
        try:
            return tuple(normalised_weights([value or 0.0 for value in values]).tolist())
        except InvalidWeights as error:
            raise invalid_argument(f"`weights`: {error}") from error


WeightsArgument = Annotated[
    CriterionWeights | None,
    strawberry.argument(description="How much each criterion counts in the overall; all the same, if left out."),
]

PriorVersionArgument = Annotated[
    int | None,
    strawberry.argument(
        description="Which version of the priors, as in `meta.priorVersions`, so that old expectations can be had "
        "again, for the ratings as they are now; the one in use, if left out."
    ),
]


def perspective_of(weights: CriterionWeights | None, prior_version: int | None) -> Perspective:
    """How the arguments want scores to be seen.

    Raises:
        InputError: naming what is wrong with the weights.
    """
    return Perspective(EQUAL if weights is None else weights.checked(), prior_version)
