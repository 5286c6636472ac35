"""What can go wrong when ratings are brought in in bulk."""

from collections.abc import Sequence
from pathlib import Path

from resolvers.errors import PeerscoreError

VALUE_SHOWN = 80
"""How many characters of a bad value a reason repeats."""


def shown(value: object) -> str:
    """A value for a message, cut to a readable length."""
    text = str(value)
    return repr(text if len(text) <= VALUE_SHOWN else text[:VALUE_SHOWN] + "…")


class RowRefused(PeerscoreError):
    """One row cannot be taken; the others can."""


class SourceUnreadable(PeerscoreError):
    """The source of the ratings cannot be read (any further)."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be read: {reason}.")


class HeaderRefused(PeerscoreError):
    """The first line does not say which columns the file has; nothing was imported."""

    def __init__(self, reason: str, known: Sequence[str]) -> None:
        super().__init__(
            f"The first line of the file must name its columns, but {reason}. Columns are: {', '.join(known)}."
        )


class AnotherSource(PeerscoreError):
    """An earlier import began with a source that starts alike but goes on differently."""

    def __init__(self) -> None:
        super().__init__(
            "An earlier import read a file that begins like this one but goes on differently, so it cannot be"
            " continued with this one. Use --restart to import this one from its beginning; ratings that are in the"
            " database already are then rejected as duplicates."
        )


class ImportedElsewhere(PeerscoreError):
    """Another process is importing the same source into the same database."""

    def __init__(self) -> None:
        super().__init__(
            "Another process is importing the same ratings into this database. Let it finish, or stop it and run this"
            " again: it continues where the other one stopped."
        )


class RejectsUnusable(PeerscoreError):
    """The file for rejected rows cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"Rejected rows cannot be written to {path}: {reason}.")
