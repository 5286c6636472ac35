"""What one answer is made from."""

from resolvers.score_cache.cache import Filling
from resolvers.score_cache.changes import Subject


class Provenance:
    """What one answer is made from, as far as this process is told when that changes.

    Attributes:
        filling: notes what changes from before the first read on.
        subjects: what the scores and rankings in it are about.
        is_followed: whether everything in it follows from these, from the versions of catalogue and prior that the
            request sees, and from what the reader may see. As long as nothing has been executed it is not known.
    """

    __slots__ = ("_elsewhere", "_planned", "filling", "subjects")

    def __init__(self, filling: Filling) -> None:
        self.filling = filling
        self.subjects = set[Subject]()
        self._planned = False
        self._elsewhere = False

    @property
    def is_followed(self) -> bool:
        return self._planned and not self._elsewhere

    def note_elsewhere(self) -> None:
        """Something in it comes from where nobody tells of changes."""
        self._elsewhere = True

    def note_planned(self, *, asks_context: bool) -> None:
        """It is made by plan; `asks_context`: by resolvers too that may have looked at anything."""
        self._planned = True
        self._elsewhere = self._elsewhere or asks_context
