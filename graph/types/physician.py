"""Physicians, under pseudonyms."""

import enum

import strawberry

from graph.global_ids import global_id
from graph.relations import loaded
from graph.types.node import Node
from resolvers.blanks import is_blank
from resolvers.reads.physicians import PhysicianRecord
from scoring.experience import band_of


@strawberry.enum(description="How long a physician has practised.")
class ExperienceBand(enum.Enum):
    EARLY = strawberry.enum_value("EARLY", description="0 to 4 years.")
    ESTABLISHED = strawberry.enum_value("ESTABLISHED", description="5 to 14 years.")
    EXPERIENCED = strawberry.enum_value("EXPERIENCED", description="15 to 24 years.")
    SENIOR = strawberry.enum_value("SENIOR", description="25 years and more.")


@strawberry.type(
    description="A rater under a pseudonym: never a name, a licence number or an e-mail address. "
    "Described as of their most recent rating. Like the handle, the id is good for one reader only."
)
class Physician(Node):
    handle: str = strawberry.field(
        description="The pseudonym, such as `Physician K7QD-2M4X`: always the same for the same reader, and another "
        "one for any other; only moderators all see the same."
    )
    specialty: str = strawberry.field(description="Medical specialty.")
    country: str = strawberry.field(description="Country of practice, ISO 3166-1 alpha-2.")
    experience: ExperienceBand = strawberry.field(description="How long the physician has practised.")
    verified: bool = strawberry.field(
        description="Whether this service has itself verified the licence. Ratings from other sources come from "
        "physicians whom that source knows; simulated ones from nobody."
    )
    key: strawberry.Private[int]
    rating_count: int = loaded(
        "physician_rating_count", key="key", description="How many ratings this physician has given."
    )

    @classmethod
    def of(cls, record: PhysicianRecord) -> "Physician":
        """The physician of a record."""
        return cls(
            id=strawberry.ID(record.token if is_blank(record.token) else global_id("Physician", record.token)),
            handle=record.handle,
            specialty=record.specialty,
            country=record.country,
            experience=ExperienceBand(band_of(record.years_in_practice).name),
            verified=record.verified,
            key=record.id,
        )
