"""Physical lines of a source, with the exact position of what has been dealt with."""

import hashlib
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolvers.ratings.errors import SourceUnreadable

if TYPE_CHECKING:
    import io

UNREADABLE = (OSError, EOFError, zlib.error)
"""What a damaged file or damaged compression raises."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BLOCK = 1 << 20
"""Bytes that are read at once where lines do not matter."""

LONGEST_LINE = 16 << 20
"""Bytes; a longer line is no line of ratings, and reading it would need too much memory."""

LONGEST_ROW = 65_536
"""Characters, several times what the longest comment needs; a longer row is refused unread."""

TOO_LONG = f"the row is longer than {LONGEST_ROW:,} characters"


@dataclass(frozen=True, slots=True)
class Position:
    """How much of the decompressed content has been dealt with: its size in bytes and its SHA-256."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow each other, the number of the first one, and the position after the last one."""

    first_number: int
    lines: Sequence[bytes]
    end: Position

    def text_of(self, number: int, starts: Sequence[int]) -> str:
        """The row that starts on a line, as it was given; `starts` are the lines on which rows start, in order."""
        after = bisect_right(starts, number)
        end = starts[after] - self.first_number if after < len(starts) else len(self.lines)
        raw = b"".join(self.lines[number - self.first_number : end])
        return raw.rstrip(b"\r\n").decode("utf-8", "backslashreplace").replace("\0", "\\x00")


class SourceLines:
    """Hands out the lines of a source, without a byte order mark, and takes them back.

    `taken` are the lines handed out since the last call of `settle`; `first_number` is the number of the first
    of them, counted from 1; `taken_size` is their size in bytes.
    """

    def __init__(self, content: "io.BufferedReader[io.RawIOBase]", name: str) -> None:
        self._content = content
        self._name = name
        self._given_back: list[bytes] = []
        mark = content.read(len(BYTE_ORDER_MARK)) if content.peek(1).startswith(BYTE_ORDER_MARK) else b""
        self._hash = hashlib.sha256(mark)
        self._size = len(mark)
        self.first_number = 1
        self.taken: list[bytes] = []
        self.taken_size = 0

    def take(self) -> bytes:
        """The next line with its line end; empty at the end.

        Raises:
            SourceUnreadable: the content ends too early, is damaged, or is not made of lines.
        """
        if self._given_back:
            line = self._given_back.pop()
        else:
            try:
                line = self._content.readline(LONGEST_LINE)
            except UNREADABLE as error:
                raise self._unreadable(error) from error
            if len(line) == LONGEST_LINE:
                raise SourceUnreadable(self._name, f"line {self.next_number} is longer than {LONGEST_LINE >> 20} MiB")
        if line:
            self.taken.append(line)
            self.taken_size += len(line)
        return line

    def give_back(self, count: int) -> None:
        """Take back the last `count` lines; they will be handed out again."""
        for _ in range(count):
            line = self.taken.pop()
            self.taken_size -= len(line)
            self._given_back.append(line)

    def at_end(self) -> bool:
        """Whether no line is left."""
        try:
            return not self._given_back and not self._content.peek(1)
        except UNREADABLE as error:
            raise self._unreadable(error) from error

    @property
    def next_number(self) -> int:
        """The number of the next line."""
        return self.first_number + len(self.taken)

    def settle(self) -> Stretch:
        """All that has been handed out since the last call; it now counts as dealt with."""
        block = b"".join(self.taken)
        self._hash.update(block)
        self._size += len(block)
        stretch = Stretch(self.first_number, self.taken, Position(self._size, self._hash.hexdigest()))
        self.first_number += block.count(b"\n")
        self.taken = []
        self.taken_size = 0
        return stretch

    def skip_to(self, size: int) -> Position:
        """Read on, without handing out lines, until `size` bytes of the content are dealt with, or to its end."""
        self.settle()
        while self._size < size:
            try:
                block = self._content.read(min(BLOCK, size - self._size))
            except UNREADABLE as error:
                raise self._unreadable(error) from error
            if not block:
                break
            self._hash.update(block)
            self._size += len(block)
            self.first_number += block.count(b"\n")
        return Position(self._size, self._hash.hexdigest())

    def _unreadable(self, error: Exception) -> SourceUnreadable:
        return SourceUnreadable(self._name, f"after line {self.next_number - 1}: {error}")
