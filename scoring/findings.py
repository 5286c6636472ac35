"""A drug's strengths and weaknesses: the criteria on which it differs from its competitors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from scoring.comparison import standardised

SURE = 0.95
"""A finding is named when the drug is on that side of its competitors with at least this probability."""

WORTH_NAMING = 0.25
"""In levels. Smaller differences are not named, however sure they are: nobody would choose a drug for them."""

STRONG = 0.5
"""In levels: from here on a finding is strong. This size and the one above follow the effect sizes in Journal of
Medical Internet Research 2015;17(8):e211."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion on which a drug differs from its competitors.

    Attributes:
        criterion: its position.
        difference: the drug's mean minus that of its competitors, in levels; negative for a weakness.
        probability: that the drug's true mean is on that side of theirs, .95 to 1.
        strong: whether the difference is at least half a level.
    """

    criterion: int
    difference: float
    probability: float
    strong: bool


def findings(
    means: NDArray[np.float64], variances: NDArray[np.float64], answers: NDArray[np.int64], drug: int
) -> tuple[list[Finding], list[Finding]]:
    """The strengths and weaknesses of one drug among those used for the same indication.

    On each criterion the drug is compared with the competitors that have answers on it. Each of these has one vote,
    whatever its number of ratings: the question is how the drug does against the alternatives, not against whichever
    one is rated most. With m competitors the difference is mean - Σ mean_j / m, and its variance
    variance + Σ variance_j / m², since drugs are rated independently.

    Args:
        means: (K, CRITERIA), posterior means of the drugs, 1 to 5.
        variances: (K, CRITERIA), their variances, not negative.
        answers: (K, CRITERIA), how many answers they come from.
        drug: the position of the drug in question, 0 to K - 1.

    Returns:
        Strengths and weaknesses, the largest difference first. None on a criterion on which the drug or all its
        competitors have no answers.
    """
    competing = answers > 0
    answered = competing[drug].copy()
    competing[drug] = False
    competitors = competing.sum(axis=0)
    voters = np.maximum(competitors, 1)
    differences = means[drug] - np.where(competing, means, 0).sum(axis=0) / voters
    spreads = variances[drug] + np.where(competing, variances, 0).sum(axis=0) / voters**2
    probabilities = ndtr(np.abs(standardised(differences, spreads)))
    named = answered & (competitors > 0) & (np.abs(differences) >= WORTH_NAMING) & (probabilities >= SURE)
    found = [
        Finding(
            int(criterion),
            float(differences[criterion]),
            float(probabilities[criterion]),
            bool(abs(differences[criterion]) >= STRONG),
        )
        for criterion in np.flatnonzero(named)
    ]
    found.sort(key=lambda finding: abs(finding.difference), reverse=True)
    return (
        [finding for finding in found if finding.difference > 0],
        [finding for finding in found if finding.difference < 0],
    )
