"""Rows of an NDJSON file of ratings: one JSON object on each line."""

import json
from collections.abc import Iterator

from resolvers.ratings.columns import COLUMNS, NUMBERS, Values
from resolvers.ratings.errors import RowRefused, shown
from resolvers.ratings.lines import LONGEST_ROW, TOO_LONG, SourceLines

KNOWN = frozenset(COLUMNS)


class NdjsonRows:
    """Reads row by row."""

    def __init__(self, lines: SourceLines) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[tuple[int, Values | RowRefused]]:
        """Rows with the number of their line; a row that cannot be read is a RowRefused."""
        while True:
            number = self._lines.next_number
            line = self._lines.take()
            if not line:
                return
            if not line.strip():
                continue
            try:
                yield number, _values(line)
            except RowRefused as refused:
                yield number, refused


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it was written, with keys that are there twice."""


# orjson would be faster, but it keeps the last of two equal keys without a word.
_decode = json.JSONDecoder(object_pairs_hook=_Pairs).decode


def _values(line: bytes) -> Values:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise RowRefused("not valid UTF-8") from error
    if len(text) > LONGEST_ROW:
        raise RowRefused(TOO_LONG)
    try:
        pairs = _decode(text)
    except (ValueError, RecursionError) as error:
        raise RowRefused("not valid JSON") from error
    if not isinstance(pairs, _Pairs):
        raise RowRefused("not a JSON object")
    values = dict(pairs)
    if unknown := values.keys() - KNOWN:
        raise RowRefused(f"{shown(min(unknown))} is not a column of ratings")
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise RowRefused(f"{next(key for key in keys if keys.count(key) > 1)} is there twice")
    return tuple(_text(column, values.get(column)) for column in COLUMNS)


def _text(column: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if column in NUMBERS:
        # True is an int for Python, but not for JSON.
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise RowRefused(f"{column}: {shown(json.dumps(value))} is not an integer")
    raise RowRefused(f"{column}: {shown(json.dumps(value))} is not a text")
