"""Reading physicians, under pseudonyms."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.blanks import ANY_READER, blank
from resolvers.pseudonyms import handle_of, token_of
from resolvers.reads.keyed import counts_by
from resolvers.references import BIGGEST_ID
from resolvers.sql import Parameters, fetch_rows


@dataclass(frozen=True, slots=True)
class PhysicianRecord:
    """A physician as described by their most recent rating; `handle` and `token` name them to one reader only."""

    id: int
    handle: str
    token: str
    specialty: str
    country: str
    years_in_practice: int
    verified: bool


async def physicians_by_id(ids: Sequence[int], reader: str) -> list[PhysicianRecord | None]:
    """The physicians with these keys, in this order; None for a key that there is not.

    Args:
        ids: the primary keys.
        reader: to whom the pseudonyms belong, as `resolvers.pseudonyms.reader_of` names them; to
            `ANY_READER` belong blanks.
    """
    parameters = Parameters()
    condition = parameters.member_of("physician.id", [key for key in ids if 0 < key <= BIGGEST_ID])
    rows = await fetch_rows(
        "SELECT physician.id, installation.pseudonym_key, specialty.name, physician.country, "
        "physician.years_in_practice, physician.verified "
        "FROM physician JOIN specialty ON specialty.id = physician.specialty_id CROSS JOIN installation "
        f"WHERE {condition}",
        parameters,
    )
    found = {
        key: PhysicianRecord(
            key,
            *_names(key, reader, secret),
            specialty,
            country,
            years,
            bool(verified),
        )
        for key, secret, specialty, country, years, verified in rows
    }
    return [found.get(key) for key in ids]


def _names(physician_id: int, reader: str, secret: bytes) -> tuple[str, str]:
    """Handle and token."""
    if reader == ANY_READER:
        return blank("handle", physician_id), blank("id", physician_id)
    return handle_of(physician_id, reader, secret), token_of(physician_id, reader, secret)


async def rating_counts(ids: Sequence[int]) -> list[int]:
    """How many ratings each physician has given."""
    return await counts_by("rating", "physician_id", ids)
