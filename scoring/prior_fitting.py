"""Fitting the prior to all ratings: empirical Bayes by the credibility theory of Bühlmann, Straub and Jewell.

The model has three steps. An indication's mean lies around the mean of all; a drug's mean lies around its
indication's; answers about a drug vary around the drug's mean. The variance of each step is estimated by the method of
moments, in the form of Bichsel and Straub: a drug with n answers weighs n / (n + M), its credibility, so that one with
ten thousand answers counts little more than one with a hundred. See Bühlmann and Gisler, A Course in Credibility
Theory, chapters 4 and 6.

Everything is in units of the step below: a strength M is the variance of answers about a drug over the variance of
drugs, so 1 / M is the drugs' variance when that of answers is 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.composite import OWN_CORRELATION_ANSWERS
from scoring.counts import CRITERIA, LEVEL_VALUES, PAIRS, CellCounts
from scoring.prior import UNIFORM, UNIFORM_VERSION, Prior, PriorVersion

Floats = NDArray[np.float64]

LEAST_STRENGTH = 1.0
"""Drugs then differ by as much as the answers about one drug: the reliability of one answer, 1 / (1 + M), is a half. No
two physicians agree better than that, so what seems to is a fit to few drugs."""

MOST_STRENGTH = 200.0
"""The reliability of one answer is then 0.5 %. However alike all drugs were so far, one that has hundreds of answers
is free to differ."""

BUILT_IN_DRUGS = 4
"""For how many drugs the built-in prior's strengths and correlations count. A variance found from so few has a standard
error of 70 %, about what is known without any."""

PRIOR_DRUGS = 20
"""For how many drugs of its own the drugs' variance over all indications counts in one indication. A variance found
from 20 drugs has a standard error of a third, and indications are not expected to differ by more."""

LEAST_SHARE = 1e-6
"""Of a level, so that no answer is impossible."""

LEAST_EIGENVALUE = 1e-4
"""Of a matrix of correlations; more than rounding can take away."""

DECIMALS = 6
"""To which a prior is rounded, so that it can be printed in full and recomputed by hand."""

INDICATION_BOUNDS = (0.1, 20.0)
"""Of the drugs' variance within an indication over that of the indications' means. The upper one keeps 5 % for what
an indication may have of its own even where no difference between indications was found."""

INDICATIONS_APART = 0.2
"""The variance of the indications' means over that of the drugs within one, as long as few indications tell it: drugs
are compared with each other within an indication, which has easy and hard cases for all of them."""

_STEPS = 40
"""Halvings of a bracket of a few powers of ten: to more digits than are kept."""

_FIRST, _SECOND = (np.array(places) for places in zip(*PAIRS, strict=True))


def fit_prior(indications: NDArray[np.int64], counts: CellCounts) -> PriorVersion:
    """The prior that ratings speak for.

    Args:
        indications: (K,), the indication of each cell, one cell for each drug and indication, as everybody rates it.
        counts: of the cells.

    Returns:
        The prior of each indication that has a rated drug. Shares of levels are pooled over the indication's drugs,
        and moved towards those of all indications by how little the indication's drugs tell. A strength is the
        variance of answers over that of the drugs' means, the latter moved towards that of all indications and
        increased by what the expectation itself may be off. Without any rating it is the built-in prior.
    """
    order = np.argsort(indications, kind="stable")
    order = order[counts.ratings[order] > 0]
    if not len(order):
        return UNIFORM_VERSION
    counts = CellCounts(counts.ratings[order], counts.levels[order], counts.pairs[order])
    keys, starts = np.unique(indications[order], return_index=True)
    drugs = _Drugs.of(counts, starts)

    answer_variance = _answer_variance(counts)
    found = _strength(drugs, answer_variance, (LEAST_STRENGTH, MOST_STRENGTH))
    known = drugs.effective(found).sum(axis=0)
    spread = _moved(1 / found, known, 1 / UNIFORM.strengths, BUILT_IN_DRUGS)
    credibility = drugs.credibility(1 / spread)
    pooled = _Drugs(np.add.reduceat(credibility, starts), drugs.centres(credibility), np.zeros(1, dtype=np.int64))
    apart = 1 / _strength(pooled, answer_variance * spread, INDICATION_BOUNDS)
    apart = _moved(apart, pooled.effective(1 / apart).sum(axis=0), INDICATIONS_APART, BUILT_IN_DRUGS)

    shares = _pooled_shares(counts, credibility, starts)
    everywhere = _shares_of_all(shares, pooled.sizes, apart)
    trust = pooled.credibility(1 / apart)[:, :, None]
    within = _within(counts, answer_variance)
    between = _between(drugs, counts, answer_variance, spread, within)

    def prior(level_shares: Floats, variance: Floats) -> Prior:
        strengths = np.clip(1 / variance, LEAST_STRENGTH, MOST_STRENGTH)
        return Prior(_rounded_shares(level_shares), strengths.round(DECIMALS), within, between)

    own_spread = _own_spread(drugs, answer_variance, spread, known + BUILT_IN_DRUGS)
    return PriorVersion(
        prior(everywhere, _raised(spread, known + BUILT_IN_DRUGS) * (1 + apart)),
        {
            int(key): prior(own_shares, variance)
            for key, own_shares, variance in zip(
                keys,
                trust * shares + (1 - trust) * everywhere,
                own_spread + spread / (1 / apart + pooled.sizes),
                strict=True,
            )
        },
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drugs:
    """Means of drugs within indications, or of indications within all: whatever lies around a common mean.

    Attributes:
        sizes: (K, C), how many answers each mean is made from, or what else makes it certain.
        means: (K, C); anything where the size is 0.
        starts: where in K each group begins that has a common mean.
    """

    sizes: Floats
    means: Floats
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, counts: CellCounts, starts: NDArray[np.int64]) -> "_Drugs":
        answers = counts.answers
        return cls(answers.astype(np.float64), counts.levels @ LEVEL_VALUES / np.maximum(answers, 1), starts)

    def credibility(self, strengths: Floats) -> Floats:
        return self.sizes / (self.sizes + strengths)

    def centres(self, weights: Floats) -> Floats:
        """The weighted mean of each group, (groups, C)."""
        return _ratio(np.add.reduceat(weights * self.means, self.starts), np.add.reduceat(weights, self.starts))

    def distances(self, weights: Floats) -> Floats:
        """Of each mean from its group's, (K, C)."""
        repeats = np.diff(self.starts, append=len(self.means))
        distances: Floats = self.means - np.repeat(self.centres(weights), repeats, axis=0)
        return distances

    def degrees(self) -> Floats:
        """Of freedom, in each group: how many means it has beyond the first."""
        present: Floats = np.add.reduceat((self.sizes > 0).astype(np.float64), self.starts)
        return np.maximum(present - 1, 0)

    def effective(self, strengths: Floats) -> Floats:
        """How many exactly known drugs would tell as much about the drugs' variance, in each group beyond the first."""
        return _ratio(_freedom(self.credibility(strengths), self.starts) ** 2, self.degrees())

    def squares(self, strengths: Floats, variance: Floats) -> Floats:
        """Of distances, over what they should be; as many as `degrees` are expected if the strengths are right."""
        credibility = self.credibility(strengths)
        squares = np.add.reduceat(credibility * self.distances(credibility) ** 2, self.starts)
        relative: Floats = squares * strengths / variance
        return relative


def _strength(drugs: _Drugs, variance: Floats, bounds: tuple[float, float]) -> Floats:
    """The variance below over the variance of the means, (C,): the one at which squares are what they should be."""
    expected = drugs.degrees().sum(axis=0)
    low, high = (np.full(drugs.means.shape[1], np.log(bound)) for bound in bounds)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        too_strong = drugs.squares(np.exp(middle), variance).sum(axis=0) > expected
        low, high = np.where(too_strong, low, middle), np.where(too_strong, middle, high)
    strength: Floats = np.exp((low + high) / 2)
    return strength


def _own_spread(drugs: _Drugs, variance: Floats, spread: Floats, known: Floats) -> Floats:
    """The drugs' variance in each indication, moved towards that of all, (indications, C).

    It is one standard error above its estimate: a prior that is somewhat too weak hardly moves a score, one that is
    too strong makes intervals too narrow.
    """
    strengths = 1 / spread
    freedom = _freedom(drugs.credibility(strengths), drugs.starts)
    excess = _ratio(drugs.squares(strengths, variance) - drugs.degrees(), freedom)
    effective = drugs.effective(strengths)
    moved = np.maximum(_moved(spread * (1 + excess), effective, spread, PRIOR_DRUGS), 1 / MOST_STRENGTH)
    return _raised(moved, effective + np.minimum(known, PRIOR_DRUGS))


def _moved(own: Floats, drugs: Floats, expected: Floats | float, expected_drugs: float) -> Floats:
    """A variance found from so many drugs, moved towards what was expected as if found from others."""
    return (drugs * own + expected_drugs * expected) / (drugs + expected_drugs)


def _raised(variance: Floats, drugs: Floats) -> Floats:
    """A variance found from so many drugs, one standard error higher; for a normal distribution's."""
    raised: Floats = variance * (1 + np.sqrt(2 / drugs))
    return raised


def _freedom(weights: Floats, starts: NDArray[np.int64]) -> Floats:
    """What the weighted squared distances of means with variance 1 from their group's mean add up to, by group."""
    totals: Floats = np.add.reduceat(weights, starts)
    return totals - _ratio(np.add.reduceat(weights**2, starts), totals)


def _answer_variance(counts: CellCounts) -> Floats:
    """The variance of answers about one drug, (CRITERIA,)."""
    answers = counts.answers
    means = counts.levels @ LEVEL_VALUES / np.maximum(answers, 1)
    squares = (counts.levels * (LEVEL_VALUES - means[:, :, None]) ** 2).sum(axis=2)
    # The built-in prior stands in as one more drug, so that answers which are all alike leave some variance.
    built_in = (UNIFORM.shares @ LEVEL_VALUES**2 - (UNIFORM.shares @ LEVEL_VALUES) ** 2)[None]
    return _averaged(np.concatenate([squares, built_in]), np.concatenate([answers - 1, np.ones((1, CRITERIA))]))


def _averaged(sums: Floats, degrees: Floats) -> Floats:
    """The mean over drugs of sums by their degrees of freedom; no drug counts as more than a well-known one."""
    known = np.maximum(degrees, 0)
    weights = 1 / (known + OWN_CORRELATION_ANSWERS)
    averaged: Floats = _ratio((sums * weights).sum(axis=0), (known * weights).sum(axis=0))
    return averaged


def _pooled_shares(counts: CellCounts, credibility: Floats, starts: NDArray[np.int64]) -> Floats:
    """The credibility-weighted shares of levels in each indication, (indications, CRITERIA, LEVELS)."""
    shares = counts.levels / np.maximum(counts.answers, 1)[:, :, None]
    totals = np.add.reduceat(credibility, starts)[:, :, None]
    return _ratio(np.add.reduceat(credibility[:, :, None] * shares, starts), totals)


def _shares_of_all(shares: Floats, sizes: Floats, apart: Floats) -> Floats:
    """The shares of levels over all indications, (CRITERIA, LEVELS); the built-in prior stands in as one more drug."""
    weights = (sizes / (1 + sizes * apart))[:, :, None]
    of_all: Floats = ((weights * shares).sum(axis=0) + UNIFORM.shares) / (weights.sum(axis=0) + 1)
    return of_all


def _rounded_shares(shares: Floats) -> Floats:
    rounded = np.maximum(shares.round(DECIMALS), LEAST_SHARE)
    largest = rounded.argmax(axis=1)
    # What rounding lost or added goes to the largest share, where it matters least.
    rounded[range(CRITERIA), largest] += 1 - rounded.sum(axis=1)
    return rounded.round(DECIMALS)


def _within(counts: CellCounts, answer_variance: Floats) -> Floats:
    """The correlation of the answers of one rating about one drug, (CRITERIA, CRITERIA)."""
    joint, first_sum, second_sum, product_sum = np.moveaxis(counts.pairs, -1, 0)
    products = product_sum - first_sum * second_sum / np.maximum(joint, 1)
    degrees = np.maximum(joint - 1, 0)
    scale = np.sqrt(answer_variance[_FIRST] * answer_variance[_SECOND])
    total = degrees.sum(axis=0)
    found = _averaged(products, degrees) / scale
    expected = UNIFORM.within[_FIRST, _SECOND]
    return _correlations((total * found + OWN_CORRELATION_ANSWERS * expected) / (total + OWN_CORRELATION_ANSWERS))


def _between(drugs: _Drugs, counts: CellCounts, answer_variance: Floats, spread: Floats, within: Floats) -> Floats:
    """The correlation of the drugs' true means within an indication, (CRITERIA, CRITERIA).

    The means found covary by their true covariance plus that of the errors which ratings of both criteria share.
    """
    credibility = drugs.credibility(1 / spread)
    weights = np.sqrt(credibility[:, _FIRST] * credibility[:, _SECOND])
    first = _Drugs(weights, drugs.means[:, _FIRST], drugs.starts).distances(weights)
    second = _Drugs(weights, drugs.means[:, _SECOND], drugs.starts).distances(weights)
    joint = counts.pairs[:, :, 0]
    sizes = np.maximum(drugs.sizes[:, _FIRST] * drugs.sizes[:, _SECOND], 1)
    errors = joint / sizes * within[_FIRST, _SECOND] * np.sqrt(answer_variance[_FIRST] * answer_variance[_SECOND])
    totals = np.repeat(np.add.reduceat(weights, drugs.starts), np.diff(drugs.starts, append=len(drugs.means)), axis=0)
    kept = weights * (1 - _ratio(weights, totals))
    covariance = (weights * first * second - kept * errors).sum(axis=0)
    variance = answer_variance * spread
    scale = np.sqrt(variance[_FIRST] * variance[_SECOND])
    expected = UNIFORM.between[_FIRST, _SECOND]
    return _correlations((covariance / scale + BUILT_IN_DRUGS * expected) / (kept.sum(axis=0) + BUILT_IN_DRUGS))


def _correlations(of_pairs: Floats) -> Floats:
    """The nearest matrix of correlations, by raising eigenvalues that no correlations can have."""
    matrix = np.eye(CRITERIA)
    matrix[_FIRST, _SECOND] = matrix[_SECOND, _FIRST] = np.clip(of_pairs, -1, 1)
    values, vectors = np.linalg.eigh(matrix)
    raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diagonal(raised))
    correlations: Floats = (raised / np.outer(scale, scale)).round(DECIMALS)
    # The two halves may round apart.
    correlations[_SECOND, _FIRST] = correlations[_FIRST, _SECOND]
    return correlations


def _ratio(values: Floats, by: Floats) -> Floats:
    """The quotient, and 0 where nothing is there to divide by."""
    return np.divide(values, by, out=np.zeros(np.broadcast_shapes(values.shape, by.shape)), where=by > 0)
