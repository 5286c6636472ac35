"""Two drugs in the eyes of the physicians who rated both.

A physician who is strict or lenient is so with both drugs, and the difference is free of it. What remains is a choice:
who rated both has used both, which not every physician has.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit

from scoring.comparison import WIDEST
from scoring.proportions import wilson_interval

PRIOR_DEGREES_OF_FREEDOM = 1
"""What is believed beforehand about the variance of the differences is worth one pair of ratings. Without it, two
physicians with the same difference would leave no doubt at all."""

PRIOR_VARIANCE = 1.0
"""In squared levels: a physician's difference between two drugs is typically about a level off the mean difference."""

UPPER_TAIL = 0.975
"""An interval between this quantile and its mirror image holds 95 %."""


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """The first drug against the second, among the physicians who rated both.

    Attributes:
        physicians: how many there are; at least 1.
        wins: how many of them rated the first drug higher.
        losses: how many of them rated it lower.
        mean_difference: first minus second, in levels, -4 to 4.
        lower: where the 95 % interval of the mean difference begins.
        upper: where it ends.
        win_share: wins of those who rated the two differently; None when nobody did.
        win_share_lower: where the 95 % interval of the win share begins; None with the share.
        win_share_upper: where it ends; None with the share.
    """

    physicians: int
    wins: int
    losses: int
    mean_difference: float
    lower: float
    upper: float
    win_share: float | None
    win_share_lower: float | None
    win_share_upper: float | None

    @property
    def ties(self) -> int:
        """How many physicians rated both drugs the same."""
        return self.physicians - self.wins - self.losses

    def swapped(self) -> "HeadToHead":
        """The second drug against the first."""
        return HeadToHead(
            self.physicians,
            self.losses,
            self.wins,
            0.0 - self.mean_difference,  # a plain minus would make -0.0 of no difference
            0.0 - self.upper,
            0.0 - self.lower,
            *_win_share(self.losses, self.wins),
        )


def head_to_head(
    physicians: int, wins: int, losses: int, sum_difference: int, sum_squares: int, scale: int
) -> HeadToHead | None:
    """Sum up the counts of a head-to-head.

    The differences of the n physicians are taken as draws from a normal distribution of unknown mean and variance. All
    means are equally likely beforehand; the variance has a scaled inverse chi-squared distribution with f degrees of
    freedom around v. Then the true mean has a t distribution with n - 1 + f degrees of freedom around the mean d of
    the differences, of the scale √(S / (n·(n - 1 + f))), where S = f·v + the sum of the squared distances from d. Here
    f = 1 and v = 1, so the interval is d ± t·√S / n with n degrees of freedom, clipped to what the scale of the levels
    allows. Source: Gelman et al., Bayesian Data Analysis, 3rd edition, sections 3.2 and 3.3. The interval of the win
    share is Wilson's.

    Args:
        physicians: how many rated both drugs.
        wins: how many of them rated the first drug higher.
        losses: how many of them rated it lower.
        sum_difference: the sum of their differences, first minus second, times `scale`.
        sum_squares: the sum of the squared differences, times `scale` squared.
        scale: what part of a level the differences are counted in: 1 for levels, 60 for 60ths.

    Returns:
        None when no physician rated both.
    """
    if not physicians:
        return None
    mean = sum_difference / (physicians * scale)
    # In whole numbers up to the division: the difference of two large sums would lose its digits.
    squares = (physicians * sum_squares - sum_difference**2) / (physicians * scale**2)
    freedom = physicians - 1 + PRIOR_DEGREES_OF_FREEDOM
    squares += PRIOR_DEGREES_OF_FREEDOM * PRIOR_VARIANCE
    half_width = float(stdtrit(freedom, UPPER_TAIL)) * sqrt(squares / (physicians * freedom))
    return HeadToHead(
        physicians,
        wins,
        losses,
        mean,
        max(mean - half_width, -WIDEST),
        min(mean + half_width, WIDEST),
        *_win_share(wins, losses),
    )


def _win_share(wins: int, losses: int) -> tuple[float, float, float] | tuple[None, None, None]:
    """The share and the limits of its interval."""
    decided = wins + losses
    if not decided:
        return None, None, None
    return wins / decided, *wilson_interval(wins, decided)
