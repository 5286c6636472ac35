"""What can be a comment.

A comment is plain text that looks the same to everybody who reads it: to its author, to the moderator who decides on
it, and to the physician who sees it in the end. So nothing is taken that shows text in another order than it is stored
in, or that carries text which nobody sees.
"""

import re
import unicodedata

from resolvers.comments.errors import InvalidComment
from resolvers.ratings.checking import LONGEST_COMMENT

MOST_MARKS = 30
"""Combining marks in a row.

Unicode's Stream-Safe Text Format (UAX #15, section 13) allows 30, which is far beyond the need of any language. Longer
runs are drawn over other lines, and normalising them takes time that grows with the square of their length.
"""

_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")

# They come with pasted text, where their author cannot see them, and only say where a line may break or where a file
# begins: soft hyphen, zero-width space, word joiner, byte order mark.
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Noncharacters are reserved for a program's own use. Characters that are merely unassigned pass: this Python may be
# older than somebody's emoji.
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF)) + "]"
)

# Invisible operators, deprecated format characters, interlinear annotations, the formats of shorthand and of music,
# and tags, in which a whole text can be hidden. Refusing tags costs the flags of England, Scotland and Wales.
_HIDDEN = re.compile(
    "[\u2061-\u2065\u206a-\u206f\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)

# One joiner or variation selector belongs to emoji and to many scripts; two alike in a row mean nothing to a reader
# and can spell out a hidden text.
_HIDDEN_RUN = re.compile("[\u200c\u200d]{2}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}")

# What is drawn as nothing although Unicode does not call it a blank: joiners, direction marks, fillers of Hangul, the
# empty Braille pattern, variation selectors and the like.
_INVISIBLE = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def checked_comment(text: str | None) -> str | None:
    """The comment as it is kept: in Unicode's form NFC, with line feeds as line ends and no blanks around it.

    None and "" both mean that there is no comment: a form sends "" for a field that was left empty. Blanks alone are
    refused instead, because whoever sends them has probably lost what they meant to say. Emoji with their joiners, the
    joiners of Persian and of Indian scripts and the direction marks of Arabic and Hebrew are kept.

    Returns:
        From 1 to LONGEST_COMMENT characters, or None.

    Raises:
        InvalidComment: the text is too long, has nothing to read, or has characters that cannot be shown as they are.
    """
    if not text:
        return None
    text = _LINE_ENDS.sub("\n", text)
    _check_length(text)
    _check_characters(text)
    text = text.translate(_DROPPED)
    if not text.isascii():
        _check_hidden_runs(text)
        _check_marks(text)
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if not _INVISIBLE.sub("", text).strip():
        raise InvalidComment("has only blanks")
    _check_length(text)
    return text


def _check_length(text: str) -> None:
    if len(text) > LONGEST_COMMENT:
        raise InvalidComment(f"has {len(text):,} characters; at most {LONGEST_COMMENT:,} are possible")


def _check_characters(text: str) -> None:
    if "\0" in text:
        raise InvalidComment("has a NUL character")
    if found := _CONTROL.search(text):
        raise InvalidComment(f"has the control character {_code_point(found[0])}")
    if text.isascii():
        return
    if _SURROGATE.search(text):
        raise InvalidComment("is not valid Unicode: it has half of a surrogate pair")
    if found := _NONCHARACTER.search(text):
        raise InvalidComment(f"has {_code_point(found[0])}, which is not a character")
    if found := _REORDERING.search(text):
        raise InvalidComment(f"has {_code_point(found[0])}, which changes the order in which text is shown")
    if found := _HIDDEN.search(text):
        raise InvalidComment(f"has {_code_point(found[0])}, an invisible character that can hide text")


def _check_hidden_runs(text: str) -> None:
    if found := _HIDDEN_RUN.search(text):
        raise InvalidComment(f"has invisible characters in a row, from {_code_point(found[0][0])}, that can hide text")


def _check_marks(text: str) -> None:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            raise InvalidComment(f"has more than {MOST_MARKS} combining marks in a row")


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
