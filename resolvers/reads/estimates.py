"""Estimates as plain numbers, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.composite import EQUAL_WEIGHTS
from scoring.counts import CRITERIA, LEVELS
from scoring.estimates import Estimates
from scoring.posterior import Posterior, criterion_interval, posterior
from scoring.prior import Prior, PriorVersion

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Weights = tuple[float, ...]
"""The weights of the six criteria, adding up to 1."""

EQUAL: Weights = tuple(EQUAL_WEIGHTS.tolist())

WEIGHTS = 256
"""So many clients' weights are kept as arrays."""


class EstimateRecord(NamedTuple):
    """A value and the bounds of its 95 % interval."""

    value: float
    lower: float
    upper: float


@lru_cache(maxsize=WEIGHTS)
def _as_array(weights: Weights) -> Floats:
    array = np.array(weights)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True)
class Perspective:
    """How a client wants to see scores: with which weights, and under which version of the priors (None: in use)."""

    weights: Weights = EQUAL
    prior_version: int | None = None

    def weights_array(self) -> Floats:
        """The weights to reckon with; not to be changed."""
        return _as_array(self.weights)


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


NO_DISTRIBUTIONS = ((0,) * LEVELS,) * CRITERIA


class Criteria(Protocol):
    """The criterion scores of one cell, and what they are made from."""

    def __call__(self) -> CriterionRecords:
        """Work them out, unless that has been done."""

    def distributions(self) -> Sequence[Sequence[int]]:
        """How many answers each level of each criterion got, from level 1 to 5."""

    def alone(self) -> "Criteria":
        """The same, without holding on to the other cells that were read together with this one."""


class NoCriteria:
    """Those of a cell without a score."""

    def __call__(self) -> CriterionRecords:
        """None at all."""
        return NO_CRITERIA

    def distributions(self) -> Sequence[Sequence[int]]:
        """Zeros."""
        return NO_DISTRIBUTIONS

    def alone(self) -> Criteria:
        """Itself."""
        return self


class CriterionScores:
    """The criterion scores of some cells, worked out for all of them when the first one is asked for.

    The exact intervals of few answers take several times as long as all else that is known of a score, and most who
    read scores do not ask for them.
    """

    def __init__(self, estimates: Estimates) -> None:
        self._estimates = estimates
        self._alone: dict[int, CriteriaAlone] = {}

    def of_cell(self, position: int) -> Criteria:
        """Those of one of the cells."""
        return CriteriaAmongOthers(self, position)

    def worked_out(self, position: int) -> CriterionRecords:
        """Those of one of the cells, as numbers."""
        return self._records[position]

    def distributions(self, position: int) -> Sequence[Sequence[int]]:
        """How many answers each level of each criterion of one of the cells got."""
        levels: list[list[int]] = self._estimates.counts.levels[position].tolist()
        return levels

    def alone(self, position: int) -> "CriteriaAlone":
        """Those of one of the cells, which need not be worked out again when they have been for all."""
        if position not in self._alone:
            estimates = self._estimates
            shares, strengths = estimates.prior.shares, estimates.prior.strengths
            if strengths.ndim > 1:
                shares, strengths = shares[position].copy(), strengths[position].copy()
            self._alone[position] = CriteriaAlone(estimates.counts.levels[position].copy(), shares, strengths)
        alone = self._alone[position]
        if "_records" in self.__dict__:
            alone.settle(self._records[position])
        return alone

    @cached_property
    def _records(self) -> list[CriterionRecords]:
        estimates = self._estimates
        records = criterion_records(estimates.counts.levels, estimates.prior.shares, estimates.prior.strengths)
        for position, alone in self._alone.items():
            alone.settle(records[position])
        return records


class CriteriaAmongOthers:
    """The criterion scores of a cell that was read together with others."""

    __slots__ = ("_position", "_scores")

    def __init__(self, scores: CriterionScores, position: int) -> None:
        self._scores = scores
        self._position = position

    def __call__(self) -> CriterionRecords:
        """Work those of all these cells out, unless that has been done."""
        return self._scores.worked_out(self._position)

    def distributions(self) -> Sequence[Sequence[int]]:
        """Those of this cell."""
        return self._scores.distributions(self._position)

    def alone(self) -> Criteria:
        """A copy of what they are made from."""
        return self._scores.alone(self._position)


class CriteriaAlone:
    """The criterion scores of a cell, with a copy of what they are made from."""

    __slots__ = ("_levels", "_made_from", "_records")

    def __init__(self, levels: Integers, shares: Floats, strengths: Floats) -> None:
        self._levels = levels
        self._made_from: tuple[Floats, Floats] | None = shares, strengths
        self._records: CriterionRecords = NO_CRITERIA

    def __call__(self) -> CriterionRecords:
        """Work them out, unless that has been done."""
        if self._made_from is not None:
            shares, strengths = self._made_from
            [records] = criterion_records(self._levels[None], shares, strengths)
            self.settle(records)
        return self._records

    def distributions(self) -> Sequence[Sequence[int]]:
        """Those of the copy."""
        levels: list[list[int]] = self._levels.tolist()
        return levels

    def alone(self) -> Criteria:
        """Itself."""
        return self

    def settle(self, records: CriterionRecords) -> None:
        """They have been worked out."""
        self._records, self._made_from = records, None


def criterion_records(levels: Integers, shares: Floats, strengths: Floats) -> list[CriterionRecords]:
    """The criterion scores of some cells.

    Args:
        levels: (K, CRITERIA, LEVELS), how many answers each level has.
        shares: (..., CRITERIA, LEVELS), of the prior of each cell, or of one for all.
        strengths: (..., CRITERIA), likewise.
    """
    criteria = posterior(levels, shares, strengths)
    lower, upper = criterion_interval(levels, shares, strengths, criteria)
    flat = estimate_records(Posterior(criteria.mean.ravel(), criteria.variance.ravel()), (lower.ravel(), upper.ravel()))
    return [
        tuple(flat[cell * CRITERIA + position] if answered else None for position, answered in enumerate(answers))
        for cell, answers in enumerate(levels.sum(axis=-1).tolist())
    ]


def estimate_records(posterior: Posterior, interval: tuple[Floats, Floats]) -> list[EstimateRecord]:
    """One record for each entry of one-dimensional arrays."""
    lower, upper = interval
    return list(map(EstimateRecord._make, zip(posterior.mean.tolist(), lower.tolist(), upper.tolist(), strict=True)))


def priors_of(version: PriorVersion, indication_ids: Sequence[int | None]) -> Prior:
    """The prior of each of these indications; None: over all indications."""
    return Prior.at_each([version.prior_for(indication_id) for indication_id in indication_ids])
