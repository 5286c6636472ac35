"""How physicians answer the six criteria, and which they leave out."""

import numpy as np
from numpy.typing import NDArray

from models.ratings import CRITERIA, LEVELS

CUTS = (-2.0, -1.25, -0.45, 0.75)
"""Where an impression turns into the next level: most answers are 4, few are 1, and the mean is about 3.8."""

# Standard deviations: what moves all answers of one rating, and what moves each by itself.
RATING_SPREAD = 0.40
ANSWER_SPREAD = 0.64

UNANSWERED_SHARES = (0.62, 0.21, 0.105, 0.045, 0.015, 0.005)
"""Shares of ratings that leave out 0, 1, … 5 criteria: on average 0.64, so 5.36 answers."""

OMISSION_WEIGHTS = {
    "efficacy": 0.4,
    "safety": 0.8,
    "tolerability": 0.9,
    "accessibility": 1.8,
    "adherence": 1.5,
    "preference": 0.8,
}
"""How readily a criterion is left out, in comparison with the others."""


def draw_levels(expected: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.int64]:
    """Levels 1..5 for impressions of ratings (rows) by criterion (columns), before any is left out."""
    count = len(expected)
    impressions = (
        expected
        + RATING_SPREAD * chance.standard_normal((count, 1))
        + ANSWER_SPREAD * chance.standard_normal((count, len(CRITERIA)))
    )
    levels: NDArray[np.int64] = np.searchsorted(CUTS, impressions) + LEVELS[0]
    return levels


def draw_omissions(count: int, chance: np.random.Generator) -> NDArray[np.bool_]:
    """Which answers `count` ratings (rows) leave out, by criterion (columns); never all of them.

    The shares of UNANSWERED_SHARES hold in every block, not only in the long run.
    """
    omitted = np.searchsorted(np.cumsum(UNANSWERED_SHARES[:-1]), evenly(count, chance), side="right")
    weights = np.array([OMISSION_WEIGHTS[criterion] for criterion in CRITERIA])
    waits = chance.standard_exponential((count, len(CRITERIA))) / weights
    places = waits.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    omissions: NDArray[np.bool_] = places < omitted[:, None]
    return omissions


def evenly(count: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Numbers in [0, 1), one from each of `count` equal parts, in random order."""
    numbers: NDArray[np.float64] = (chance.permutation(count) + chance.random(count)) / count
    return numbers
