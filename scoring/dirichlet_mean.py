"""Exact quantiles of the mean of answers whose levels have Dirichlet distributed shares.

With independent gamma variables G_k of shapes a_k, Σ k·p_k is Σ k·G_k / Σ G_k. It is at most t exactly when
Σ (k - t)·G_k is at most 0. The characteristic function of that sum is a product, which Gil-Pelaez's formula turns into
the probability (Imhof, Biometrika 1961, does the same for chi-squared variables).
"""

import numpy as np
from numpy.typing import NDArray

from scoring.counts import LEVEL_VALUES, LEVELS

Floats = NDArray[np.float64]

SETTLED = 1e-3
"""How near a probability must be for Newton's step from there to be the last. The step leaves about the square of it,
and the quantile right to three decimals, to two where the distribution counts for less than five answers."""

NARROW = 1e-5
"""How much of the scale may be left where the distribution jumps, so that no step comes near the probability."""

_MOST_STEPS = 60
"""Halving the scale so often leaves less than NARROW; Newton's steps need two or three."""

_SPACING = 0.25
_PLACES: Floats = np.arange(-2.75, 9, _SPACING)
_POINTS: Floats = np.exp(_PLACES - np.exp(-_PLACES))
"""Where the integrand over (0, ∞) is read. On this scale it and all its derivatives vanish at both ends, so that the
trapezoidal rule converges exponentially (Takahasi and Mori)."""
_POINT_WEIGHTS: Floats = _SPACING * (1 + np.exp(-_PLACES)) / np.pi
"""Over π, and over the point itself, as Gil-Pelaez's formula asks."""


def dirichlet_mean_quantiles(shapes: Floats, probability: float, starts: Floats) -> Floats:
    """Quantiles of Σ k·p_k, k = 1 … LEVELS, where p is Dirichlet distributed.

    Args:
        shapes: (N, LEVELS), the Dirichlet distributions' parameters, all positive.
        probability: which quantile.
        starts: (N,), guesses to begin with.

    Returns:
        (N,), inside the scale.
    """
    quantiles = np.clip(starts, 1 + NARROW, LEVELS - NARROW)
    low, high = np.ones(len(shapes)), np.full(len(shapes), float(LEVELS))
    open_ones = np.arange(len(shapes))
    for _ in range(_MOST_STEPS):
        at, below, above = quantiles[open_ones], low[open_ones], high[open_ones]
        probabilities, density = _distribution(shapes[open_ones], at)
        excess = probabilities - probability
        below, above = np.where(excess < 0, at, below), np.where(excess < 0, above, at)
        following = at - np.divide(excess, density, out=np.full_like(excess, np.inf), where=density > 0)
        # Where Newton's step leaves what is left of the scale, halve that.
        following = np.where((following >= below) & (following <= above), following, (below + above) / 2)
        quantiles[open_ones], low[open_ones], high[open_ones] = following, below, above
        open_ones = open_ones[(np.abs(excess) > SETTLED) & (above - below > NARROW)]
        if not len(open_ones):
            break
    return quantiles


def _distribution(shapes: Floats, at: Floats) -> tuple[Floats, Floats]:
    """The probability of at most `at`, (N,), and the density there."""
    distances = LEVEL_VALUES - at[:, None]
    scales = np.sqrt((shapes * distances**2).sum(axis=1))
    points = _POINTS / scales[:, None]
    reach = points[:, None, :] * distances[:, :, None]
    squares = 1 + reach**2
    angle = np.einsum("nk,nkj->nj", shapes, np.arctan(reach))
    size = np.exp(-0.5 * np.einsum("nk,nkj->nj", shapes, np.log(squares)))
    inverse = 1 / squares
    turning = -points * np.einsum("nk,nkj->nj", shapes, inverse)
    growing = points * np.einsum("nk,nkj->nj", shapes, reach * inverse)
    sine, cosine = np.sin(angle) * size, np.cos(angle) * size
    # By `einsum` and not by `@`, whose last digits depend on how many distributions there are.
    probability = 0.5 - np.einsum("nj,j->n", sine, _POINT_WEIGHTS)
    density = -np.einsum("nj,j->n", cosine * turning + sine * growing, _POINT_WEIGHTS)
    return probability, density
