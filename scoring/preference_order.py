"""Which drugs physicians prefer, from the comparisons that each of them makes between drugs that they rated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

HALF_A_WIN = 0.5
"""Added to both sides of a pair of drugs where the likelihood has no maximum, so that a drug which never lost is not
placed infinitely far ahead. For two drugs this gives the log odds log((wins + ½) / (losses + ½)) of Haldane, Annals of
Human Genetics 1956, and Anscombe, Biometrika 1956."""

STRONGER = 10.0
"""By how much more is added when the abilities do not settle with what was added before."""

SAME_ABILITY = 6
"""Abilities that agree to so many decimals share a rank; the iteration ends when its steps are a hundredth of that."""

SETTLED = 1e-8
"""Logits; a step that moves no more than this, on average over the drugs, is the last."""

MOST_STEPS = 100
"""Of the iteration, before more is added. It takes ten or so."""


class _NotSettled(Exception):
    """The iteration found no abilities."""


@dataclass(frozen=True, slots=True)
class PreferenceOrder:
    """The drugs' places, in the order of the input.

    Attributes:
        abilities: on the logit scale, with the mean 0: a physician who rates drugs i and j differently prefers i with
            probability 1 / (1 + exp(ability j - ability i)). None for a drug that cannot be placed.
        ranks: 1 for the most preferred; equal abilities share a rank. None for a drug that cannot be placed.
    """

    abilities: tuple[float | None, ...]
    ranks: tuple[int | None, ...]


def preference_order(wins: ArrayLike) -> PreferenceOrder:
    """Abilities of the Bradley-Terry model, by maximum likelihood where that exists.

    Ties are not in `wins`; they say nothing about the order.

    Drugs which no chain of comparisons links cannot be compared: any distance between them fits the data as well as
    any other. So the largest set of drugs that are linked is placed (among equally large ones that with most
    comparisons, then the one with the first drug) and the others are not. Within it the likelihood has a maximum if
    every drug can be reached from every other one by a chain of wins (Ford, American Mathematical Monthly 1957). If
    not, half a win is added to both sides of each pair of drugs that has been compared.

    Source: Bradley & Terry, Biometrika 1952; computed with the iteration of Maystre & Grossglauser, Advances in Neural
    Information Processing Systems 2015. Should that not settle, which takes win shares close to 0 and 1 that contradict
    each other around a circle of drugs, half a win is added, or ten times as much as before.

    Args:
        wins: (K, K), how many physicians prefer the drug of the row to the drug of the column; whole numbers, not
            negative. The diagonal is not looked at.

    Returns:
        The places of all K drugs; of none when there are no comparisons.
    """
    counts = np.array(wins, dtype=np.float64)
    np.fill_diagonal(counts, 0)
    abilities: list[float | None] = [None] * len(counts)
    ranks: list[int | None] = [None] * len(counts)
    linked = _linked(counts)
    if len(linked) > 1:
        found = _abilities(counts[np.ix_(linked, linked)])
        rounded = found.round(SAME_ABILITY)
        for drug, ability, mine in zip(linked.tolist(), found.tolist(), rounded.tolist(), strict=True):
            abilities[drug] = ability
            ranks[drug] = 1 + int((rounded > mine).sum())
    return PreferenceOrder(tuple(abilities), tuple(ranks))


def _linked(counts: NDArray[np.float64]) -> NDArray[np.intp]:
    """The drugs of the largest set that chains of comparisons hold together."""
    # Of each drug, the set that it is in.
    sets = _reachable(counts + counts.T)
    sizes = sets.sum(axis=1).tolist()
    comparisons = (sets @ counts.sum(axis=1)).tolist()
    largest = max(range(len(counts)), key=lambda drug: (sizes[drug], comparisons[drug], -drug), default=None)
    return np.flatnonzero(sets[largest]) if largest is not None else np.empty(0, dtype=np.intp)


def _reachable(steps: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(K, K), whether a chain of steps that are not 0, or none at all, leads from the row to the column."""
    reached: NDArray[np.bool_] = (steps != 0) | np.eye(len(steps), dtype=np.bool_)
    # Each product doubles the length of the chains that are known.
    for _ in range(len(steps).bit_length()):
        reached = reached @ reached
    return reached


def _abilities(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Abilities of drugs that are all linked."""
    compared = (counts + counts.T) > 0
    added = 0.0 if _reachable(counts).all() else HALF_A_WIN
    while True:
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise"):
                return _iterated(counts + added * compared)
        except (_NotSettled, np.linalg.LinAlgError, FloatingPointError):
            # Not settled, or beyond what floating-point numbers hold. With more and more added, all win shares come
            # closer to one half, where the iteration ends at once.
            added = STRONGER * added or HALF_A_WIN


def _iterated(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Abilities of which the iteration moves none any more; their mean is 0.

    Raises:
        _NotSettled: it still moves them after many steps.
        LinAlgError: drugs hang together by so little that a step cannot be computed.
        FloatingPointError: likewise.
    """
    before = None
    abilities = np.zeros(len(counts))
    for _ in range(MOST_STEPS):
        abilities = _step(counts, abilities)
        if before is not None and np.abs(abilities - before).mean() <= SETTLED:
            return abilities
        before = abilities
    raise _NotSettled


def _step(counts: NDArray[np.float64], abilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The next abilities: logs of how long a walk stays with each drug that goes from losers to winners.

    It goes from drug i to drug j at the rate of j's wins against i, divided by the sum of their strengths so far.
    """
    strengths = np.exp(abilities)
    strengths *= len(strengths) / strengths.sum()
    rates = counts.T / (strengths + strengths[:, None])
    rates -= np.diag(rates.sum(axis=1))
    # What comes to a drug and leaves it adds up to 0. The last equation follows from the others: the last drug's share
    # is set to 1.
    shares = np.append(np.linalg.solve(rates.T[:-1, :-1], -rates.T[:-1, -1]), 1.0)
    found = np.log(shares)
    return np.asarray(found - found.mean())
