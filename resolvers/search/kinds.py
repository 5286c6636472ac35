"""What a search can find."""

from enum import StrEnum


class SearchKind(StrEnum):
    """The kinds of things in the index."""

    DRUG = "DRUG"
    INDICATION = "INDICATION"
