"""Which drugs physicians prefer, from the comparisons that each of them makes between drugs that they rated."""

from dataclasses import dataclass

import choix
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

HALF_A_WIN = 0.5
"""Added to both sides of a pair of drugs where the likelihood has no maximum, so that a drug which never lost is not
placed infinitely far ahead. For two drugs this gives the log odds log((wins + ½) / (losses + ½)) of Haldane, Annals of
Human Genetics 1956, and Anscombe, Biometrika 1956."""

STRONGER = 10.0
"""By how much more is added when the abilities do not settle with what was added before."""

SAME_ABILITY = 6
"""Abilities that agree to so many decimals share a rank; the iteration ends when its steps are a hundredth of that."""


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

    Source: Bradley & Terry, Biometrika 1952; computed by choix with the iteration of Maystre & Grossglauser, Advances
    in Neural Information Processing Systems 2015. Should that not settle, which takes win shares close to 0 and 1 that
    contradict each other around a circle of drugs, half a win is added, or ten times as much as before.

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
    _, labels = connected_components(counts, directed=True, connection="weak")
    sizes = np.bincount(labels)
    comparisons = np.bincount(labels, weights=counts.sum(axis=1))
    # Labels are given in the order of the sets' first drugs.
    largest = max(range(len(sizes)), key=lambda label: (sizes[label], comparisons[label], -label), default=0)
    return np.flatnonzero(labels == largest)


def _abilities(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Abilities of drugs that are all linked."""
    parts, _ = connected_components(counts, directed=True, connection="strong")
    compared = (counts + counts.T) > 0
    added = 0.0 if parts == 1 else HALF_A_WIN
    while True:
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise"):
                return choix.ilsr_pairwise_dense(counts + added * compared)
        except (RuntimeError, ValueError, FloatingPointError):
            # Not settled, or beyond what floating-point numbers hold. With more and more added, all win shares come
            # closer to one half, where the iteration ends at once.
            added = STRONGER * added or HALF_A_WIN
