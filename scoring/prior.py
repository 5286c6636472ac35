"""What is believed about a drug before anybody has rated it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.counts import CRITERIA, LEVELS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What posteriors are shrunk towards: for one indication, or with a leading axis for each of K cells.

    Attributes:
        shares: (..., CRITERIA, LEVELS), the expected share of each level; positive, adding up to 1 for each criterion.
        strengths: (..., CRITERIA), how many answers this expectation counts for.
        within: (CRITERIA, CRITERIA), the correlation of the answers of one rating about one drug: the halo by which
            who answers one criterion highly answers the others highly too.
        between: (CRITERIA, CRITERIA), the correlation of the drugs' true means within an indication: how far a drug
            that is good in one criterion is good in the others.
    """

    shares: Floats
    strengths: Floats
    within: Floats
    between: Floats

    @classmethod
    def at_each(cls, priors: Sequence["Prior"]) -> "Prior":
        """One prior for K cells, from the prior of each, all of one version."""
        if not priors:
            return cls(np.empty((0, CRITERIA, LEVELS)), np.empty((0, CRITERIA)), UNIFORM.within, UNIFORM.between)
        return cls(
            np.array([prior.shares for prior in priors]),
            np.array([prior.strengths for prior in priors]),
            priors[0].within,
            priors[0].between,
        )

    def repeated(self, times: Sequence[int]) -> "Prior":
        """Each of the priors for as many cells, one after another."""
        return Prior(
            np.repeat(self.shares, times, axis=0), np.repeat(self.strengths, times, axis=0), self.within, self.between
        )

    def at(self, positions: Sequence[int] | slice) -> "Prior":
        """The prior of some of the cells, by their positions; one for all cells is that of these as well."""
        if self.strengths.ndim == 1:
            return self
        return Prior(self.shares[positions], self.strengths[positions], self.within, self.between)


UNIFORM_STRENGTH = float(LEVELS)
"""One answer for each level: Evan Miller, "Ranking items with star ratings"."""

UNIFORM_CORRELATION = 0.5
"""Between any two criteria, when nothing is known: half way from independent, which makes intervals of the overall
score too narrow when physicians do carry an impression from one criterion to the next, to identical."""


def _uniform() -> Prior:
    correlation = np.full((CRITERIA, CRITERIA), UNIFORM_CORRELATION)
    np.fill_diagonal(correlation, 1.0)
    return Prior(np.full((CRITERIA, LEVELS), 1 / LEVELS), np.full(CRITERIA, UNIFORM_STRENGTH), correlation, correlation)


UNIFORM = _uniform()
"""The prior of version 0: every level as likely as any other, worth one answer each."""


@dataclass(frozen=True, slots=True, eq=False)
class PriorVersion:
    """The priors of one fit: of each indication that had ratings, and of everything else.

    Attributes:
        everywhere: for an indication without a prior of its own, and for scores over all indications.
        by_indication: by the indications' keys.
    """

    everywhere: Prior
    by_indication: Mapping[int, Prior] = field(default_factory=dict)

    def prior_for(self, indication_id: int | None) -> Prior:
        """The prior of an indication; None: over all indications."""
        if indication_id is None:
            return self.everywhere
        return self.by_indication.get(indication_id, self.everywhere)

    def to_json(self) -> bytes:
        """The whole version as compact JSON, from which `from_json` makes the same numbers to the last bit.

        An indication is a list of its shares and its strengths; the correlations are written once.
        """
        document = {
            "everywhere": _levels_of(self.everywhere),
            "within": self.everywhere.within.tolist(),
            "between": self.everywhere.between.tolist(),
            "indications": {str(key): _levels_of(self.by_indication[key]) for key in sorted(self.by_indication)},
        }
        return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "PriorVersion":
        """The version that `to_json` wrote.

        Raises:
            ValueError: not JSON.
            KeyError: a part is missing.
        """
        document = json.loads(text)
        within, between = np.array(document["within"]), np.array(document["between"])

        def prior(levels: Any) -> Prior:  # noqa: ANN401 - JSON
            shares, strengths = levels
            return Prior(np.array(shares), np.array(strengths), within, between)

        return cls(
            prior(document["everywhere"]),
            {int(key): prior(levels) for key, levels in document["indications"].items()},
        )


def _levels_of(prior: Prior) -> list[Any]:
    return [prior.shares.tolist(), prior.strengths.tolist()]


UNIFORM_VERSION = PriorVersion(UNIFORM)
"""Version 0, in use until a prior is fitted."""
