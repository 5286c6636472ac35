"""The file that keeps the rows which were not taken, and why."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from resolvers.ratings.errors import RejectsUnusable

HEADER = b"line,reason,raw\n"


class RejectsFile:
    """A CSV file: the number of a row's first line, the reason, and the row as it was given.

    Broken bytes of the row are written as backslash escapes, so that the file is always valid UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self, size: int, source: Path | None) -> None:
        """See that the file can be used, of which `size` bytes were written before, without changing it.

        Raises:
            RejectsUnusable: the file is something else or not as it was left.
        """
        if source is not None and self.path.exists() and self.path.samefile(source):
            raise RejectsUnusable(self.path, "that is the file with the ratings")
        if not self.path.parent.is_dir():
            raise RejectsUnusable(self.path, "its folder does not exist")
        if self.path.exists() and not self.path.is_file():
            raise RejectsUnusable(self.path, "that is not a file")
        found = self.path.stat().st_size if self.path.exists() else 0
        if found < size:
            raise RejectsUnusable(
                self.path,
                f"the import continues an earlier one that wrote {size} bytes of rejected rows there, of which"
                f" {found} are left; give the file's old name or use --restart",
            )
        if found and not self._begins_right():
            raise RejectsUnusable(self.path, "a file of another kind is in its place")

    def write(self, size: int, rejects: Iterable[tuple[int, str, str]]) -> int:
        """Write after the first `size` bytes, cut off what follows, and wait until the disk has it.

        Returns:
            The new size.

        Raises:
            RejectsUnusable: the disk is full, or the like.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rejects)
        block = (b"" if size else HEADER) + text.getvalue().encode("utf-8", "backslashreplace")
        try:
            with self.path.open("r+b" if self.path.exists() else "wb") as file:
                file.truncate(size)
                file.seek(size)
                file.write(block)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise RejectsUnusable(self.path, error.strerror or str(error)) from error
        return size + len(block)

    def _begins_right(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
