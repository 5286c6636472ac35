"""Trials of operations that are drawn, each disagreement made as small as it gets."""

import asyncio
from collections.abc import Sequence

from tests.executors.failures import Asked
from tests.executors.reducing import reduced
from tests.executors.trials import Difference, Disagreed, Trials, known_valid


class Drawing:
    """Tries operations that are drawn, outside of any event loop, as hypothesis draws them.

    Args:
        trials: executes them.
        runner: in whose loop.
    """

    def __init__(self, trials: Trials, runner: asyncio.Runner) -> None:
        self.trials = trials
        self._runner = runner

    def try_all(self, operations: Sequence[Asked]) -> None:
        """Make sure that the executors agree about these.

        Raises:
            Disagreed: they do not.
        """
        for asked in operations:
            known_valid(asked)
            difference, _ = self._runner.run(self.trials.difference(asked))
            if difference is not None:
                raise Disagreed(f"\n{self._runner.run(self._smallest(difference))}")

    async def _smallest(self, difference: Difference) -> Difference:
        async def disagree(asked: Asked) -> bool:
            found, _ = await self.trials.difference(asked)
            return found is not None

        core = self.trials.core._schema
        smallest = await reduced(core, difference.asked, disagree)
        found, _ = await self.trials.difference(smallest)
        return found or difference
