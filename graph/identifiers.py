"""Global ids: the base64 of a type's name and a primary key, as Relay has it; and slugs in their place."""

import base64
import re
from collections.abc import Sequence
from functools import lru_cache

from graph.errors import InputError
from graph.global_ids import global_id
from graph.permissions import physician_not_permitted
from resolvers.pseudonyms import TOKEN_LENGTH, ForeignToken, physician_of, read_pseudonym_key, reader_of
from resolvers.references import Reference
from resolvers.viewers import RatingSight, Viewer

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CONTENT = re.compile(r"([A-Z][A-Za-z]*):(0|[1-9][0-9]{0,18})")
PHYSICIAN = re.compile(rf"Physician:([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})")

LONGEST_ID = 200

REMEMBERED = 5_000
"""Texts that need not be looked at again, at most 2 MB: ids of drugs are sent again and again."""

SHOWN_CHARACTERS = 60
"""How much of a value from outside is repeated in a message."""


def shown(value: str) -> str:
    """A value from outside, safe to repeat in a message: short, and printable."""
    short = value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"
    return "'" + "".join(character if character.isprintable() else "�" for character in short) + "'"


def parse_global_id(text: str, argument: str) -> tuple[str, int | str]:
    """The type's name and the primary key in a global id; of a physician the token that stands for the key.

    Raises:
        InputError: the text is not a global id.
    """
    if parsed := _parsed(text):
        return parsed
    raise not_an_id(text, argument)


def not_an_id(text: str, argument: str) -> InputError:
    """A text that is not an id of anything."""
    return InputError("INVALID_ID", f"`{argument}`: {shown(text)} is not an id of this API.")


def parse_reference(text: str, type_name: str, argument: str) -> Reference:
    """What a global id of this type, or a slug, refers to; whether that exists is not known yet.

    Raises:
        InputError: the text is neither, or the id of something else.
    """
    if parsed := _parsed(text):
        found, key = parsed
        if found != type_name or isinstance(key, str):
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
    if found != type_name or isinstance(key, str):
        raise wrong_type(text, found, type_name, argument)
    return key


async def physician_id_of(text: str, viewer: Viewer, argument: str) -> int:
    """The primary key of the physician whom this reader knows by this global id.

    Raises:
        InputError: the text is not the id of a physician, or another reader's, or the reader knows no physicians.
    """
    found, token = parse_global_id(text, argument)
    if not isinstance(token, str):
        raise wrong_type(text, found, "Physician", argument)
    (key,) = await physician_ids_of([(token, argument)], viewer)
    if isinstance(key, InputError):
        raise key
    return key


async def physician_ids_of(tokens: Sequence[tuple[str, str]], viewer: Viewer) -> list[int | InputError]:
    """The primary keys behind tokens that were made for this reader, or what is wrong with each of the others.

    Args:
        tokens: each with the argument that it came in.
        viewer: who asks.
    """
    reader = reader_of(viewer)
    if reader is None or viewer.rating_sight is RatingSight.NONE:
        return [physician_not_permitted() for _ in tokens]
    secret = await read_pseudonym_key()
    return [_physician_id(token, reader, secret, argument) for token, argument in tokens]


def _physician_id(token: str, reader: str, secret: bytes, argument: str) -> int | InputError:
    try:
        return physician_of(token, reader, secret)
    except ForeignToken:
        return not_an_id(global_id("Physician", token), argument)


def wrong_type(text: str, found: str, wanted: str, argument: str) -> InputError:
    """An id of another type than the one that is needed."""
    message = f"`{argument}`: {shown(text)} is the id of {_with_article(found)}, not of {_with_article(wanted)}."
    return InputError("WRONG_ID_TYPE", message)


def _with_article(type_name: str) -> str:
    return f"{'an' if type_name[0] in 'AEIOU' else 'a'} {type_name}"


def _parsed(text: str) -> tuple[str, int | str] | None:
    return _content_of(text) if len(text) <= LONGEST_ID else None


@lru_cache(maxsize=REMEMBERED)
def _content_of(text: str) -> tuple[str, int | str] | None:
    try:
        content = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None
    if physician := PHYSICIAN.fullmatch(content):
        return "Physician", physician[1]
    match = CONTENT.fullmatch(content)
    # A physician's number is nobody's to know, so it is no id.
    return (match[1], int(match[2])) if match and match[1] != "Physician" else None
