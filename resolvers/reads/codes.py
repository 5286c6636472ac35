"""Codes of catalogue entries in public code systems."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.references import Kind
from resolvers.sql import Parameters, fetch_rows


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """A code system's name and the code in it."""

    system: str
    value: str


async def codes_by_id(kind: Kind, ids: Sequence[int]) -> list[list[CodeRecord]]:
    """The codes of each entry, by system and value."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT {kind}_id, system, value FROM {kind}_code "
        f"WHERE {parameters.member_of(f'{kind}_id', ids)} ORDER BY {kind}_id, system, value",
        parameters,
    )
    codes: dict[int, list[CodeRecord]] = {key: [] for key in ids}
    for key, system, value in rows:
        codes[key].append(CodeRecord(system, value))
    return [codes[key] for key in ids]
