"""What can go wrong below GraphQL, as typed exceptions with the facts of the case."""

from collections.abc import Sequence


class PeerscoreError(Exception):
    """A failure that was foreseen; its message is written for the person who caused it."""


class InvalidDatabaseUrl(PeerscoreError):
    """The database address cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database address is not usable: {reason}.")


class DatabaseUnreachable(PeerscoreError):
    """No connection to the database."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database cannot be reached: {reason}.")


class DatabaseBehind(PeerscoreError):
    """The database lacks migrations that this version of the code needs."""

    def __init__(self, pending: Sequence[str]) -> None:
        self.pending = tuple(pending)
        super().__init__(
            f"The database is behind by {len(self.pending)}: {', '.join(self.pending)}. Run `peerscore migrate` first."
        )
