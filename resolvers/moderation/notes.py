"""Checking the notes that moderators write next to their decisions."""

import unicodedata

from resolvers.moderation.errors import InvalidNote

LONGEST_NOTE = 1_000
"""Characters of a note."""

REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters and line breaks, and of what no database can hold as text."""

DIRECTION_CHARACTERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9), which make a text look like
another one."""


def checked_note(text: str | None) -> str | None:
    """The note without blanks around it; None if nothing is left.

    Raises:
        InvalidNote: it is longer than `LONGEST_NOTE`, or has a character that a note may not have.
    """
    if text is None:
        return None
    if len(text) > LONGEST_NOTE:
        raise InvalidNote(f"is longer than {LONGEST_NOTE:,} characters")
    note = text.strip()
    if any(unicodedata.category(character) in REFUSED_CATEGORIES for character in note):
        raise InvalidNote("has a control character or a line break")
    if not DIRECTION_CHARACTERS.isdisjoint(note):
        raise InvalidNote("has a character that changes the direction of the text")
    return note or None
