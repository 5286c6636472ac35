"""Operations drawn for the API."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphql import OperationType
from hypothesis import given, seed
from hypothesis import strategies as st

from resolvers.database import DatabaseUrl, open_database
from resolvers.viewers import Viewer
from tests.executors.drawing import Drawing
from tests.executors.examples import drawn
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.peerscore.database import People, people
from tests.executors.peerscore.faults import Faults, breakable
from tests.executors.peerscore.suggesting import SCALARS, Suggestions
from tests.executors.peerscore.trials import Circumstances, build_bare, some_events
from tests.executors.trials import Trials

FAULTY = st.builds(Faults, st.integers(0, 2**31), st.sampled_from([0, 0, 3, 20, 100]))


@dataclass(frozen=True)
class Opened:
    """An open database, and what is known of it.

    Attributes:
        runner: of the loop that it is open in.
        people: who may ask.
        suggestions: values of arguments.
        events: what subscriptions may be told of.
    """

    runner: asyncio.Runner
    people: People
    suggestions: Suggestions
    events: list[object]


@contextmanager
def opened(url: str) -> Iterator[Opened]:
    """The database at this address, outside of any loop, while everything in the API's schema can fail."""
    with asyncio.Runner() as runner:
        # What was waited for in vain, since its place is null by then, is nobody's business.
        runner.get_loop().set_exception_handler(lambda *_: None)
        database = _open(url, runner)
        with breakable(build_bare(planned=False)):
            yield runner.run(anext(database))
        runner.run(anext(database, None))


async def _open(url: str, runner: asyncio.Runner) -> AsyncIterator[Opened]:
    async with open_database(DatabaseUrl.parse(url), everywhere=True):
        yield Opened(runner, await people(), await Suggestions.of_open_database(), await some_events())


def try_peerscore(
    kind: OperationType,
    number: int,
    database: Opened,
    trials: Trials,
    circumstances: Circumstances,
    seed_number: int | None = None,
) -> None:
    """Draw operations and make sure that the executors agree about them.

    Args:
        kind: queries or subscriptions.
        number: how many.
        database: which is read.
        trials: executes them.
        circumstances: in which; they are changed from lot to lot.
        seed_number: what is drawn depends on; None: on chance.

    Raises:
        Disagreed: the executors do not.
    """
    drawing = Drawing(trials, database.runner)

    @drawn(number)
    @given(
        operations(trials.core._schema, kind, database.suggestions, SCALARS),
        FAULTY,
        st.sampled_from(database.people.all),
    )
    def agree(asked: list[Asked], faults: Faults, viewer: Viewer) -> None:
        circumstances.faults, circumstances.viewer = faults, viewer
        drawing.try_all(asked)

    (agree if seed_number is None else seed(seed_number)(agree))()
