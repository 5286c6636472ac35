"""Estimates as plain numbers, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.composite import EQUAL_WEIGHTS
from scoring.counts import CRITERIA
from scoring.estimates import Estimates
from scoring.posterior import Posterior
from scoring.prior import Prior, PriorVersion

Floats = NDArray[np.float64]

Weights = tuple[float, ...]
"""The weights of the six criteria, adding up to 1."""

EQUAL: Weights = tuple(EQUAL_WEIGHTS.tolist())


@dataclass(frozen=True, slots=True)
class EstimateRecord:
    """A value and the bounds of its 95 % interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Perspective:
    """How a client wants to see scores: with which weights, and under which version of the priors (None: in use)."""

    weights: Weights = EQUAL
    prior_version: int | None = None

    def weights_array(self) -> Floats:
        return np.array(self.weights)


IMPARTIAL = Perspective()
"""Equal weights, and the priors in use."""


class Priors(Protocol):
    """Where reads have the versions of the priors from."""

    async def get(self, version: int | None) -> tuple[int, PriorVersion]:
        """A version and its number; None: the one in use.

        Raises:
            UnknownPrior: there is none with this number.
        """


CriterionRecords = tuple[EstimateRecord | None, ...]
"""The estimates of all criteria of a cell, in their order; None for a criterion that nobody answered."""

NO_CRITERIA: CriterionRecords = (None,) * CRITERIA


class CriterionScores:
    """The criterion scores of some cells, worked out for all of them when the first one is asked for.

    The exact intervals of few answers take several times as long as all else that is known of a score, and most who
    read scores do not ask for them.
    """

    def __init__(self, estimates: Estimates) -> None:
        self._estimates = estimates

    def of_cell(self, position: int) -> CriterionRecords:
        """Those of one of the cells."""
        return self._records[position]

    @cached_property
    def _records(self) -> list[CriterionRecords]:
        criteria = self._estimates.criteria
        lower, upper = self._estimates.criterion_intervals()
        flat = estimate_records(
            Posterior(criteria.mean.ravel(), criteria.variance.ravel()), (lower.ravel(), upper.ravel())
        )
        return [
            tuple(flat[cell * CRITERIA + position] if answered else None for position, answered in enumerate(answers))
            for cell, answers in enumerate(self._estimates.counts.answers.tolist())
        ]


def estimate_records(posterior: Posterior, interval: tuple[Floats, Floats]) -> list[EstimateRecord]:
    """One record for each entry of one-dimensional arrays."""
    lower, upper = interval
    return [
        EstimateRecord(*numbers)
        for numbers in zip(posterior.mean.tolist(), lower.tolist(), upper.tolist(), strict=True)
    ]


def priors_of(version: PriorVersion, indication_ids: Sequence[int | None]) -> Prior:
    """The prior of each of these indications; None: over all indications."""
    return Prior.at_each([version.prior_for(indication_id) for indication_id in indication_ids])
