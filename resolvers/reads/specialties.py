"""Reading the specialties that the catalogue has."""

from collections.abc import Sequence

from resolvers.errors import PeerscoreError
from resolvers.sql import fetch_rows


class UnknownSpecialty(PeerscoreError):
    """A specialty that the catalogue does not have."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"The catalogue has no specialty {', '.join(repr(name) for name in names)}.")


async def specialty_names() -> list[str]:
    """All specialties, by name."""
    return [row[0] for row in await fetch_rows("SELECT name FROM specialty ORDER BY name")]


async def specialty_named(name: str) -> tuple[int, str]:
    """The primary key of a specialty named in any letter case, and its name as the catalogue has it.

    Raises:
        UnknownSpecialty: there is none of this name.
    """
    for key, known in await fetch_rows("SELECT id, name FROM specialty"):
        if known.casefold() == name.casefold():
            return key, known
    raise UnknownSpecialty([name])


async def specialty_keys(names: Sequence[str]) -> list[int]:
    """The primary keys of specialties named in any letter case.

    Raises:
        UnknownSpecialty: naming those that there are not.
    """
    known = {row[1].casefold(): row[0] for row in await fetch_rows("SELECT id, name FROM specialty")}
    if missing := [name for name in names if name.casefold() not in known]:
        raise UnknownSpecialty(missing)
    return [known[name.casefold()] for name in names]
