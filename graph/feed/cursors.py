"""Cursors of the feed: where in it a client has got to, as text."""

from resolvers.errors import PeerscoreError
from resolvers.sealed_numbers import NotSealedHere, Seal

PURPOSE = b"positions of the feed"
"""Keeps cursors apart from everything else that is derived from the same secret."""


class ForeignCursor(PeerscoreError):
    """A cursor that this installation did not give out."""

    def __init__(self) -> None:
        super().__init__("This is not a cursor of the feed.")


class FeedCursors:
    """Makes cursors of positions and reads them again; all processes of an installation make the same ones.

    A position tells how many events there have been, and so how many ratings, which is not for everybody. A cursor
    tells nothing but which position it is the same as.

    Args:
        secret: the installation's pseudonym key.
    """

    def __init__(self, secret: bytes) -> None:
        self._seal = Seal(secret, PURPOSE)

    def of(self, position: int) -> str:
        """The cursor of a position, 32 characters; the position 0 is the one before the first event."""
        return self._seal.seal(position)

    def position(self, cursor: str) -> int:
        """The position of a cursor.

        Raises:
            ForeignCursor: `of` did not make it with this secret.
        """
        try:
            return self._seal.open(cursor)
        except NotSealedHere as error:
            raise ForeignCursor from error
