"""Handles that have been made, kept for readers who go on reading: who rates much is met again and again."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

Reader = tuple[str, bytes]
"""Who reads, as `resolvers.pseudonyms.reader_of` names them, and the installation's pseudonym key."""

MakeHandle = Callable[[int], str]
"""From a physician's primary key to their handle."""


class KeptHandles:
    """Keeps handles of one process. Those of the reader who has not read for longest go first, all together.

    Of a reader who alone has more than may be kept, the half goes that came first.

    A handle depends on nothing but the reader, the key and the physician, so what is kept is never out of date.

    Args:
        most: how many are kept at most, of all readers; with 0 none is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_readers: OrderedDict[Reader, _OfReader] = OrderedDict()
        self._kept = 0

    def __len__(self) -> int:
        """How many are kept."""
        return self._kept

    def seen_by(self, reader: Reader, make: MakeHandle) -> MakeHandle:
        """What gives the handles that one reader sees.

        Args:
            reader: who.
            make: makes those that are not kept.
        """
        if self._most == 0:
            return make
        found = self._of_readers.get(reader)
        if found is None:
            found = self._of_readers[reader] = _OfReader(make, self._note_new)
        else:
            self._of_readers.move_to_end(reader)
        return found.__getitem__

    def _note_new(self) -> None:
        self._kept += 1
        while self._kept > self._most:
            longest_ago = next(iter(self._of_readers))
            if len(self._of_readers) == 1:
                self._kept -= self._of_readers[longest_ago].drop_half()
            else:
                dropped = self._of_readers.pop(longest_ago)
                self._kept -= len(dropped)
                dropped.end()


class _OfReader(dict[int, str]):
    """The handles that one reader has seen, by physician."""

    def __init__(self, make: MakeHandle, note_new: Callable[[], None]) -> None:
        super().__init__()
        self._make = make
        self._note_new: Callable[[], None] | None = note_new

    def __missing__(self, physician_id: int) -> str:
        handle = self._make(physician_id)
        if self._note_new is not None:
            self[physician_id] = handle
            self._note_new()
        return handle

    def drop_half(self) -> int:
        """Drop those that came first; how many."""
        dropped = list(islice(self, (len(self) + 1) // 2))
        for physician_id in dropped:
            del self[physician_id]
        return len(dropped)

    def end(self) -> None:
        """Keep nothing any more: whoever still holds this gets handles that are made each time."""
        self.clear()
        self._note_new = None


NONE_KEPT = KeptHandles(0)
"""Makes every handle anew."""
