"""What would change if another version of the priors were in use."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resolvers.disclosure import EXACT
from resolvers.priors.evidence import Evidence, read_evidence
from resolvers.sql import Parameters, fetch_rows
from scoring.composite import EQUAL_WEIGHTS
from scoring.estimates import estimate
from scoring.prior import Prior, PriorVersion

Floats = NDArray[np.float64]

LEAST_RATINGS = 5
"""Scores of treatments with fewer ratings say more of the priors than of the drug; how they move is not shown."""

STEPS = (0.05, 0.1, 0.25)
"""Moves on the scale from 1 to 5: one that nobody sees, one that a tenth shows, and one that changes the impression."""

SHOWN = 10
"""How many treatments are named, those that move most."""


@dataclass(frozen=True, slots=True)
class TreatmentMove:
    """The overall score of one treatment, with equal weights, before and after."""

    drug: str
    indication: str
    ratings: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class PriorMoves:
    """What moves from one version to another.

    Attributes:
        treatments: how many treatments have at least `LEAST_RATINGS` ratings.
        beyond: for each of `STEPS`, how many of these move by more than it.
        median: of the moves' sizes.
        largest: of the moves' sizes.
        most: the treatments that move most, the largest move first.
        indications: how many indications have at least two rated drugs.
        ranked: how many rated drugs these have in all.
        other_ranks: how many of those drugs change their rank within the indication.
        other_bests: in how many of the indications another drug becomes the best.
    """

    treatments: int
    beyond: tuple[int, ...]
    median: float
    largest: float
    most: tuple[TreatmentMove, ...]
    indications: int
    ranked: int
    other_ranks: int
    other_bests: int


async def prior_moves(before: PriorVersion, after: PriorVersion) -> PriorMoves:
    """Compare the overall scores of all treatments of the open database under two versions of the priors."""
    evidence = await read_evidence(EXACT)
    old, new = _overall(evidence, before), _overall(evidence, after)
    known = np.flatnonzero(evidence.counts.ratings >= LEAST_RATINGS)
    sizes = np.abs(new - old)[known]
    most = known[np.argsort(-sizes, kind="stable")[:SHOWN]]
    old_ranks, new_ranks = _ranks(evidence.indications, old), _ranks(evidence.indications, new)
    _, of_indication, drugs = np.unique(evidence.indications, return_inverse=True, return_counts=True)
    compared = drugs[of_indication] > 1
    return PriorMoves(
        len(known),
        tuple(int((sizes > step).sum()) for step in STEPS),
        float(np.median(sizes)) if len(sizes) else 0.0,
        float(sizes.max(initial=0.0)),
        await _named(evidence, most, old, new),
        int((drugs > 1).sum()),
        int(compared.sum()),
        int((old_ranks != new_ranks)[compared].sum()),
        int(((old_ranks == 0) & (new_ranks != 0)).sum()),
    )


def _overall(evidence: Evidence, version: PriorVersion) -> Floats:
    if not len(evidence):
        return np.zeros(0)
    prior = Prior.at_each([version.prior_for(indication) for indication in evidence.indications.tolist()])
    return estimate(evidence.counts, prior).overall(EQUAL_WEIGHTS).mean


def _ranks(indications: NDArray[np.int64], scores: Floats) -> NDArray[np.intp]:
    """The place of each score within its indication, 0 for the highest; of equal ones the earlier comes first."""
    order = np.lexsort((-scores, indications))
    starts = np.flatnonzero(np.diff(indications[order], prepend=-1))
    places = np.arange(len(order))
    ranks = np.empty(len(order), dtype=np.intp)
    ranks[order] = places - np.repeat(starts, np.diff(starts, append=len(order)))
    return ranks


async def _named(
    evidence: Evidence, which: NDArray[np.intp], before: Floats, after: Floats
) -> tuple[TreatmentMove, ...]:
    drugs = await _names("drug", evidence.drugs[which])
    indications = await _names("indication", evidence.indications[which])
    return tuple(
        TreatmentMove(
            drugs[int(evidence.drugs[place])],
            indications[int(evidence.indications[place])],
            int(evidence.counts.ratings[place]),
            float(before[place]),
            float(after[place]),
        )
        for place in which.tolist()
    )


async def _names(table: str, keys: NDArray[np.int64]) -> dict[int, str]:
    parameters = Parameters()
    chosen = parameters.member_of("id", sorted(set(keys.tolist())))
    return {row[0]: row[1] for row in await fetch_rows(f"SELECT id, name FROM {table} WHERE {chosen}", parameters)}
