"""Treatments: one drug used for one indication."""

import enum
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.global_ids import global_id
from graph.planning import read
from graph.relations import loaded
from graph.types.node import Node, node_id
from graph.types.score import Score, score_asked
from resolvers.paging import Order
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.reads.treatments import BY_NAME, MOST_RATED, Parent, TreatmentRecord

if TYPE_CHECKING:
    from graph.types.drug import Drug
    from graph.types.indication import Indication


@strawberry.type(description="One drug used for one indication.")
class Treatment(Node):
    id: strawberry.ID = node_id(partial(global_id, "Treatment"), of="record.id")
    source: str = read(
        "record.source",
        description="Where the catalogue has the pair from, such as DrugCentral, or that physicians rated it.",
    )
    record: strawberry.Private[TreatmentRecord]
    drug: Annotated["Drug", strawberry.lazy("graph.types.drug")] = loaded(
        "drug_by_id", key="record.drug_id", description="The drug."
    )
    indication: Annotated["Indication", strawberry.lazy("graph.types.indication")] = loaded(
        "indication_by_id", key="record.indication_id", description="What it is used for."
    )
    score: Score = loaded(
        "treatment_score",
        key="record.drug_id,record.indication_id",
        asked=score_asked,
        description="What physicians think of the drug for this indication.",
    )
    first_rated_at: datetime | None = loaded(
        "first_rated_at",
        key="record.drug_id,record.indication_id",
        description="When the first rating was given, in UTC; null: none, or the reader does not see single ratings.",
    )

    @strawberry.field(
        description="Whether the catalogue does not have the pair: it is known only because physicians rated it."
    )
    def off_label(self) -> bool:
        return self.record.source == TREATMENT_SOURCE

    @classmethod
    def of(cls, record: TreatmentRecord) -> "Treatment":
        """The treatment of a record."""
        return cls(record=record)


@strawberry.enum(description="How treatments are sorted.")
class TreatmentOrder(enum.Enum):
    MOST_RATED = strawberry.enum_value("MOST_RATED", description="The most ratings first.")
    NAME = strawberry.enum_value("NAME", description="By the name of the indication (of a drug) or the drug.")


def treatment_order(order_by: TreatmentOrder | None, parent: Parent) -> Order:
    """The columns behind an order, for the treatments of a drug or of an indication; without one, the most rated."""
    return BY_NAME[parent] if order_by is TreatmentOrder.NAME else MOST_RATED


OrderOfTreatments = Annotated[TreatmentOrder | None, strawberry.argument(description="How the list is sorted.")]

OtherOrderOfTreatments = Annotated[
    TreatmentOrder | None,
    strawberry.argument(description="Sorts the list otherwise than by scores; `by` then has no meaning."),
]
