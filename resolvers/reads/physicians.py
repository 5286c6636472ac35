"""Reading physicians, under pseudonyms."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from resolvers.reads.keyed import counts_by
from resolvers.references import BIGGEST_ID
from resolvers.sql import Parameters, fetch_rows

HANDLE_BYTES = 5
"""40 bits, eight letters: among 100,000 physicians any two are alike with a probability of 0.5 %."""


@dataclass(frozen=True, slots=True)
class PhysicianRecord:
    """A physician as described by their most recent rating; `handle` names them in this database only."""

    id: int
    handle: str
    specialty: str
    country: str
    years_in_practice: int
    verified: bool


async def physicians_by_id(ids: Sequence[int]) -> list[PhysicianRecord | None]:
    """The physicians with these keys, in this order; None for a key that there is not."""
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
        key: PhysicianRecord(key, handle_of(key, secret), specialty, country, years, bool(verified))
        for key, secret, specialty, country, years, verified in rows
    }
    return [found.get(key) for key in ids]


async def rating_counts(ids: Sequence[int]) -> list[int]:
    """How many ratings each physician has given."""
    return await counts_by("rating", "physician_id", ids)


def handle_of(physician_id: int, pseudonym_key: bytes) -> str:
    """A name that says nothing: the same for the same physician and key, and not to be traced back.

    The first 40 bits of HMAC-SHA-256 over the physician's number, in base 32.
    """
    digest = hmac.digest(pseudonym_key, b"physician:%d" % physician_id, sha256)
    letters = base64.b32encode(digest[:HANDLE_BYTES]).decode()
    return f"Physician {letters[:4]}-{letters[4:]}"
