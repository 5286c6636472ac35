"""Checks of values that GraphQL's own types let through."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from graph.errors import invalid_argument
from graph.identifiers import shown
from resolvers.countries import COUNTRIES

LONGEST_TEXT = 200
LONGEST_LIST = 500

Value = TypeVar("Value")


def checked_text(text: str, argument: str) -> str:
    """A text to look for, without blanks around it.

    Raises:
        InputError: it is empty, too long or holds what no name holds.
    """
    if len(text) > LONGEST_TEXT:
        raise invalid_argument(f"`{argument}` may have at most {LONGEST_TEXT} characters; it had {len(text)}.")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise invalid_argument(f"`{argument}` holds a NUL or half of a surrogate pair: {shown(text)}.")
    stripped = text.strip()
    if not stripped:
        raise invalid_argument(f"`{argument}` is empty.")
    return stripped


def checked_list(values: Sequence[Value], argument: str, longest: int = LONGEST_LIST) -> Sequence[Value]:
    """A list of not too many values.

    Raises:
        InputError: there are more than `longest`.
    """
    if len(values) > longest:
        raise invalid_argument(f"`{argument}` may have at most {longest} values; it had {len(values)}.")
    return values


def checked_countries(values: Sequence[str], argument: str) -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes, in capitals.

    Raises:
        InputError: one is not a country's code.
    """
    codes = tuple(value.upper() for value in checked_list(values, argument))
    for code in codes:
        if code not in COUNTRIES:
            raise invalid_argument(
                f"`{argument}`: {shown(code)} is not a country's code of ISO 3166-1 alpha-2, such as DE."
            )
    return codes


def checked_time(value: datetime, argument: str) -> datetime:
    """A time in UTC.

    Raises:
        InputError: it has no zone, so it could mean any of 24 hours, or lies outside the calendar in UTC.
    """
    if value.tzinfo is None:
        raise invalid_argument(f"`{argument}` needs a time zone, such as 2026-01-31T12:00:00Z.")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise invalid_argument(f"`{argument}` is outside the years 1 to 9999.") from None
