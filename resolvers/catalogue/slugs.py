"""Slugs: readable public keys made from names."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_SLUG = 160


def slug_of(name: str) -> str:
    """The name in lower-case ASCII words joined with "-"; empty if the name has no Latin letter or digit."""
    ascii_only = "".join(
        letter if letter.isascii() else " "
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=\w)'(?=\w)", "", ascii_only))
    return "-".join(words)[:LONGEST_SLUG].rstrip("-")


class Slugs:
    """Hands out slugs that nothing else has; a newcomer whose slug is taken gets "-2", "-3" and so on."""

    def __init__(self, taken: Iterable[str], nameless: str) -> None:
        self._taken = set(taken)
        self._nameless = nameless

    def take(self, name: str) -> str:
        """A free slug for the name, which is taken from then on."""
        wanted = slug_of(name) or self._nameless
        slug = wanted
        number = 1
        while slug in self._taken:
            number += 1
            suffix = f"-{number}"
            slug = wanted[: LONGEST_SLUG - len(suffix)].rstrip("-") + suffix
        self._taken.add(slug)
        return slug
