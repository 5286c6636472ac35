"""Estimates as plain numbers, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.composite import EQUAL_WEIGHTS
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
