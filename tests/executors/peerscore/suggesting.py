"""Values that mean something to the API's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import hypothesis.strategies as st
from graphql import GraphQLInputType, StringValueNode, get_named_type

from graph.global_ids import global_id
from resolvers.database import database
from tests.executors.values import NO_IDEA

DRUGS = ("colchicine", "allopurinol", "febuxostat", "naproxen", "ibuprofen")
INDICATIONS = ("gout", "gout", "gout", "gout-prevention", "hypertension")
TEXTS = ("colch", "gout", "M10.9", "pain", "zyloprim", "nothing like it")
WEIGHTS = (None, {}, {"efficacy": 1.0}, {"efficacy": 2.5, "safety": 0.0})
SEGMENTS = (None, {}, {"country": "DE"}, {"specialty": "Rheumatology"}, {"experience": "EARLY"})
RATING_FILTERS = (
    None,
    {},
    {"drugIds": ["colchicine", "naproxen"]},
    {"indicationIds": ["gout"], "withComment": True},
    {"specialties": ["Rheumatology"]},
    {"drugIds": ["no-such-drug"]},
    {"countries": ["US"], "experience": ["SENIOR", "EARLY"]},
    {"ratedFrom": "2026-02-01T00:00:00Z", "ratedBefore": "2026-03-01T00:00:00+01:00"},
)
CODES = ({"value": "gout"}, {"value": "M10.9", "system": "ICD10CM"}, {"value": "no code", "system": None})

UNUSABLE: Mapping[str, Sequence[Any]] = {
    "id": ("no-such-entry", "no id", ""),
    "indicationId": ("no-such-entry", "no id"),
    "drugId": ("no-such-entry", "no id"),
    "first": (0, -1, 501),
    "last": (2, 0),
    "priorVersion": (7, -1),
    "weights": ({"safety": -1.0},),
    "segment": ({"country": "XX"}, {"country": "DE", "specialty": "Rheumatology"}),
    "drugIds": (["colchicine"], ["colchicine", "colchicine"], ["colchicine", "no-such-drug"]),
    "months": (0, 1_000),
    "text": ("", "x" * 201),
    "after": ("no cursor",),
    "before": ("no cursor",),
}
"""What fields refuse, by the argument's name."""

SELDOM = 0.02
"""So often an argument has a value from there, and as often one that the generator has made up."""

SCALARS: Mapping[str, st.SearchStrategy[StringValueNode]] = {
    "DateTime": st.sampled_from(["2026-01-01T00:00:00Z", "2026-03-01T12:00:00+02:00", "yesterday"]).map(
        lambda text: StringValueNode(value=text)
    ),
    "Date": st.sampled_from(["2026-01-01", "tomorrow"]).map(lambda text: StringValueNode(value=text)),
}
"""What clients send for the API's own scalars."""


@dataclass(frozen=True)
class Suggestions:
    """Values for arguments, in a database with these entries.

    Attributes:
        ids: global ids of entries of every kind.
        ratings: those of ratings.
        physicians: of no physicians, since each reader knows them by other ids.
    """

    ids: Sequence[str]
    ratings: Sequence[str]
    physicians: Sequence[str] = ("no id", "UGh5c2ljaWFuOjE=")

    @classmethod
    async def of_open_database(cls) -> "Suggestions":
        """With the entries of the open database."""
        ids = []
        for kind, table in (("Drug", "drug"), ("Indication", "indication"), ("Treatment", "treatment")):
            rows = await database().execute_query_dict(f"SELECT id FROM {table} ORDER BY id LIMIT 3")
            ids += [global_id(kind, row["id"]) for row in rows]
        rows = await database().execute_query_dict("SELECT id FROM rating ORDER BY id DESC LIMIT 8")
        ratings = [global_id("Rating", row["id"]) for row in rows]
        none = [global_id("Drug", 999_999), global_id("Rating", 999_999), "gout", "no id"]
        return cls((*ids, *ratings, *none), (*ratings, global_id("Rating", 999_999)))

    def __call__(self, random: Random, coordinate: str, argument: str, kind: GraphQLInputType) -> Any:
        """A value for an argument of a field."""
        if random.random() < SELDOM:
            return NO_IDEA
        if argument in UNUSABLE and random.random() < SELDOM:
            return random.choice(UNUSABLE[argument])
        if argument in ("ids", "drugIds"):
            return self._several(random, coordinate, argument)
        found = self._choices(coordinate, argument).get(argument) or BY_TYPE.get(get_named_type(kind).name)
        return NO_IDEA if found is None else random.choice(found)

    def _several(self, random: Random, coordinate: str, argument: str) -> list[str] | None:
        if coordinate == "Query.nodes":
            return random.choices(self.ids, k=random.randrange(6))
        if argument == "ids" and random.random() < ALL_DRUGS:
            return None
        return random.sample(DRUGS, random.randrange(2, 4))

    def _choices(self, coordinate: str, argument: str) -> Mapping[str, Sequence[Any]]:
        ids = {
            "Query.drug": DRUGS,
            "Query.indication": INDICATIONS,
            "Query.rating": self.ratings,
            "Query.retiredRating": self.ratings,
        }.get(coordinate, self.ids)
        if coordinate == "Query.drugs" and argument in ("filter", "orderBy"):
            return {"filter": (None, None, {}, {"nameContains": "co"}), "orderBy": (None, None, "NAME", "MOST_RATED")}
        return {
            "id": ids,
            "physicianId": self.physicians,
            "ratingId": self.ratings,
            "drugId": DRUGS,
            "indicationId": INDICATIONS,
            "first": (1, 2, 3),
            "last": (None,),
            "after": (None,),
            "before": (None,),
            "months": (1, 3, 24),
            "minRatings": (0, 1, 5),
            "priorVersion": (None, 0),
            "text": TEXTS,
            "subject": (None, "rating:1"),
            "clientMutationId": (None,),
            "codes": ([CODES[0]], [*CODES], []),
            "weights": WEIGHTS,
        }


ALL_DRUGS = 0.7
"""How often a list of drugs is of all of them."""

BY_TYPE: Mapping[str, Sequence[Any]] = {
    "SegmentInput": SEGMENTS,
    "RatingFilter": RATING_FILTERS,
    "IndicationFilter": (None, {"nameContains": "gout"}, {"hasTreatments": True}),
}
"""Values by the type of an argument."""
