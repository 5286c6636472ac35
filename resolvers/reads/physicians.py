"""Reading physicians, under pseudonyms."""

from collections.abc import Sequence
from typing import NamedTuple

from resolvers.pseudonyms import Pseudonyms
from resolvers.reads.keyed import counts_by
from resolvers.references import BIGGEST_ID
from resolvers.sql import Parameters, fetch_rows


class PhysicianRecord(NamedTuple):
    """A physician as described by their most recent rating, and by what names the reader knows physicians."""

    id: int
    specialty: str
    country: str
    years_in_practice: int
    verified: bool
    pseudonyms: Pseudonyms


async def physicians_by_id(ids: Sequence[int], pseudonyms: Pseudonyms) -> list[PhysicianRecord | None]:
    """The physicians with these keys, in this order; None for a key that there is not.

    Args:
        ids: the primary keys.
        pseudonyms: of the one who reads.
    """
    parameters = Parameters()
    condition = parameters.member_of("physician.id", [key for key in ids if 0 < key <= BIGGEST_ID])
    rows = await fetch_rows(
        "SELECT physician.id, specialty.name, physician.country, physician.years_in_practice, physician.verified "
        f"FROM physician JOIN specialty ON specialty.id = physician.specialty_id WHERE {condition}",
        parameters,
    )
    found = {
        key: PhysicianRecord(key, specialty, country, years, bool(verified), pseudonyms)
        for key, specialty, country, years, verified in rows
    }
    return [found.get(key) for key in ids]


async def rating_counts(ids: Sequence[int]) -> list[int]:
    """How many ratings each physician has given."""
    return await counts_by("rating", "physician_id", ids)
