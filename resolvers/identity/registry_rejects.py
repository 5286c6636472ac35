"""The file that says which lines of a registry were not taken, and why."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from resolvers.ratings.errors import RejectsUnusable

HEADER = b"line,reason\n"


class RegistryRejects:
    """A CSV file: the number of a line and the reason. The line itself is not there, because it has a licence number.

    The file is made when the first line is refused; one of an earlier import is replaced at once, even if nothing will
    be refused.

    Raises:
        RejectsUnusable: the file is something else, or cannot be written.
    """

    def __init__(self, path: Path, source: Path | None) -> None:
        self._path = path
        if source is not None and path.exists() and path.samefile(source):
            raise RejectsUnusable(path, "that is the file with the licences")
        if not path.parent.is_dir():
            raise RejectsUnusable(path, "its folder does not exist")
        if path.exists():
            self._remove_earlier()

    def add(self, refusals: Iterable[tuple[int, str]]) -> None:
        """Write lines that were refused.

        Raises:
            RejectsUnusable: the disk is full, or the like.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(refusals)
        if not text.tell():
            return
        try:
            with self._path.open("ab") as file:
                file.write((b"" if file.tell() else HEADER) + text.getvalue().encode())
        except OSError as error:
            raise RejectsUnusable(self._path, error.strerror or str(error)) from error

    def _remove_earlier(self) -> None:
        if not self._path.is_file():
            raise RejectsUnusable(self._path, "that is not a file")
        with self._path.open("rb") as file:
            if file.read(len(HEADER)) not in (HEADER, b""):
                raise RejectsUnusable(self._path, "a file of another kind is in its place")
        self._path.unlink()
