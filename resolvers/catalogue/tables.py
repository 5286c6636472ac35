"""Reading one CSV file of the catalogue; everything that is wrong is noted, with its place."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from resolvers.catalogue.errors import Problem

LIST_SEPARATOR = "|"

_CONTROL_OR_BROKEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_SURROGATE = 0xD800
_SHOWN = 60


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")


class Row:
    """One line of a file. What is read from it is checked; what is wrong with it goes to `problems`."""

    def __init__(self, file: str, line: int, values: dict[str, str], problems: list[Problem]) -> None:
        self.file = file
        self.line = line
        self._values = values
        self._problems = problems

    def wrong(self, column: str, reason: str) -> None:
        self._problems.append(Problem(self.file, self.line, column, reason))

    def required(self, column: str, longest: int) -> str:
        """A text that must be there, of at most `longest` characters."""
        value = self._values[column]
        if not value:
            self.wrong(column, "is empty")
        return self._fitting(column, value, longest)

    def optional(self, column: str, longest: int) -> str | None:
        """A text of at most `longest` characters, or None when there is none."""
        return self._fitting(column, self._values[column], longest) or None

    def listed(self, column: str, pattern: re.Pattern[str] | None = None) -> list[str]:
        """The parts of a list, each of which must match the pattern if one is given."""
        value = self._values[column]
        parts = [part.strip() for part in value.split(LIST_SEPARATOR)] if value else []
        for part in parts:
            if not part:
                self.wrong(column, "has an empty entry in its list")
            elif pattern and not pattern.fullmatch(part):
                self.wrong(column, f"{_shown(part)} is malformed")
        if len(set(parts)) < len(parts):
            self.wrong(column, "has the same entry twice in its list")
        return parts

    def matching(self, column: str, pattern: re.Pattern[str]) -> str | None:
        """A text that matches the pattern, or None when there is none."""
        value = self._values[column]
        if value and not pattern.fullmatch(value):
            self.wrong(column, f"{_shown(value)} is malformed")
        return value or None

    def calendar_date(self, column: str) -> str | None:
        """A date as YYYY-MM-DD, or None when there is none."""
        value = self._values[column]
        if value and not _is_date(value):
            self.wrong(column, f"{_shown(value)} is not a date as YYYY-MM-DD")
        return value or None

    def _fitting(self, column: str, value: str, longest: int) -> str:
        if len(value) > longest:
            self.wrong(column, f"has {len(value)} characters; {longest} are possible")
        return value


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def read_table(path: Path, columns: Sequence[str], problems: list[Problem]) -> Iterator[Row]:
    """The rows of a file whose first line must name exactly these columns.

    Rows with the wrong number of columns or with characters that cannot be stored are noted and left out.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.append(Problem(path.name, None, None, f"cannot be read: {error.strerror}"))
        return
    # Bytes that are not UTF-8 become lone surrogates, so that they can be found in the column that has them.
    text = content.decode("utf-8-sig", "surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if header != list(columns):
            problems.append(Problem(path.name, 1, None, _header_reason(header, columns)))
            return
        line = reader.line_num + 1
        for fields in reader:
            if _sound(path.name, line, fields, columns, problems):
                values = dict(zip(columns, map(str.strip, fields), strict=True))
                yield Row(path.name, line, values, problems)
            # A quoted field may contain line breaks: a row begins after the last line of the row before it.
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(path.name, reader.line_num, None, f"cannot be read as CSV: {error}"))


def _header_reason(header: Sequence[str], columns: Sequence[str]) -> str:
    wanted = f"the columns must be {','.join(columns)}"
    if missing := [column for column in columns if column not in header]:
        return f"{wanted}; missing: {', '.join(missing)}"
    if unknown := [column for column in header if column not in columns]:
        return f"{wanted}; unknown: {', '.join(map(_shown, unknown))}"
    return f"{wanted}, each once and in this order"


def _sound(file: str, line: int, fields: Sequence[str], columns: Sequence[str], problems: list[Problem]) -> bool:
    if len(fields) != len(columns):
        reason = f"has {len(fields)} columns instead of {len(columns)}"
        problems.append(Problem(file, line, None, reason))
        return False
    sound = True
    for column, value in zip(columns, fields, strict=True):
        if found := _CONTROL_OR_BROKEN.search(value):
            problems.append(Problem(file, line, column, _character_reason(found[0])))
            sound = False
    return sound


def _character_reason(character: str) -> str:
    code = ord(character)
    if code >= _FIRST_SURROGATE:
        # The escape of byte 0xNN is U+DCNN.
        return f"is not UTF-8: byte 0x{code & 0xFF:02x}"
    if code == 0:
        return "contains a NUL character"
    return f"contains the control character U+{code:04X}"
