"""Where ratings come from: a file or standard input, plain or compressed, CSV or NDJSON."""

import gzip
import hashlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from resolvers.ratings.columns import FileFormat
from resolvers.ratings.errors import SourceUnreadable
from resolvers.ratings.lines import BYTE_ORDER_MARK, UNREADABLE

HEAD = 1 << 20
"""How many bytes of the decompressed content tell one source from another."""

GZIP_MAGIC = b"\x1f\x8b"

SUFFIXES: dict[str, FileFormat] = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}


@dataclass(frozen=True, slots=True)
class RatingSource:
    """A file, or standard input when there is no path."""

    path: Path | None

    @property
    def name(self) -> str:
        """What messages call the source."""
        return "standard input" if self.path is None else str(self.path)

    @contextmanager
    def open(self) -> Iterator["OpenSource"]:
        """Open the source for one reading from its beginning.

        Raises:
            SourceUnreadable: it cannot be opened, or not as what it seems to be.
        """
        if self.path is None:
            yield OpenSource(self, sys.stdin.buffer, None)
            return
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise SourceUnreadable(self.name, error.strerror or str(error)) from error
        with file:
            yield OpenSource(self, file, self.path.stat().st_size or None)


class OpenSource:
    """A source while it is read.

    `content` is the decompressed content from its beginning; `total` is the size in bytes as stored, when known.
    """

    def __init__(self, source: RatingSource, file: BinaryIO, total: int | None) -> None:
        self.name = source.name
        self.total = total
        self._counted = _Counted(file)
        self.content: io.BufferedReader[io.RawIOBase] = io.BufferedReader(self._counted, HEAD)
        try:
            if self.content.peek(1)[:2] == GZIP_MAGIC:
                # GzipFile has what BufferedReader needs, though it is not a RawIOBase.
                inflated = cast("io.RawIOBase", gzip.GzipFile(fileobj=self.content))
                self.content = io.BufferedReader(inflated, HEAD)
            head = self.content.peek(1)[:HEAD]
        except UNREADABLE as error:
            raise SourceUnreadable(self.name, str(error)) from error
        self.file_format = _format_of(source.path, head)
        self.fingerprint = hashlib.sha256(f"{self.file_format}\n".encode() + head).hexdigest()

    @property
    def position(self) -> int:
        """How many bytes have been read, as stored."""
        return self._counted.count


class _Counted(io.RawIOBase):
    """Counts the bytes that are read, and fills every buffer, so that a look ahead sees all there is to see."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


def _format_of(path: Path | None, head: bytes) -> FileFormat:
    if path is not None:
        for suffix in reversed(path.suffixes):
            if found := SUFFIXES.get(suffix.lower()):
                return found
    return "ndjson" if head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{") else "csv"
