"""Operations drawn for the API are answered alike by plan and by graphql-core, for every reader, whatever fails.

`tests.executors.judging` says what is alike. Loaders fail, for single keys and for all; resolvers fail, and so do values
that have been read: the faults of `tests.executors.peerscore.faults` are met alike by both.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from graphql import OperationType
from hypothesis import given
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
from tests.executors.peerscore.trials import Circumstances, build_bare, event_trials, operation_trials, some_events
from tests.executors.trials import Trials

FAULTY = st.builds(Faults, st.integers(0, 2**31), st.sampled_from([0, 0, 3, 20, 100]))


class Opened:
    """An open database, and the loop that it is open in.

    Args:
        runner: of the loop.
    """

    def __init__(self, runner: asyncio.Runner, people: People, suggestions: Suggestions, events: list[object]) -> None:
        self.runner = runner
        self.people = people
        self.suggestions = suggestions
        self.events = events


@pytest.fixture
def opened(filled_template: str) -> Iterator[Opened]:
    with asyncio.Runner() as runner:
        # What was waited for in vain, since its place is null by then, is nobody's business.
        runner.get_loop().set_exception_handler(lambda *_: None)
        database = _open(filled_template, runner)
        opened = runner.run(anext(database))
        with breakable(build_bare(planned=False)):
            yield opened
        runner.run(anext(database, None))


async def _open(url: str, runner: asyncio.Runner) -> AsyncIterator[Opened]:
    async with open_database(DatabaseUrl.parse(url), everywhere=True):
        yield Opened(runner, await people(), await Suggestions.of_open_database(), await some_events())


def test_queries(opened: Opened) -> None:
    circumstances = Circumstances()
    trials = operation_trials(circumstances)

    _draw(OperationType.QUERY, 1_000, opened, circumstances, trials)

    assert trials.counts["planned"] > 0.85 * trials.counts["operations"]


def test_events_of_subscriptions(opened: Opened) -> None:
    circumstances = Circumstances()
    trials = event_trials(circumstances, opened.events)

    _draw(OperationType.SUBSCRIPTION, 160, opened, circumstances, trials)

    assert trials.counts["planned"] == trials.counts["operations"] > 0


def _draw(kind: OperationType, number: int, opened: Opened, circumstances: Circumstances, trials: Trials) -> None:
    drawing = Drawing(trials, opened.runner)
    schema = build_bare(planned=False)._schema  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema

    @drawn(number)
    @given(operations(schema, kind, opened.suggestions, SCALARS), FAULTY, st.sampled_from(opened.people.all))
    def agree(asked: list[Asked], faults: Faults, viewer: Viewer) -> None:
        circumstances.faults, circumstances.viewer = faults, viewer
        drawing.try_all(asked)

    agree()
