"""Drugs."""

import enum
from functools import partial
from typing import Annotated

import strawberry

from graph.arguments import checked_text
from graph.connections import After, Before, Connection, First, Last, page_request
from graph.global_ids import global_id
from graph.identifiers import parse_reference
from graph.planning import Asked, read
from graph.relations import loaded
from graph.types.code import Code
from graph.types.criterion import ByOverall, RankBy, position_of
from graph.types.node import Node, node_id
from graph.types.rating import RatingConnection, ratings_asked
from graph.types.score import Score, score_question
from graph.types.scorecard import Scorecard
from graph.types.segment import SegmentArgument
from graph.types.treatment import OtherOrderOfTreatments, Treatment, treatment_order
from graph.types.trend import DEFAULT_MONTHS, Trend, checked_months
from graph.types.weights import PriorVersionArgument, WeightsArgument, perspective_of
from resolvers.paging import Order
from resolvers.reads.drug_treatments import by_score
from resolvers.reads.drugs import BY_NAME, MOST_RATED, NEWEST_APPROVAL, DrugFilter, DrugRecord


def _score_asked(
    indication_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Id or slug of the indication; all indications, if left out."),
    ] = None,
    segment: SegmentArgument = None,
    weights: WeightsArgument = None,
    prior_version: PriorVersionArgument = None,
) -> Asked:
    question = score_question(segment, weights, prior_version)
    if indication_id is None:
        return Asked((False, question))
    return Asked((True, question), beside=parse_reference(indication_id, "Indication", "indicationId"))


def _scorecard_asked(
    indication_id: Annotated[strawberry.ID, strawberry.argument(description="Id or slug of the indication.")],
    prior_version: PriorVersionArgument = None,
) -> Asked:
    return Asked(prior_version, beside=parse_reference(indication_id, "Indication", "indicationId"))


def _trend_asked(
    indication_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Id or slug of the indication; all indications, if left out."),
    ] = None,
    criterion: ByOverall = RankBy.OVERALL,
    months: Annotated[
        int | None, strawberry.argument(description="How many months to show, this one included, 1 to 120.")
    ] = DEFAULT_MONTHS,
    weights: WeightsArgument = None,
    prior_version: PriorVersionArgument = None,
) -> Asked:
    indication = None if indication_id is None else parse_reference(indication_id, "Indication", "indicationId")
    perspective = perspective_of(weights, prior_version)
    return Asked((indication, position_of(criterion), checked_months(months), perspective))


def _treatments_asked(
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    by: ByOverall = RankBy.OVERALL,
    order_by: OtherOrderOfTreatments = None,
) -> Asked:
    if order_by is None:
        criterion = position_of(by)
        return Asked((None, criterion, page_request(by_score(criterion), first, after, last, before)))
    order = treatment_order(order_by, "drug")
    return Asked((order, None, page_request(order, first, after, last, before)))


@strawberry.type(description="A generic drug.")
class Drug(Node):
    id: strawberry.ID = node_id(partial(global_id, "Drug"), of="record.id")
    slug: str = read(
        "record.slug", description="Stable, readable key, such as `colchicine`; accepted wherever an id is."
    )
    name: str = read("record.name", description="Generic name.")
    brand_names: list[str] = read(
        "record.brand_names",
        description="US brand names, biosimilars and products no longer sold included.",
    )
    drug_class: str | None = read(
        "record.drug_class", description="Pharmacological class; null where the catalogue has none."
    )
    routes: list[str] = read("record.routes", description="Routes of administration, such as ORAL.")
    first_approved: str | None = read(
        "record.first_approved", description="First US approval, YYYY-MM-DD; null where not known, as before 1982."
    )
    source: str = read("record.source", description="Where the catalogue has the drug from.")
    record: strawberry.Private[DrugRecord]
    codes: list[Code] = loaded("drug_codes", key="record.id", description="Codes in public code systems.")
    follower_count: int = loaded(
        "follower_count",
        key="record.id",
        description="How many people follow the drug; 0 if fewer than 11, for those who see no single ratings.",
    )
    viewer_follows: bool = loaded(
        "viewer_follows", key="record.id", description="Whether the viewer follows the drug, for whatever indication."
    )
    score: Score = loaded(
        "drug_score",
        key="record.id",
        asked=_score_asked,
        description="What physicians think of the drug, for one indication or over all.",
    )
    scorecard: Scorecard = loaded(
        "scorecard",
        key="record.id",
        asked=_scorecard_asked,
        description="The drug's strengths and weaknesses for one indication, against the other drugs rated for it.",
    )
    trend: Trend = loaded(
        "trend",
        key="record.id",
        asked=_trend_asked,
        by_operation=True,
        description="Its scores month by month, and whether they have changed.",
    )
    ratings: RatingConnection = loaded(
        "drug_ratings",
        key="record.id",
        asked=ratings_asked,
        selects="edges.node",
        description="Physicians' ratings of the drug.",
    )
    treatments: Connection[Treatment] = loaded(
        "drug_treatments",
        key="record.id",
        asked=_treatments_asked,
        description="What the drug is used for, by default the indication first for which it has the highest score; "
        "those without a score come last.",
    )

    @classmethod
    def of(cls, record: DrugRecord) -> "Drug":
        """The drug of a record."""
        return cls(record=record)


@strawberry.type(description="One page of a list of drugs.")
class DrugConnection(Connection[Drug]):
    unknown_ids: list[strawberry.ID] = strawberry.field(
        description="Those of the `ids` asked for that name no drug, as they were given; the others are in `edges`."
    )


@strawberry.enum(description="How drugs are sorted.")
class DrugOrder(enum.Enum):
    NAME = strawberry.enum_value("NAME", description="By name.")
    MOST_RATED = strawberry.enum_value("MOST_RATED", description="The most ratings first.")
    NEWEST_APPROVAL = strawberry.enum_value(
        "NEWEST_APPROVAL", description="The most recent first US approval first; those without a date last."
    )

    @property
    def order(self) -> Order:
        """The columns behind it."""
        return {
            DrugOrder.NAME: BY_NAME,
            DrugOrder.MOST_RATED: MOST_RATED,
            DrugOrder.NEWEST_APPROVAL: NEWEST_APPROVAL,
        }[self]


@strawberry.input(name="DrugFilter", description="Which drugs: those that meet every field given.")
class DrugFilterInput:
    name_contains: str | None = strawberry.field(
        default=None, description="A part of the generic name, in any letter case; at most 200 characters."
    )
    drug_class: str | None = strawberry.field(default=None, description="The class as `drugClass` has it, in any case.")

    def checked(self) -> DrugFilter:
        """The filter with every value checked.

        Raises:
            InputError: naming what is wrong.
        """
        return DrugFilter(
            name_contains=None
            if self.name_contains is None
            else checked_text(self.name_contains, "filter.nameContains"),
            drug_class=None if self.drug_class is None else checked_text(self.drug_class, "filter.drugClass"),
        )
