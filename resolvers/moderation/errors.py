"""Why a moderator's decision cannot be carried out. No message repeats a comment or a note."""

from resolvers.errors import PeerscoreError


class ImpossibleModeration(PeerscoreError):
    """The decision does not fit how the rating stands.

    `state` says how it stands, such as "is excluded"; `decision` is the decision's name.
    """

    def __init__(self, state: str, decision: str) -> None:
        self.state = state
        self.decision = decision
        super().__init__(f"{decision} is not possible: the rating {state}.")


class CommentChanged(PeerscoreError):
    """The comment is not the one that the moderator has read, or it was not said which one they have read."""

    def __init__(self, rating_id: int) -> None:
        self.rating_id = rating_id
        super().__init__("The comment is not the one that was read: read it again, and decide on its current version.")


class InvalidNote(PeerscoreError):
    """A note that cannot be kept; `reason` says what is wrong with it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The note {reason}.")
