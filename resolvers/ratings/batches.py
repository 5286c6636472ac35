"""Reading a source of ratings batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from resolvers.ratings.checking import RowCheck
from resolvers.ratings.csv_rows import CsvRows
from resolvers.ratings.errors import RowRefused
from resolvers.ratings.lines import Position, SourceLines, Stretch
from resolvers.ratings.ndjson_rows import NdjsonRows
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.sources import OpenSource

BATCH_ROWS = 100_000
"""How many rows one transaction writes. Larger ones touch cells and pages of indexes less often, but need memory."""

BATCH_SIZE = 32 << 20
"""Bytes after which a batch ends even if it has fewer rows, so that long comments do not fill the memory."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are written together.

    `refusals` are the rows that cannot be taken, as line and reason; `starts` are the lines on which rows start;
    `position` is how much of the source had been read by then, in bytes as stored.
    """

    rows: Sequence[RatingRow]
    refusals: Sequence[tuple[int, str]]
    starts: Sequence[int]
    stretch: Stretch
    position: int
    is_last: bool


class BatchReader:
    """Reads and checks rows. `beginning` is the position after a CSV file's header.

    Raises:
        HeaderRefused: the file is CSV and its first line does not name the columns of ratings.
    """

    def __init__(self, source: OpenSource, check: RowCheck, batch_rows: int) -> None:
        self._source = source
        self._check = check
        self._batch_rows = batch_rows
        self._lines = SourceLines(source.content, source.name)
        self._rows = iter(CsvRows(self._lines) if source.file_format == "csv" else NdjsonRows(self._lines))
        self.beginning = self._lines.settle().end

    def skip_to(self, size: int) -> Position:
        """Go on to where an earlier import stopped, `size` bytes after the beginning of the content."""
        return self._lines.skip_to(size)

    def at_end(self) -> bool:
        """Whether all content has been read."""
        return self._lines.at_end()

    def read(self) -> Batch:
        """The next batch.

        Raises:
            SourceUnreadable: the content ends too early, is damaged, or is not made of lines.
        """
        self._check.measure_time_from(datetime.now(UTC))
        rows: list[RatingRow] = []
        refusals: list[tuple[int, str]] = []
        starts: list[int] = []
        for line, values in self._rows:
            starts.append(line)
            try:
                if isinstance(values, RowRefused):
                    raise values
                rows.append(self._check.rating(line, values))
            except RowRefused as refused:
                refusals.append((line, str(refused)))
            if len(starts) >= self._batch_rows or self._lines.taken_size >= BATCH_SIZE:
                break
        stretch = self._lines.settle()
        return Batch(rows, refusals, starts, stretch, self._source.position, self._lines.at_end())
