"""Texts as they are compared: what people vary without meaning anything by it is taken away."""

import re
import unicodedata

_APOSTROPHES = re.compile("['\u2019`\u00b4]")
_WORDS = re.compile(r"[^\W_]+")


def fold_letters(text: str) -> str:
    """The text without letter case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """The words of the text without letter case, accents and punctuation, joined by single blanks.

    An apostrophe separates nothing: "Crohn's" and "Crohns" are the same word.
    """
    return " ".join(_WORDS.findall(fold_letters(_APOSTROPHES.sub("", text))))
