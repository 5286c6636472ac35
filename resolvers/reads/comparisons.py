"""Reading comparisons: some drugs side by side for one indication."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from resolvers.disclosure import Disclosure
from resolvers.errors import PeerscoreError
from resolvers.reads.cells import Counts, cells_of_treatments, counted
from resolvers.reads.drugs import drugs_by_id
from resolvers.reads.estimates import EstimateRecord, Perspective, Priors, estimate_records
from resolvers.reads.head_to_heads import PairedCounts, head_to_head_of
from resolvers.reads.rankings import Place, places_of
from resolvers.reads.scores import ScoreRecord, score_records
from resolvers.reads.segments import (
    THIN_SEGMENT,
    Segment,
    SegmentRequest,
    requested_segments,
)
from resolvers.references import Reference, UnknownReference, existing_keys, keys_of
from scoring.agreement import alpha
from scoring.comparison import difference, overall_superiority, probability_better, superiority
from scoring.estimates import Estimates, answers_behind, estimate
from scoring.head_to_head import HeadToHead
from scoring.preference_order import preference_order
from scoring.ranking import rank

FEWEST_COMPARED, MOST_COMPARED = 2, 20


class NotRated(PeerscoreError):
    """Drugs, by their slugs, that cannot be compared because too few physicians have rated them for the indication.

    `least` is how many it takes. `by` says what too few have rated them by, if there are other ratings.
    """

    def __init__(self, drugs: Sequence[str], least: int, by: str = "") -> None:
        self.drugs = tuple(drugs)
        self.least = least
        names = ", ".join(drugs)
        who = "Nobody has" if least == 1 else f"Fewer than {least} physicians have"
        super().__init__(f"{who} rated {names} for this indication{by}, so there is nothing to compare.")


class SameDrugTwice(PeerscoreError):
    """A drug, by its slug, that was asked for twice, perhaps once by its id and once by its slug."""

    def __init__(self, drug: str) -> None:
        self.drug = drug
        super().__init__(f"{drug} is to be compared with itself: name each drug once.")


@dataclass(frozen=True, slots=True)
class PairRecord:
    """Two drugs by their positions, the first minus the second.

    `superiority` is None where one of them has no answers to compare.
    """

    first: int
    second: int
    difference: EstimateRecord
    probability_first_better: float
    superiority: float | None
    head_to_head: HeadToHead | None


@dataclass(frozen=True, slots=True)
class ComparedRecord:
    """One of the compared drugs: how many answers, its score and its place among them."""

    drug_id: int
    answers: int
    estimate: EstimateRecord
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonRecord:
    """Drugs side by side; everything is worked out when it is asked for.

    `by` is the position of a criterion, or None for the overall, in every method.
    """

    indication_id: int
    drug_ids: tuple[int, ...]
    estimates: Estimates
    perspective: Perspective
    segment: Segment
    asked: Segment
    prior_version: int
    disclosure: Disclosure

    @property
    def fallback(self) -> bool:
        """Whether the segment asked for was too thin."""
        return self.segment is not self.asked

    def scores(self) -> list[ScoreRecord]:
        """The whole score of each drug, in the order of `drug_ids`."""
        seen = [self.segment] * len(self.drug_ids)
        return score_records(self.estimates, self.perspective, seen, self.asked, self.prior_version, self.disclosure)

    def compared(self, by: int | None) -> list[ComparedRecord]:
        """All drugs, the best first."""
        weights = self.perspective.weights_array()
        scores = self.estimates.by(by, weights)
        records = estimate_records(scores, self.estimates.interval_by(by, weights))
        ranking = rank(scores.mean, scores.variance)
        places, answers = places_of(ranking), answers_behind(self.estimates.counts, by, weights).tolist()
        return [
            ComparedRecord(self.drug_ids[position], answers[position], records[position], places[position])
            for position in ranking.order.tolist()
        ]

    def pairs(self, by: int | None, order: Sequence[int], head_to_heads: PairedCounts) -> list[PairRecord]:
        """Every pair of drugs, with the first from earlier in `order` (keys of the drugs) than the second."""
        least = self.disclosure.least
        positions = [self.drug_ids.index(drug_id) for drug_id in order]
        firsts, seconds = (np.array(side) for side in zip(*combinations(positions, 2), strict=True))
        weights = self.perspective.weights_array()
        scores, levels = self.estimates.by(by, weights), self.estimates.counts.levels
        both = (scores.mean[firsts], scores.variance[firsts], scores.mean[seconds], scores.variance[seconds])
        apart, better = difference(*both), probability_better(*both)
        if by is None:
            superior = overall_superiority(levels[firsts], levels[seconds], weights)
        else:
            superior = superiority(levels[firsts, by], levels[seconds, by])
        return [
            PairRecord(
                self.drug_ids[first],
                self.drug_ids[second],
                EstimateRecord(value, lower, upper),
                probability,
                chance,
                head_to_head_of(head_to_heads, self.drug_ids[first], self.drug_ids[second], by, least),
            )
            for first, second, value, lower, upper, probability, chance in zip(
                firsts.tolist(),
                seconds.tolist(),
                apart.value.tolist(),
                apart.lower.tolist(),
                apart.upper.tolist(),
                better.tolist(),
                superior.known_values(),
                strict=True,
            )
        ]

    def agreement(self, criterion: int) -> float | None:
        """Krippendorff's alpha of the answers to one criterion; None where it is not defined."""
        return alpha(self.estimates.counts.levels[:, criterion])

    def preferences(self, by: int | None, head_to_heads: PairedCounts) -> list[tuple[int, int | None, float | None]]:
        """Key, rank and Bradley-Terry ability of each drug, the most preferred first, those without a place last."""
        count, least = len(self.drug_ids), self.disclosure.least
        wins = np.zeros((count, count), dtype=np.int64)
        for first, second in combinations(range(count), 2):
            found = head_to_head_of(head_to_heads, self.drug_ids[first], self.drug_ids[second], by, least)
            if found:
                wins[first, second], wins[second, first] = found.wins, found.losses
        order = preference_order(wins)
        placed = zip(self.drug_ids, order.ranks, order.abilities, strict=True)
        return sorted(placed, key=lambda place: (place[1] is None, place[1]))


async def compare(
    drugs: Sequence[Reference],
    indication: Reference,
    segment: SegmentRequest | None,
    perspective: Perspective,
    priors: Priors,
    disclosure: Disclosure,
) -> ComparisonRecord:
    """Some drugs side by side for one indication, as everybody or one segment sees them.

    Where one of the drugs has too few ratings in the segment, everybody's are used for all: scores of different
    segments cannot be compared.

    Raises:
        UnknownReference: a drug or the indication is not in the catalogue.
        SameDrugTwice: a drug is named twice.
        NotRated: too few physicians have rated some of the drugs for the indication.
        UnknownSpecialty: the segment asked for does not exist.
        UnknownPrior: the version of the priors asked for does not exist.
    """
    (indication_id,) = await existing_keys("indication", [indication])
    drug_ids = await _different_drugs(drugs)
    prior_version, version = await priors.get(perspective.prior_version)
    segments = await requested_segments(segment)
    cells = [
        {pair: counts for pair, counts in of_segment.items() if counts[0] >= disclosure.least}
        for of_segment in await cells_of_treatments(
            [(drug_id, indication_id) for drug_id in drug_ids], segments, disclosure
        )
    ]
    everybodys = cells[-1]
    if unrated := [key for key in drug_ids if (key, indication_id) not in everybodys]:
        raise NotRated(await _slugs(unrated), disclosure.least)
    chosen, found = next(
        (one, counts)
        for one, counts in zip(segments, cells, strict=True)
        if one is segments[-1] or _enough(counts, len(drug_ids))
    )
    estimates = estimate(
        counted([found[drug_id, indication_id] for drug_id in drug_ids], disclosure), version.prior_for(indication_id)
    )
    behind = answers_behind(estimates.counts, None, perspective.weights_array()).tolist()
    if unrated := [key for key, answers in zip(drug_ids, behind, strict=True) if not answers]:
        raise NotRated(await _slugs(unrated), disclosure.least, " by any criterion that counts")
    return ComparisonRecord(
        indication_id, tuple(drug_ids), estimates, perspective, chosen, segments[0], prior_version, disclosure
    )


def _enough(counts: dict[tuple[int, int], Counts], drugs: int) -> bool:
    return len(counts) == drugs and all(of_cell[0] >= THIN_SEGMENT for of_cell in counts.values())


async def _different_drugs(drugs: Sequence[Reference]) -> list[int]:
    """The keys of the drugs; references name one drug also when they are an id and a slug."""
    found = await keys_of("drug", drugs)
    if missing := [drug for drug in dict.fromkeys(drugs) if drug not in found]:
        raise UnknownReference("drug", missing)
    keys = [found[drug] for drug in drugs]
    if twice := [key for number, key in enumerate(keys) if key in keys[:number]]:
        raise SameDrugTwice((await _slugs(twice))[0])
    return keys


async def _slugs(drug_ids: Sequence[int]) -> list[str]:
    """What to call drugs in a message; no drug is ever deleted."""
    return [drug.slug for drug in await drugs_by_id(drug_ids) if drug]
