"""How far physicians agree: about one drug, and about all drugs of an indication."""

from collections.abc import Sequence
from typing import Literal

import krippendorff
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.counts import LEVEL_VALUES
from scoring.posterior import HIGHEST, LOWEST

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]

LARGEST_VARIANCE = ((HIGHEST - LOWEST) / 2) ** 2
"""Of answers of which one half are the lowest level and the other half the highest."""

FEWEST = 2
"""It takes two answers to agree or not, and two drugs to tell apart what physicians agree about."""


def divided(levels: ArrayLike) -> NDArray[np.float64]:
    """How divided physicians are: the variance of the answers as a share of the largest possible one.

    0 when all gave the same level, 1 when one half gave the lowest and the other half the highest level, ½ when all
    five levels are equally frequent. The levels are ordered, which this respects and entropy does not: entropy calls
    an even split between 4 and 5 as divided as one between 1 and 5, and five equal shares most divided of all.

    Args:
        levels: (..., LEVELS), how many answers each level has.

    Returns:
        (...), 0 to 1, of the answers there are rather than estimated for others; 0 without answers.
    """
    counts = np.asarray(levels, dtype=np.float64)
    answers = np.maximum(counts.sum(axis=-1), 1)
    mean = counts @ LEVEL_VALUES / answers
    squares = (counts * (LEVEL_VALUES - np.asarray(mean)[..., None]) ** 2).sum(axis=-1)
    return np.asarray(np.minimum(squares / answers / LARGEST_VARIANCE, 1.0))


def divided_of(levels: Sequence[int]) -> float | None:
    """As `divided`, for one criterion of one drug.

    Args:
        levels: how many answers each level has.

    Returns:
        None for fewer than two answers: nobody is there to disagree.
    """
    return float(divided(levels)) if sum(levels) >= FEWEST else None


def alpha(levels_by_drug: ArrayLike, measurement: Measurement = "ordinal") -> float | None:
    """Krippendorff's alpha: how far physicians agree on how the drugs of an indication differ.

    1 when all physicians give a drug the same level, and not all drugs the same; 0 when answers about one drug differ
    as much as answers about any two; below 0 when they differ more. Which physician gave an answer does not matter to
    alpha. Source: Krippendorff, Content Analysis; computed by the library of his name.

    Args:
        levels_by_drug: (K, LEVELS), how many answers on one criterion each drug has at each level. Drugs with a single
            answer do not count, since there is nothing to compare it with.
        measurement: what a distance between levels means; ordinal goes by how many answers lie between them.

    Returns:
        None where alpha is not defined: fewer than two drugs with two answers, or all their answers on one level.
    """
    counts = np.asarray(levels_by_drug, dtype=np.int64)
    counts = counts[counts.sum(axis=-1) >= FEWEST]
    levels_used = np.count_nonzero(counts.sum(axis=0))
    if len(counts) < FEWEST or levels_used < FEWEST:
        return None
    return float(krippendorff.alpha(value_counts=counts, value_domain=LEVEL_VALUES, level_of_measurement=measurement))
