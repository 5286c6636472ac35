"""Values that mean something to the API's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import hypothesis.strategies as st
from graphql import GraphQLInputType, StringValueNode, get_named_type

from resolvers.database import database
from graph.global_ids import global_id
from tests.executors.values import NO_IDEA

DRUGS = ("colchicine", "allopurinol", "febuxostat", "naproxen", "ibuprofen", "probenecid")
INDICATIONS = ("gout", "gout-prevention", "hypertension", "pain")
SPECIALTIES = ("Rheumatology", "Nephrology", "Family Practice", "no specialty")
COUNTRIES = ("DE", "US", "FR", "XX")
TEXTS = ("colch", "gout", "M10.9", "pain", "zyloprim", "nothing like it")
WEIGHTS = (None, {}, {"efficacy": 1.0}, {"efficacy": 2.5, "safety": 0.0}, {"safety": -1.0})
SEGMENTS = (None, {}, {"country": "DE"}, {"specialty": "Rheumatology"}, {"experience": "EARLY"}, {"country": "XX"})
RATING_FILTERS = (
    None,
    {},
    {"drugIds": ["colchicine", "naproxen"]},
    {"indicationIds": ["gout"], "withComment": True},
    {"specialties": ["Rheumatology"]},
    {"countries": ["US"], "experience": ["SENIOR", "EARLY"]},
    {"ratedFrom": "2026-02-01T00:00:00Z", "ratedBefore": "2026-03-01T00:00:00+01:00"},
    {"drugIds": ["no-such-drug"]},
)

ALWAYS = 0.9
"""So often an argument has a value from here; otherwise one that the generator has made up."""

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
    """

    ids: Sequence[str]
    ratings: Sequence[str]

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

    def __call__(self, random: Random, coordinate: str, argument: str, kind: GraphQLInputType) -> Any:  # noqa: ANN401
        """A value for an argument of a field."""
        if argument in ("after", "before"):
            return None if random.random() < 0.95 else NO_IDEA
        if argument in ("first", "last"):
            return random.choice([1, 2, 3]) if argument == "first" or random.random() < 0.15 else None
        if random.random() > ALWAYS:
            return NO_IDEA
        return self._known(random, coordinate, argument, get_named_type(kind).name)

    def _known(self, random: Random, coordinate: str, argument: str, type_name: str) -> Any:  # noqa: ANN401
        choices: Mapping[str, Sequence[Any]] = {
            "Query.drug": DRUGS,
            "Query.indication": INDICATIONS,
            "Query.rating": self.ratings,
            "Query.retiredRating": self.ratings,
            "Query.node": self.ids,
        }
        if argument == "id":
            return random.choice(choices.get(coordinate, self.ids))
        if argument == "ids" and coordinate == "Query.nodes":
            return random.choices(self.ids, k=random.randrange(5))
        if argument in ("ids", "drugIds"):
            return random.choice([None, *([random.choices(DRUGS, k=random.randrange(4))] * 2)]) or random.sample(
                DRUGS[:4], 2
            )
        by_argument: Mapping[str, Sequence[Any]] = {
            "ratingId": self.ratings,
            "drugId": DRUGS,
            "indicationId": (*INDICATIONS, *(["gout"] * 3)),
            "months": (1, 3, 24),
            "minRatings": (0, 1, 5),
            "priorVersion": (None, None, None, 0, 7),
            "text": TEXTS,
            "subject": (None, "rating:1"),
            "clientMutationId": (None,),
        }
        by_type: Mapping[str, Sequence[Any]] = {
            "CriterionWeights": WEIGHTS,
            "SegmentInput": SEGMENTS,
            "RatingFilter": RATING_FILTERS,
            "DrugFilter": (None, {}, {"nameContains": "co"}, {"drugClass": "x"}),
            "IndicationFilter": (None, {"nameContains": "gout"}, {"hasTreatments": True}),
        }
        found = by_argument.get(argument) or by_type.get(type_name)
        return NO_IDEA if found is None else random.choice(found)
