"""Estimates of cells: everything about their scores that does not depend on whose weights they are seen with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.composite import error_covariances, overall
from scoring.counts import CellCounts
from scoring.posterior import Posterior, credible_interval, criterion_interval, posterior
from scoring.prior import Prior

Floats = NDArray[np.float64]

Interval = tuple[Floats, Floats]
"""The lower and the upper limits."""


class OverallScore(NamedTuple):
    """The overall score of one cell, as plain numbers.

    Attributes:
        ratings: how many the cell has.
        answers: how many of them the score rests on; 0: there is none, and the other numbers are the prior's.
        value: the posterior mean.
        lower: where its 95 % interval begins.
        upper: where it ends.
    """

    ratings: int
    answers: int
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Estimates:
    """The estimates of K cells.

    Attributes:
        counts: what they are made from.
        criteria: the criterion scores, (K, CRITERIA).
        covariances: of the criterion scores' errors, (K, CRITERIA, CRITERIA).
        prior: of each cell, or one for all.
    """

    counts: CellCounts
    criteria: Posterior
    covariances: Floats
    prior: Prior
    _overall: dict[bytes, Posterior] = field(default_factory=dict)
    _intervals: dict[bytes, Interval] = field(default_factory=dict)
    _answers: dict[bytes, NDArray[np.int64]] = field(default_factory=dict)
    _scores: dict[bytes, list[OverallScore]] = field(default_factory=dict)
    """What has been worked out, by the bytes of the weights: a ranking and the scores beside it want the same."""

    def __len__(self) -> int:
        """How many cells there are."""
        return len(self.counts)

    def at(self, positions: Sequence[int]) -> "Estimates":
        """The estimates of some of the cells, by their positions, with the same bits."""
        return Estimates(
            self.counts.at(positions),
            Posterior(self.criteria.mean[positions], self.criteria.variance[positions]),
            self.covariances[positions],
            self.prior.at(positions),
            {
                weights: Posterior(scores.mean[positions], scores.variance[positions])
                for weights, scores in self._overall.items()
            },
            {weights: (lower[positions], upper[positions]) for weights, (lower, upper) in self._intervals.items()},
            {weights: answers[positions] for weights, answers in self._answers.items()},
        )

    def parts(self, sizes: Sequence[int]) -> list["Estimates"]:
        """The estimates of the first cells, of those after them, and so on, with the same bits.

        Args:
            sizes: of how many cells each part is; all together, of as many as there are.
        """
        if len(sizes) == 1:
            return [self]
        ends = accumulate(sizes, initial=0)
        return [PartOfEstimates(self, slice(start, end)) for start, end in pairwise(ends)]

    def overall(self, weights: Floats) -> Posterior:
        """The overall scores, (K,), with the criteria's weights as `normalised_weights` gives them."""
        key = weights.tobytes()
        if key not in self._overall:
            self._overall[key] = overall(self.criteria.mean, self.covariances, weights)
        return self._overall[key]

    def answers_behind(self, criterion: int | None, weights: Floats) -> NDArray[np.int64]:
        """How many ratings each score rests on, as the function of the same name says, (K,)."""
        if criterion is not None:
            return answers_behind(self.counts, criterion, weights)
        key = weights.tobytes()
        if key not in self._answers:
            self._answers[key] = answers_behind(self.counts, None, weights)
        return self._answers[key]

    def overall_scores(self, weights: Floats) -> list[OverallScore]:
        """The overall scores with their intervals as plain numbers, one for each cell."""
        key = weights.tobytes()
        if key not in self._scores:
            lower, upper = self.interval_by(None, weights)
            mean, answers = self.overall(weights).mean, self.answers_behind(None, weights)
            numbers = (self.counts.ratings, answers, mean, lower, upper)
            self._scores[key] = list(
                map(OverallScore._make, zip(*(of_all.tolist() for of_all in numbers), strict=True))
            )
        return self._scores[key]

    def by(self, criterion: int | None, weights: Floats) -> Posterior:
        """The scores by one criterion's position, or the overall scores (None), (K,)."""
        if criterion is None:
            return self.overall(weights)
        return Posterior(self.criteria.mean[:, criterion], self.criteria.variance[:, criterion])

    def interval_by(self, criterion: int | None, weights: Floats) -> Interval:
        """The 95 % intervals of what `by` gives: the lower and the upper limits, (K,) each.

        Args:
            criterion: the position of a criterion; None: overall.
            weights: of the criteria.
        """
        if criterion is None:
            key = weights.tobytes()
            if key not in self._intervals:
                scores = self.overall(weights)
                self._intervals[key] = credible_interval(scores.mean, scores.variance, self.counts.ratings)
            return self._intervals[key]
        return criterion_interval(
            self.counts.levels[:, criterion],
            self.prior.shares[..., criterion, :],
            self.prior.strengths[..., criterion],
        )

    def criterion_intervals(self) -> Interval:
        """The 95 % intervals of all criterion scores: the lower and the upper limits, (K, CRITERIA) each."""
        return criterion_interval(self.counts.levels, self.prior.shares, self.prior.strengths, self.criteria)


class PartOfEstimates(Estimates):
    """The estimates of some of the cells, which stand together.

    Of overall scores, what one part wants is worked out for all. Arrays are cut when somebody asks for them, since
    nobody does of most parts.

    Args:
        whole: the estimates of all the cells.
        cells: which of them.
    """

    def __init__(self, whole: Estimates, cells: slice) -> None:
        self._whole = whole
        self._cells = cells

    def __len__(self) -> int:
        return len(range(*self._cells.indices(len(self._whole))))

    @cached_property
    def counts(self) -> CellCounts:
        return self._whole.counts.at(self._cells)

    @cached_property
    def criteria(self) -> Posterior:
        criteria, cells = self._whole.criteria, self._cells
        return Posterior(criteria.mean[cells], criteria.variance[cells])

    @cached_property
    def covariances(self) -> Floats:
        return self._whole.covariances[self._cells]

    @cached_property
    def prior(self) -> Prior:
        return self._whole.prior.at(self._cells)

    def at(self, positions: Sequence[int]) -> Estimates:
        first = self._cells.start
        return self._whole.at([first + position for position in positions])

    def overall(self, weights: Floats) -> Posterior:
        of_whole, cells = self._whole.overall(weights), self._cells
        return Posterior(of_whole.mean[cells], of_whole.variance[cells])

    def overall_scores(self, weights: Floats) -> list[OverallScore]:
        return self._whole.overall_scores(weights)[self._cells]

    def answers_behind(self, criterion: int | None, weights: Floats) -> NDArray[np.int64]:
        return self._whole.answers_behind(criterion, weights)[self._cells]

    def interval_by(self, criterion: int | None, weights: Floats) -> Interval:
        if criterion is not None:
            return super().interval_by(criterion, weights)
        lower, upper = self._whole.interval_by(None, weights)
        return lower[self._cells], upper[self._cells]


def answers_behind(counts: CellCounts, criterion: int | None, weights: Floats) -> NDArray[np.int64]:
    """How many ratings a score rests on, (K,).

    Args:
        counts: of K cells.
        criterion: its position: the ratings that answer it. None, for the overall: all ratings, or 0 where nobody
            has answered any criterion that counts, because such a score would be the prior's alone.
        weights: (CRITERIA,), of the criteria in the overall.
    """
    if criterion is not None:
        return counts.answers[:, criterion]
    return np.where(counts.answers @ (weights > 0), counts.ratings, 0)


def estimate(counts: CellCounts, prior: Prior) -> Estimates:
    """The estimates of cells under a prior of each, or one for all."""
    criteria = posterior(counts.levels, prior.shares, prior.strengths)
    return Estimates(counts, criteria, error_covariances(counts, criteria, prior), prior)
