"""Scores that several readers ask for at the same moment, read and worked out together."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from resolvers.lookups import LookUps
from resolvers.score_cache.cache import Filling

MOST_SHARED = 32
"""So many readers share a statement at most: nobody shall wait for the work of hundreds."""

LARGEST_SHARED = 20
"""Whoever asks for more drugs or indications than this at once gains nothing from sharing."""

Group = tuple[Any, ...]
"""What one reader asks for together."""

ReadGroups = Callable[[Sequence[Group]], Awaitable[Sequence[Any]]]
"""Answers each of several groups."""


class SharedReads:
    """Reads what is asked for at the same moment together, as `LookUps` does; nothing is remembered.

    It is for reads outside of transactions.

    Args:
        begin_filling: notes that a read begins.
    """

    def __init__(self, begin_filling: Callable[[], Filling]) -> None:
        self._begin_filling = begin_filling
        self._look_ups: dict[Hashable, LookUps[Group, tuple[Any, Filling]]] = {}

    def __len__(self) -> int:
        """How many questions are being answered."""
        return len(self._look_ups)

    async def read(self, question: Hashable, asked: Group, read: ReadGroups) -> tuple[Any, Filling]:
        """The answer to one group, and the filling under which it was read.

        Args:
            question: all that answers differ by besides what is asked for.
            asked: of what.
            read: reads the answers of several groups to this question, each of which is different.

        Raises:
            Exception: as `read` does.
        """

        async def filled(groups: Sequence[Group]) -> list[tuple[Any, Filling]]:
            filling = self._begin_filling()
            return [(answer, filling) for answer in await read(groups)]

        if len(asked) > LARGEST_SHARED:
            return (await filled([asked]))[0]
        look_ups = self._look_ups.get(question)
        if look_ups is None:
            look_ups = self._look_ups[question] = LookUps(filled, MOST_SHARED)
        try:
            return await look_ups.look_up(asked)
        finally:
            if look_ups.is_idle and self._look_ups.get(question) is look_ups:
                del self._look_ups[question]
