"""Everybody's scores that need no read of their own: an order or a ranking was made from the same cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from resolvers.disclosure import Disclosure
from resolvers.reads.cells import TreatmentCell
from resolvers.reads.estimates import Perspective
from resolvers.reads.scores import ScoreRecord, score_records, without_score
from resolvers.reads.segments import EVERYBODYS
from scoring.estimates import Estimates

Pair = tuple[int, int]
"""A drug and an indication."""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, eq=False)
class EstimatedTreatments:
    """Treatments with the estimates of their cells.

    Attributes:
        cells: of everybody's ratings; they may be too few for a score, and behind the others those without any.
        estimates: of the cells that have ratings, in the same order.
        prior_version: which version of the priors they come from.
        disclosure: what the counts of the estimates were taken by.
    """

    cells: Sequence[TreatmentCell]
    estimates: Estimates
    prior_version: int
    disclosure: Disclosure

    def scores(self, positions: Sequence[int], perspective: Perspective) -> list[ScoreRecord]:
        """Everybody's scores of some of the treatments, with the weights of a perspective."""
        least = self.disclosure.least
        ratings = [self.cells[position].counts[0] for position in positions]
        shown = [position for position, count in zip(positions, ratings, strict=True) if count >= least]
        of_shown = iter(self._of_shown(shown, perspective))
        return [
            next(of_shown)
            if count >= least
            else without_score(count, (EVERYBODYS,), self.prior_version, self.disclosure)
            for count in ratings
        ]

    def _of_shown(self, positions: Sequence[int], perspective: Perspective) -> Iterable[ScoreRecord]:
        """The scores of treatments with ratings enough."""
        # Picking from arrays takes longer than to work out a few more.
        most = 2 * len(positions) >= len(self.estimates)
        estimates = self.estimates if most else self.estimates.at(positions)
        seen = [EVERYBODYS] * len(estimates)
        records = score_records(estimates, perspective, seen, EVERYBODYS, self.prior_version, self.disclosure)
        return (records[position] for position in positions) if most else records


class ScoresAtHand(Generic[Read]):
    """What one reader has at hand for as long as one answer is made.

    Nothing is worked out before it is asked for, and then of those treatments alone. The estimates are the same
    whatever the weights, so a score may be seen with others than the ranking was.
    """

    def __init__(self) -> None:
        self._places: dict[int, dict[Pair, tuple[EstimatedTreatments, int, Read]]] = {}

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self._places)

    def add(self, found: Iterable[EstimatedTreatments], read: Read) -> None:
        """Have the scores of these treatments at hand as well.

        Args:
            found: the treatments.
            read: by which they were found; it is given back with their scores.
        """
        for treatments in found:
            places = self._places.setdefault(treatments.prior_version, {})
            for position, (_, drug_id, indication_id, _, _) in enumerate(treatments.cells):
                places[drug_id, indication_id] = treatments, position, read

    def scores(
        self, pairs: Iterable[Pair], perspective: Perspective, prior_version: int
    ) -> dict[Pair, tuple[ScoreRecord, Read]]:
        """Everybody's scores of those of the pairs that are at hand, each with the read that it comes from.

        They are to the last bit what `scores_of_treatments` gives.

        Args:
            pairs: which ones.
            perspective: with which weights to see them.
            prior_version: the number of the version of the priors that the perspective asks for.
        """
        places = self._places.get(prior_version, {})
        asked: dict[EstimatedTreatments, tuple[Read, list[Pair], list[int]]] = {}
        for pair in pairs:
            if pair in places:
                treatments, position, read = places[pair]
                if treatments not in asked:
                    asked[treatments] = read, [], []
                _, its, positions = asked[treatments]
                its.append(pair)
                positions.append(position)
        return {
            pair: (score, read)
            for treatments, (read, its, positions) in asked.items()
            for pair, score in zip(its, treatments.scores(positions, perspective), strict=True)
        }
