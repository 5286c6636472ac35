"""What can go wrong with the catalogue: its files, and the names by which others refer to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from resolvers.errors import PeerscoreError

PROBLEMS_SHOWN = 20
"""How many problems of the files an error lists; the rest is counted."""

TEXT_SHOWN = 100
"""How many characters of a name that is not known a message repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which file, on which line (counted from 1), in which column."""

    file: str
    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{line}{column}: {self.reason}"


class InvalidCatalogue(PeerscoreError):
    """The files cannot be imported as they are; nothing of them was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:PROBLEMS_SHOWN]]
        if more := len(self.problems) - len(shown):
            shown.append(f"and {more} more")
        super().__init__("The catalogue was not imported:\n" + "\n".join(shown))


class CatalogueMissing(PeerscoreError):
    """There is nothing to rate, or nobody who could rate it."""

    def __init__(self) -> None:
        super().__init__(
            "The database has no catalogue that ratings could refer to. Run `peerscore import catalogue` first."
        )


Kind = Literal["drug", "indication", "specialty"]
PLURALS: dict[Kind, str] = {"drug": "drugs", "indication": "indications", "specialty": "specialties"}


def _shown(text: str) -> str:
    return repr(text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + "…")


class UnknownName(PeerscoreError):
    """Nothing in the catalogue is called that."""

    def __init__(self, kind: Kind, text: str) -> None:
        self.kind = kind
        self.text = text
        super().__init__(f"no {kind} is named {_shown(text)}")


class AmbiguousName(PeerscoreError):
    """Several things in the catalogue are called that; `slugs` tells them apart."""

    def __init__(self, kind: Kind, text: str, slugs: Sequence[str]) -> None:
        self.kind = kind
        self.text = text
        self.slugs = tuple(slugs)
        found = f"{len(self.slugs)} {PLURALS[kind]}"
        super().__init__(f"{_shown(text)} names {found}: {', '.join(self.slugs)}")
