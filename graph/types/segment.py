"""Segments: whose ratings a score is made from."""

import enum
from typing import Annotated

import strawberry

from graph.arguments import checked_countries, checked_text
from graph.errors import invalid_argument
from graph.types.physician import ExperienceBand
from resolvers.reads.segments import THIN_SEGMENT, SegmentRequest
from resolvers.reads.segments import Segment as SegmentRecord


@strawberry.enum(description="What kind of physicians a segment consists of.")
class SegmentKind(enum.Enum):
    EVERYBODY = strawberry.enum_value("EVERYBODY", description="All physicians.")
    SPECIALTY = strawberry.enum_value("SPECIALTY", description="Those of one specialty.")
    COUNTRY = strawberry.enum_value("COUNTRY", description="Those of one country.")
    EXPERIENCE = strawberry.enum_value("EXPERIENCE", description="Those of one experience band.")


@strawberry.type(description="Whose ratings a score is made from: the physicians as of their ratings.")
class Segment:
    kind: SegmentKind = strawberry.field(description="What kind of segment.")
    value: str | None = strawberry.field(
        description="The specialty's name, the country's code or the experience band; null for everybody."
    )
    fallback: bool = strawberry.field(
        description=f"true: the segment asked for has too few ratings (fewer than {THIN_SEGMENT}, or fewer than "
        "a ranking or this reader needs), and these are the ratings of the wider segment that was used instead."
    )

    @classmethod
    def of(cls, record: SegmentRecord, *, fallback: bool) -> "Segment":
        """The segment of a record."""
        return cls(kind=SegmentKind[record.kind], value=record.value or None, fallback=fallback)


@strawberry.input(
    description="Whose ratings count: exactly one of the fields. A segment with too few ratings falls back to "
    "everybody, and the answer's `segment` says so."
)
class SegmentInput:
    specialty: str | None = strawberry.field(
        default=None, description="A specialty as in `meta.specialties`, in any letter case."
    )
    country: str | None = strawberry.field(default=None, description="A country, ISO 3166-1 alpha-2.")
    experience: ExperienceBand | None = strawberry.field(default=None, description="An experience band.")

    def checked(self) -> SegmentRequest:
        """The segment that is asked for; whether a specialty exists is not known yet.

        Raises:
            InputError: not exactly one field is given, or its value cannot be used.
        """
        given = {name: value for name, value in vars(self).items() if value is not None}
        if len(given) != 1:
            names = " and ".join(f"`{name}`" for name in given)
            raise invalid_argument(
                f"`segment` takes exactly one of `specialty`, `country` and `experience`; it had {names or 'none'}."
            )
        if self.specialty is not None:
            return SegmentRequest("SPECIALTY", checked_text(self.specialty, "segment.specialty"))
        if self.country is not None:
            return SegmentRequest("COUNTRY", checked_countries([self.country], "segment.country")[0])
        assert self.experience is not None  # noqa: S101 - the only field left
        return SegmentRequest("EXPERIENCE", self.experience.name)


SegmentArgument = Annotated[
    SegmentInput | None, strawberry.argument(description="Whose ratings count; everybody's, if left out.")
]


def segment_request(segment: SegmentInput | None) -> SegmentRequest | None:
    """The segment that an argument asks for; None: everybody.

    Raises:
        InputError: naming what is wrong.
    """
    return None if segment is None else segment.checked()
