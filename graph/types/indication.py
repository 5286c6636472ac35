"""Indications."""

from functools import partial
from typing import Annotated

import strawberry

from graph.arguments import checked_text
from graph.connections import After, Before, Connection, First, Last, page_request
from graph.global_ids import global_id
from graph.planning import Asked, read
from graph.relations import loaded
from graph.types.code import Code
from graph.types.criterion import ByOverall, RankBy
from graph.types.node import Node, node_id
from graph.types.ranking import DEFAULT_MINIMUM, RankingConnection, by_place, ranking_question
from graph.types.rating import RatingConnection, ratings_asked
from graph.types.segment import SegmentArgument
from graph.types.treatment import OrderOfTreatments, Treatment, TreatmentOrder, treatment_order
from graph.types.weights import PriorVersionArgument, WeightsArgument
from resolvers.reads.indications import BY_NAME, IndicationFilter, IndicationRecord


def _children_asked(first: First = None, after: After = None, last: Last = None, before: Before = None) -> Asked:
    return Asked(page_request(BY_NAME, first, after, last, before))


def _treatments_asked(
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    order_by: OrderOfTreatments = TreatmentOrder.MOST_RATED,
) -> Asked:
    order = treatment_order(order_by, "indication")
    return Asked((order, page_request(order, first, after, last, before)))


def _ranking_asked(
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
) -> Asked:
    question = ranking_question(by, weights, segment, min_ratings, prior_version)
    return Asked((question, page_request(by_place(question.by), first, after, last, before)))


@strawberry.type(description="A medical condition that drugs are used for.")
class Indication(Node):
    id: strawberry.ID = node_id(partial(global_id, "Indication"), of="record.id")
    slug: str = read("record.slug", description="Stable, readable key, such as `gout`; accepted wherever an id is.")
    name: str = read("record.name", description="Name; two indications differ in letter case only.")
    record: strawberry.Private[IndicationRecord]
    codes: list[Code] = loaded("indication_codes", key="record.id", description="Codes in public code systems.")
    parents: list["Indication"] = loaded(
        "indication_parents",
        key="record.id",
        description="More general conditions (is-a links of the Disease Ontology).",
    )
    children: Connection["Indication"] = loaded(
        "indication_children", key="record.id", asked=_children_asked, description="More special conditions, by name."
    )
    treatments: Connection[Treatment] = loaded(
        "indication_treatments", key="record.id", asked=_treatments_asked, description="The drugs used for it."
    )
    ranking: RankingConnection = loaded(
        "indication_ranking",
        key="record.id",
        asked=_ranking_asked,
        description="The drugs that have enough ratings for it, from best to worst, with how sure each place is.",
    )
    ratings: RatingConnection = loaded(
        "indication_ratings",
        key="record.id",
        asked=ratings_asked,
        selects="edges.node",
        description="Physicians' ratings of drugs for it.",
    )

    @classmethod
    def of(cls, record: IndicationRecord) -> "Indication":
        """The indication of a record."""
        return cls(record=record)


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
