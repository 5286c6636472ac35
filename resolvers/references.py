"""References to catalogue entries as clients give them: a primary key or a slug."""

from collections.abc import Callable, Iterable
from typing import Literal

from resolvers.errors import PeerscoreError
from resolvers.sql import Parameters, fetch_rows

Reference = int | str
"""A primary key, or a slug."""

Kind = Literal["drug", "indication"]

BIGGEST_ID = 2**31 - 1
"""Catalogue keys are 32 bits wide; a greater number names nothing."""


class UnknownReference(PeerscoreError):
    """An entry that the catalogue does not have, where one is needed."""

    def __init__(self, kind: Kind, references: Iterable[Reference]) -> None:
        self.kind = kind
        self.references = tuple(references)
        super().__init__(self.naming(str))

    def naming(self, name: Callable[[Reference], str]) -> str:
        """The message with the references as `name` writes them."""
        return f"There is no {self.kind} {', '.join(map(name, self.references))} in the catalogue."


def naming(kind: Kind, references: Iterable[Reference]) -> tuple[str, Parameters] | None:
    """A condition that a row of drugs or indications is named by one of the references; None: none can name any."""
    wanted = set(references)
    ids = [reference for reference in wanted if isinstance(reference, int) and 0 < reference <= BIGGEST_ID]
    slugs = [reference for reference in wanted if isinstance(reference, str)]
    parameters = Parameters()
    conditions = []
    if ids:
        conditions.append(parameters.member_of(f"{kind}.id", ids))
    if slugs:
        conditions.append(parameters.member_of(f"{kind}.slug", slugs, "text"))
    return (" OR ".join(conditions), parameters) if conditions else None


async def keys_of(kind: Kind, references: Iterable[Reference]) -> dict[Reference, int]:
    """The primary keys of the references that exist; the others are absent."""
    wanted = set(references)
    named = naming(kind, wanted)
    if named is None:
        return {}
    condition, parameters = named
    found: dict[Reference, int] = {}
    for key, slug in await fetch_rows(f"SELECT id, slug FROM {kind} WHERE {condition}", parameters):
        found[key] = key
        found[slug] = key
    return {reference: found[reference] for reference in wanted if reference in found}


async def existing_keys(kind: Kind, references: Iterable[Reference]) -> list[int]:
    """The primary keys of references that all have to exist.

    Raises:
        UnknownReference: naming those that do not.
    """
    wanted = list(dict.fromkeys(references))
    found = await keys_of(kind, wanted)
    if missing := [reference for reference in wanted if reference not in found]:
        raise UnknownReference(kind, missing)
    return [found[reference] for reference in wanted]
