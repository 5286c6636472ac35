"""Physicians, under pseudonyms."""

import enum
from operator import call

import strawberry

from graph.global_ids import global_id
from graph.planning import computed, read
from graph.relations import loaded
from graph.types.node import Node, node_id
from resolvers.blanks import is_blank
from resolvers.pseudonyms import Pseudonyms
from resolvers.reads.physicians import PhysicianRecord
from scoring.experience import BANDS


@strawberry.enum(description="How long a physician has practised.")
class ExperienceBand(enum.Enum):
    EARLY = strawberry.enum_value("EARLY", description="0 to 4 years.")
    ESTABLISHED = strawberry.enum_value("ESTABLISHED", description="5 to 14 years.")
    EXPERIENCED = strawberry.enum_value("EXPERIENCED", description="15 to 24 years.")
    SENIOR = strawberry.enum_value("SENIOR", description="25 years and more.")


_EXPERIENCE: list[ExperienceBand] = [
    ExperienceBand(band.name) for band in BANDS for _ in range(band.first, band.last + 1)
]
"""By years in practice."""


def _id_of(pseudonyms: Pseudonyms, key: int) -> str:
    token = pseudonyms.token(key)
    return token if is_blank(token) else global_id("Physician", token)


@strawberry.type(
    description="A rater under a pseudonym: never a name, a licence number or an e-mail address. "
    "Described as of their most recent rating. Like the handle, the id is good for one reader only."
)
class Physician(Node):
    id: strawberry.ID = node_id(_id_of, of="record.pseudonyms,record.id")
    handle: str = computed(
        call,
        of="record.pseudonyms.handle,record.id",
        description="The pseudonym, such as `Physician K7QD-2M4X`: always the same for the same reader, and another "
        "one for any other; only moderators all see the same.",
    )
    specialty: str = read("record.specialty", description="Medical specialty.")
    country: str = read("record.country", description="Country of practice, ISO 3166-1 alpha-2.")
    experience: ExperienceBand = computed(
        _EXPERIENCE.__getitem__,
        of="record.years_in_practice",
        description="How long the physician has practised.",
    )
    verified: bool = read(
        "record.verified",
        description="Whether this service has itself verified the licence. Ratings from other sources come from "
        "physicians whom that source knows; simulated ones from nobody.",
    )
    record: strawberry.Private[PhysicianRecord]
    rating_count: int = loaded(
        "physician_rating_count", key="record.id", description="How many ratings this physician has given."
    )

    @classmethod
    def of(cls, record: PhysicianRecord) -> "Physician":
        """The physician of a record."""
        return cls(record=record)
