"""Rows of a CSV file of ratings."""

import csv
from collections.abc import Iterator
from operator import itemgetter

from models.ratings import CRITERIA
from resolvers.ratings.columns import COLUMNS, REQUIRED, Values
from resolvers.ratings.errors import HeaderRefused, RowRefused, shown
from resolvers.ratings.lines import LONGEST_ROW, TOO_LONG, SourceLines

MISQUOTED = "not valid CSV: its quotes do not match, or a line end stands outside of quotes"


class CsvRows:
    """Reads the header at once, and then row by row.

    A row that goes over several lines and is broken is taken for one broken line: only its first line is
    refused, so that a forgotten quote does not take good rows with it.

    Raises:
        HeaderRefused: the first line does not name the columns of ratings.
    """

    def __init__(self, lines: SourceLines) -> None:
        self._lines = lines
        self._texts = _Texts(lines)
        self._reader = csv.reader(self._texts, strict=True)
        header = self._header()
        self._width = len(header)
        self._multiline = header.index("comment") if "comment" in header else None
        # What the file has no column for is taken from one more, empty place at the end.
        self._pick = itemgetter(*(header.index(name) if name in header else self._width for name in COLUMNS))

    def __iter__(self) -> Iterator[tuple[int, Values | RowRefused]]:
        """Rows with the number of their first line; a row that cannot be read is a RowRefused."""
        lines = self._lines
        while True:
            before = len(lines.taken)
            start = lines.first_number + before
            try:
                values = self._next(before)
            except RowRefused as refused:
                lines.give_back(len(lines.taken) - before - 1)
                yield start, refused
                continue
            if values is None:
                return
            if values:
                values.append("")
                yield start, self._pick(values)

    def _next(self, before: int) -> list[str] | None:
        """The values of the next row: none for an empty line, None at the end.

        `before` is how many lines had been taken by then.
        """
        self._texts.row_size = 0
        try:
            values = next(self._reader, None)
        except csv.Error as error:
            raise RowRefused(MISQUOTED) from error
        if not values:
            return values
        if len(values) != self._width:
            raise RowRefused(f"has {len(values)} columns instead of {self._width}")
        if len(self._lines.taken) - before > 1:
            for place, value in enumerate(values):
                if "\n" in value and place != self._multiline:
                    raise RowRefused(MISQUOTED)
        return values

    def _header(self) -> list[str]:
        try:
            header = next(self._reader, None)
        except (csv.Error, RowRefused) as error:
            raise HeaderRefused("it is not a line of CSV", COLUMNS) from error
        if header is None:
            raise HeaderRefused("there is none", COLUMNS)
        if unknown := [name for name in header if name not in COLUMNS]:
            raise HeaderRefused(f"{shown(unknown[0])} is not a column of ratings", COLUMNS)
        if twice := [name for name in COLUMNS if header.count(name) > 1]:
            raise HeaderRefused(f"{twice[0]} is there twice", COLUMNS)
        if missing := [name for name in REQUIRED if name not in header]:
            raise HeaderRefused(f"{', '.join(missing)} is missing", COLUMNS)
        if not any(name in header for name in CRITERIA):
            raise HeaderRefused("no criterion is there", COLUMNS)
        return header


class _Texts:
    """The lines as texts; what is not UTF-8 becomes lone surrogates, for the check of values to find."""

    def __init__(self, lines: SourceLines) -> None:
        self._lines = lines
        self.row_size = 0

    def __iter__(self) -> "_Texts":
        return self

    def __next__(self) -> str:
        line = self._lines.take()
        if not line:
            raise StopIteration
        text = line.decode("utf-8", "surrogateescape")
        self.row_size += len(text)
        if self.row_size > LONGEST_ROW:
            raise RowRefused(TOO_LONG)
        return text
