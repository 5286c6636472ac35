"""How much evidence a score rests on, in one word."""

from enum import StrEnum


class Evidence(StrEnum):
    """From nothing to plenty."""

    NONE = "NONE"
    EARLY = "EARLY"
    MODERATE = "MODERATE"
    STRONG = "STRONG"


MODERATE_RATINGS = 10
"""Below it one more rating can move a score visibly, whatever the interval says."""

MODERATE_WIDTH = 1.0
"""An interval of ± 0.5: it tells a drug from one that is better by what `findings` calls a strong difference."""

STRONG_RATINGS = 30
"""With fewer, a handful of like-minded colleagues can be most of the raters."""

STRONG_WIDTH = 0.5
"""An interval of ± 0.25, the smallest difference that counts as a strength or a weakness."""


def evidence_of(ratings: int, width: float) -> Evidence:
    """The evidence behind an overall score.

    Args:
        ratings: how many there are.
        width: of the overall score's 95 % interval, on the scale of the levels.

    Returns:
        NONE without ratings; STRONG or MODERATE when both the count and the width reach the thresholds of the name;
        EARLY otherwise.
    """
    if ratings <= 0:
        return Evidence.NONE
    if ratings >= STRONG_RATINGS and width <= STRONG_WIDTH:
        return Evidence.STRONG
    if ratings >= MODERATE_RATINGS and width <= MODERATE_WIDTH:
        return Evidence.MODERATE
    return Evidence.EARLY
