"""Intervals for a proportion."""

from math import sqrt

Z_95 = 1.959964
"""The 97.5 % quantile of the standard normal distribution: 95 % lie within this many standard deviations."""


def wilson_interval(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a proportion.

    It holds its level for few trials and for proportions near 0 or 1, where the usual "plus or minus two standard
    errors" leaves the range from 0 to 1 or has no width. Source: Wilson, Journal of the American Statistical
    Association 1927; recommended by Newcombe, Statistics in Medicine 1998 (his method 3).

    Args:
        successes: how many of the trials succeeded.
        trials: how many there were.
        z: half the width in standard deviations; the default gives 95 %.

    Returns:
        Lower and upper bound, 0 to 1, with successes / trials between them. Without trials (0, 1): nothing is known.

    Raises:
        ValueError: fewer than 0 successes, or more than trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if not trials:
        return 0.0, 1.0
    share = successes / trials
    centre = (successes + z * z / 2) / (trials + z * z)
    half_width = z * sqrt(trials * share * (1 - share) + z * z / 4) / (trials + z * z)
    # When all succeed the upper limit is the share itself; rounding can put it a hair below.
    return centre - half_width, min(1.0, max(share, centre + half_width))
