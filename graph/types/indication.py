"""Indications."""

from typing import Annotated

import strawberry

from graph.arguments import checked_text
from graph.connections import After, Before, Connection, First, Last, later, page_request
from graph.context import Info
from graph.global_ids import global_id
from graph.relations import loaded
from graph.types.code import Code
from graph.types.criterion import ByOverall, RankBy
from graph.types.node import Node
from graph.types.ranking import DEFAULT_MINIMUM, RankingConnection, by_place, ranking_question
from graph.types.rating import FilterOfRatings, OrderOfRatings, RatingConnection, RatingOrder, ratings_request
from graph.types.segment import SegmentArgument
from graph.types.treatment import OrderOfTreatments, Treatment, TreatmentOrder, treatment_order
from graph.types.weights import PriorVersionArgument, WeightsArgument
from resolvers.reads.indications import BY_NAME, IndicationFilter, IndicationRecord


@strawberry.type(description="A medical condition that drugs are used for.")
class Indication(Node):
    slug: str = strawberry.field(description="Stable, readable key, such as `gout`; accepted wherever an id is.")
    name: str = strawberry.field(description="Name; two indications differ in letter case only.")
    key: strawberry.Private[int]
    codes: list[Code] = loaded("indication_codes", key="key", description="Codes in public code systems.")
    parents: list["Indication"] = loaded(
        "indication_parents", key="key", description="More general conditions (is-a links of the Disease Ontology)."
    )

    @classmethod
    def of(cls, record: IndicationRecord) -> "Indication":
        """The indication of a record."""
        return cls(
            id=strawberry.ID(global_id("Indication", record.id)),
            slug=record.slug,
            name=record.name,
            key=record.id,
        )

    @strawberry.field(description="More special conditions, by name.")
    def children(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection["Indication"]:
        page = page_request(BY_NAME, first, after, last, before)
        return later(info.context.loaders.indication_children.load((self.key, page)))

    @strawberry.field(description="The drugs used for it.")
    def treatments(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        order_by: OrderOfTreatments = TreatmentOrder.MOST_RATED,
    ) -> Connection[Treatment]:
        order = treatment_order(order_by, "indication")
        page = page_request(order, first, after, last, before)
        return later(info.context.loaders.indication_treatments.load((self.key, order, page)))

    @strawberry.field(
        description="The drugs that have enough ratings for it, from best to worst, with how sure each place is."
    )
    def ranking(
        self,
        info: Info,
        by: ByOverall = RankBy.OVERALL,
        weights: WeightsArgument = None,
        segment: SegmentArgument = None,
        min_ratings: Annotated[
            int | None,
            strawberry.argument(
                description="How many ratings a drug needs, in the segment and with an answer to what is ranked by; "
                "from 1. What this reader needs, as `suppressed.threshold` of scores says, is the least in any case."
            ),
        ] = DEFAULT_MINIMUM,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        prior_version: PriorVersionArgument = None,
    ) -> RankingConnection:
        question = ranking_question(by, weights, segment, min_ratings, prior_version)
        page = page_request(by_place(question.by), first, after, last, before)
        return later(info.context.loaders.indication_ranking.load((self.key, question, page)))

    @strawberry.field(description="Physicians' ratings of drugs for it.")
    def ratings(
        self,
        info: Info,
        rating_filter: FilterOfRatings = None,
        order_by: OrderOfRatings = RatingOrder.NEWEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> RatingConnection:
        request = ratings_request(rating_filter, order_by, first, after, last, before)
        return later(info.context.loaders.indication_ratings.load((self.key, *request)))


@strawberry.input(name="IndicationFilter", description="Which indications: those that meet every field given.")
class IndicationFilterInput:
    name_contains: str | None = strawberry.field(
        default=None, description="A part of the name, in any letter case; at most 200 characters."
    )
    has_treatments: bool | None = strawberry.field(
        default=None, description="true: only those that a drug is used for; false: only the others."
    )

    def checked(self) -> IndicationFilter:
        """The filter with every value checked.

        Raises:
            InputError: naming what is wrong.
        """
        return IndicationFilter(
            name_contains=None
            if self.name_contains is None
            else checked_text(self.name_contains, "filter.nameContains"),
            has_treatments=self.has_treatments,
        )


FilterOfIndications = Annotated[
    IndicationFilterInput | None,
    strawberry.argument(name="filter", description="Which indications; all, if left out."),
]
