"""Comparisons: some drugs side by side for one indication."""

from collections.abc import Mapping
from typing import Annotated

import strawberry

from graph.connections import later
from graph.context import Info
from graph.types.criterion import CRITERIA, ByOverall, Criterion, RankBy, position_of
from graph.types.drug import Drug
from graph.types.estimate import Estimate
from graph.types.indication import Indication
from graph.types.ranking import RANK_GROUPS, RankGroup
from graph.types.score import Score
from graph.types.segment import Segment
from graph.types.suppression import Suppression, not_permitted
from resolvers.reads.comparisons import ComparedRecord, ComparisonRecord, PairRecord
from resolvers.reads.head_to_heads import PairedCounts
from scoring.head_to_head import HeadToHead as HeadToHeadRecord
from scoring.method import METHOD_VERSION

RequiredBy = Annotated[RankBy, strawberry.argument(description="Overall, or one criterion.")]


@strawberry.type(description="One of the compared drugs, with its place among them.")
class ComparedDrug:
    drug: Drug = strawberry.field(description="The drug.")
    rank: int = strawberry.field(description="From 1, the best of those compared; by P-score.")
    rank_lower: int = strawberry.field(description="The best rank that is compatible with the ratings (95 %).")
    rank_upper: int = strawberry.field(description="The worst rank that is compatible with the ratings (95 %).")
    p_score: float = strawberry.field(
        description="The probability of being better than one of the others, on average over them, 0 to 1."
    )
    probability_best: float = strawberry.field(description="The probability of being the best of those compared.")
    group: RankGroup = strawberry.field(description="Where it stands, in one word.")
    estimate: Estimate = strawberry.field(description="The score that it is ranked by.")
    score: Score = strawberry.field(description="Its whole score for the indication, in the comparison's segment.")

    @classmethod
    def of(cls, record: ComparedRecord, drug: Drug, score: Score) -> "ComparedDrug":
        """A compared drug of a record."""
        place = record.place
        return cls(
            drug=drug,
            rank=place.rank,
            rank_lower=place.rank_lower,
            rank_upper=place.rank_upper,
            p_score=place.p_score,
            probability_best=place.probability_best,
            group=RANK_GROUPS[place.group],
            estimate=Estimate.of(record.estimate),
            score=score,
        )


@strawberry.type(
    description="The physicians who rated both drugs for the indication, whatever their segment. Free of how strict or "
    "lenient a rater is."
)
class HeadToHead:
    physicians: int = strawberry.field(description="How many answered what is compared on both drugs.")
    wins: int = strawberry.field(description="How many of them rated the first drug higher.")
    losses: int = strawberry.field(description="How many rated it lower.")
    ties: int = strawberry.field(description="How many rated both the same.")
    mean_difference: float = strawberry.field(
        description="First minus second, the mean over these physicians, -4 to 4. Overall, a physician's difference is "
        "that of the plain means over the criteria that both ratings answer, whatever the comparison's weights."
    )
    lower: float = strawberry.field(description="Where the 95 % interval of the mean difference begins.")
    upper: float = strawberry.field(description="Where the 95 % interval of the mean difference ends.")
    win_share: float | None = strawberry.field(
        description="Wins as a share of wins and losses; null when there are only ties."
    )
    win_share_lower: float | None = strawberry.field(
        description="Where Wilson's 95 % interval of the share begins; null with the share."
    )
    win_share_upper: float | None = strawberry.field(
        description="Where Wilson's 95 % interval of the share ends; null with the share."
    )

    @classmethod
    def of(cls, record: HeadToHeadRecord) -> "HeadToHead":
        """The head-to-head of a record."""
        return cls(
            physicians=record.physicians,
            wins=record.wins,
            losses=record.losses,
            ties=record.ties,
            mean_difference=record.mean_difference,
            lower=record.lower,
            upper=record.upper,
            win_share=record.win_share,
            win_share_lower=record.win_share_lower,
            win_share_upper=record.win_share_upper,
        )


@strawberry.type(description="Two drugs compared; the first one ranks higher overall.")
class DrugPair:
    first: Drug = strawberry.field(description="The first drug.")
    second: Drug = strawberry.field(description="The second drug.")
    difference: Estimate = strawberry.field(description="First minus second, of the true means, with its interval.")
    probability_first_better: float = strawberry.field(
        description="The probability that the first drug's true mean is higher, 0 to 1. With many ratings it is near 0 "
        "or 1 even for a small difference."
    )
    superiority: float | None = strawberry.field(
        description="The probability that a random rating of the first drug beats a random one of the second, ties "
        "counting half. It stays near 0.5 for a small difference, however many ratings there are. Null when one of "
        "the drugs has no answers to the criterion, or, overall, when there is no criterion with answers about both."
    )
    head_to_head: HeadToHead | None = strawberry.field(
        description="The physicians who rated both; null when too few did, or too few on this criterion, or when "
        "`headToHeadsSuppressed` says why."
    )

    @classmethod
    def of(cls, record: PairRecord, drugs: Mapping[int, Drug]) -> "DrugPair":
        """The pair of a record."""
        return cls(
            first=drugs[record.first],
            second=drugs[record.second],
            difference=Estimate.of_difference(record.difference),
            probability_first_better=record.probability_first_better,
            superiority=record.superiority,
            head_to_head=None if record.head_to_head is None else HeadToHead.of(record.head_to_head),
        )


@strawberry.type(description="One drug's place in what physicians prefer who rated several of the drugs.")
class PreferredDrug:
    drug: Drug = strawberry.field(description="The drug.")
    rank: int | None = strawberry.field(
        description="From 1, the most preferred; null when no chain of physicians' comparisons links it to the others."
    )
    ability: float | None = strawberry.field(
        description="On the logit scale, with mean 0: a physician prefers the drug with ability a to the one with b "
        "with the probability 1 / (1 + exp(b - a)). Null with the rank."
    )


@strawberry.type(description="Some drugs side by side for one indication.")
class Comparison:
    indication: Indication = strawberry.field(description="What the drugs are used for.")
    segment: Segment = strawberry.field(
        description="Whose ratings are compared. If one of the drugs has too few in the segment asked for, everybody's "
        "are taken for all of them."
    )
    prior_version: int = strawberry.field(description="Which version of the priors the estimates come from.")
    record: strawberry.Private[ComparisonRecord]
    drugs_by_key: strawberry.Private[Mapping[int, Drug]]
    scores_by_key: strawberry.Private[Mapping[int, Score]]

    @strawberry.field(description="The drugs, the best overall first.")
    def drugs(self) -> list[ComparedDrug]:
        return self._compared(None)

    @strawberry.field(
        description="Every pair of the drugs; the first one of a pair is the one that ranks higher overall."
    )
    def pairs(self, info: Info, criterion: ByOverall = RankBy.OVERALL) -> list[DrugPair]:
        return later(self._pairs(info, position_of(criterion)))

    @strawberry.field(
        description="The drug that ranks first; null when nobody has answered the criterion for any of the drugs."
    )
    def best_for(self, criterion: RequiredBy) -> ComparedDrug | None:
        compared = self._compared(criterion.position)
        return next((one for one, answers in zip(compared, self._answers(criterion), strict=True) if answers), None)

    @strawberry.field(
        description="How far physicians agree on how the drugs differ (Krippendorff's alpha, ordinal): 1 fully, 0 no "
        "more than by chance; null when there are fewer than two drugs with two answers, or all answers are the same."
    )
    def agreement(
        self, criterion: Annotated[Criterion, strawberry.argument(description="Which criterion.")]
    ) -> float | None:
        return self.record.agreement(CRITERIA.index(criterion))

    @strawberry.field(
        description="The drugs in the order in which physicians prefer them who rated several (Bradley-Terry), the "
        "most preferred first; of all physicians, whatever the segment. Empty when `headToHeadsSuppressed` says why."
    )
    def preference_order(self, info: Info, criterion: ByOverall = RankBy.OVERALL) -> list[PreferredDrug]:
        return later(self._preference_order(info, position_of(criterion)))

    @strawberry.field(
        description="Why there is neither `headToHead` nor `preferenceOrder`: they link two ratings of one physician, "
        "which only those may see who see single ratings; null for these."
    )
    def head_to_heads_suppressed(self) -> Suppression | None:
        return None if self.record.disclosure.from_ratings else not_permitted()

    @strawberry.field(description="Which arithmetic it comes from, as in `meta.methodVersion`.")
    def method_version(self) -> str:
        return METHOD_VERSION

    def _compared(self, by: int | None) -> list[ComparedDrug]:
        return [
            ComparedDrug.of(one, self.drugs_by_key[one.drug_id], self.scores_by_key[one.drug_id])
            for one in self.record.compared(by)
        ]

    def _answers(self, criterion: RankBy) -> list[int]:
        return [one.answers for one in self.record.compared(criterion.position)]

    async def _head_to_heads(self, info: Info) -> PairedCounts:
        if not self.record.disclosure.from_ratings:
            return {}
        counts: PairedCounts = await info.context.loaders.head_to_heads.load(
            (self.record.indication_id, self.record.drug_ids)
        )
        return counts

    async def _pairs(self, info: Info, by: int | None) -> list[DrugPair]:
        order = [one.drug_id for one in self.record.compared(None)]
        pairs = self.record.pairs(by, order, await self._head_to_heads(info))
        return [DrugPair.of(pair, self.drugs_by_key) for pair in pairs]

    async def _preference_order(self, info: Info, by: int | None) -> list[PreferredDrug]:
        if not self.record.disclosure.from_ratings:
            return []
        preferences = self.record.preferences(by, await self._head_to_heads(info))
        return [
            PreferredDrug(drug=self.drugs_by_key[drug_id], rank=rank, ability=ability)
            for drug_id, rank, ability in preferences
        ]
