"""Texts as the screening reads them: spelled plainly, so that one pattern fits all ways to write a thing."""

import re
import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_QUOTES = "\u2018\u2019\u02bc\u00b4`"
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f"
_PLAINER: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _QUOTES), "'"),
    **dict.fromkeys(map(ord, _UNSEEN)),
}
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


def plain(text: str) -> str:
    """The text with plain letters, digits 0 to 9, plain hyphens, apostrophes and blanks, and nothing unseen.

    Letters that only look alike, such as a Cyrillic a in a Latin word, stay what they are.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_PLAINER)).translate(_PLAINER)
    return _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
