"""What can be wrong with a comment."""

from resolvers.errors import PeerscoreError


class InvalidComment(PeerscoreError):
    """The text cannot be a comment.

    `reason` is a clause that goes on from "The comment"; it never repeats the text.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The comment {reason}.")
