"""What can go wrong with a search."""

from resolvers.errors import PeerscoreError


class SearchTextTooLong(PeerscoreError):
    """The text is longer than anything that a search could find."""

    def __init__(self, length: int, longest: int) -> None:
        self.length = length
        self.longest = longest
        super().__init__(f"A search text has at most {longest} characters; this one has {length}.")
