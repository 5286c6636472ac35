"""Global ids: the base64 of a type's name and a primary key, as Relay has it; and slugs in their place."""

import base64
import re

from graph.errors import InputError
from resolvers.references import Reference

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CONTENT = re.compile(r"([A-Z][A-Za-z]*):(0|[1-9][0-9]{0,18})")

LONGEST_ID = 200
SHOWN_CHARACTERS = 60
"""How much of a value from outside is repeated in a message."""


def shown(value: str) -> str:
    """A value from outside, safe to repeat in a message: short, and printable."""
    short = value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"
    return "'" + "".join(character if character.isprintable() else "�" for character in short) + "'"


def parse_global_id(text: str, argument: str) -> tuple[str, int]:
    """The type's name and the primary key in a global id.

    Raises:
        InputError: the text is not a global id.
    """
    if parsed := _parsed(text):
        return parsed
    raise InputError("INVALID_ID", f"`{argument}`: {shown(text)} is not an id of this API.")


def parse_reference(text: str, type_name: str, argument: str) -> Reference:
    """What a global id of this type, or a slug, refers to; whether that exists is not known yet.

    Raises:
        InputError: the text is neither, or the id of something else.
    """
    if parsed := _parsed(text):
        found, key = parsed
        if found != type_name:
            raise wrong_type(text, found, type_name, argument)
        return key
    if len(text) <= LONGEST_ID and SLUG.fullmatch(text):
        return text
    raise InputError("INVALID_ID", f"`{argument}`: {shown(text)} is neither an id nor a slug.")


def parse_key(text: str, type_name: str, argument: str) -> int:
    """The primary key in a global id of this type, for types that have no slug.

    Raises:
        InputError: the text is not such an id.
    """
    found, key = parse_global_id(text, argument)
    if found != type_name:
        raise wrong_type(text, found, type_name, argument)
    return key


def wrong_type(text: str, found: str, wanted: str, argument: str) -> InputError:
    """An id of another type than the one that is needed."""
    message = f"`{argument}`: {shown(text)} is the id of {_with_article(found)}, not of {_with_article(wanted)}."
    return InputError("WRONG_ID_TYPE", message)


def _with_article(type_name: str) -> str:
    return f"{'an' if type_name[0] in 'AEIOU' else 'a'} {type_name}"


def _parsed(text: str) -> tuple[str, int] | None:
    if len(text) > LONGEST_ID:
        return None
    try:
        content = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None
    match = CONTENT.fullmatch(content)
    return (match[1], int(match[2])) if match else None
