"""Segments: whose ratings a score is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, SPECIALTY
from resolvers.reads.specialties import specialty_named
from resolvers.sql import Parameters
from scoring.experience import BANDS

Kind = Literal["EVERYBODY", "SPECIALTY", "COUNTRY", "EXPERIENCE"]

STORED_KINDS: dict[Kind, int] = {
    "EVERYBODY": EVERYBODY,
    "SPECIALTY": SPECIALTY,
    "COUNTRY": COUNTRY,
    "EXPERIENCE": EXPERIENCE,
}

THIN_SEGMENT = 5
"""With fewer ratings than this a segment falls back to everybody: an opinion of four is not their specialty's."""


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """The segment that a client asks for; `value` is a specialty's name in any letter case, a country or a band."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that there is. `key` is what cells call it, `value` what people do; both are empty for everybody."""

    kind: Kind
    key: str
    value: str


EVERYBODYS = Segment("EVERYBODY", "", "")


async def requested_segments(request: SegmentRequest | None) -> tuple[Segment, ...]:
    """The segments to look into, the one asked for first, then everybody, to whom a thin one falls back.

    Raises:
        UnknownSpecialty: there is no such specialty.
    """
    if request is None:
        return (EVERYBODYS,)
    if request.kind == "SPECIALTY":
        key, name = await specialty_named(request.value)
        return (Segment("SPECIALTY", str(key), name), EVERYBODYS)
    return (Segment(request.kind, request.value, request.value), EVERYBODYS)


def table_of_segments(segments: Sequence[Segment], parameters: Parameters) -> str:
    """The segments as a table `segment` with the columns `position` (in the order given), `kind` and `value`."""
    rows = " UNION ALL ".join(
        f"SELECT {position} AS position, {STORED_KINDS[segment.kind]} AS kind, "
        f"CAST({parameters.bind(segment.key)} AS TEXT) AS value"
        for position, segment in enumerate(segments)
    )
    return f"({rows}) AS segment"


def rating_condition(segment: Segment, parameters: Parameters) -> str:
    """A condition that a row of the table `rating` belongs to the segment."""
    if segment.kind == "SPECIALTY":
        return f"rating.specialty_id = {parameters.bind(int(segment.key))}"
    if segment.kind == "COUNTRY":
        return f"rating.country = {parameters.bind(segment.key)}"
    if segment.kind == "EXPERIENCE":
        (band,) = (band for band in BANDS if band.name == segment.key)
        return f"rating.years_in_practice BETWEEN {band.first} AND {band.last}"
    return "1 = 1"
