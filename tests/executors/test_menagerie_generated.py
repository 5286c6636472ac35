"""Operations drawn for the menagerie are answered alike by plan and by graphql-core, whatever fails in them.

`tests.executors.judging` says what is alike. Which operation and which weather made a test fail is in its message.
"""

import asyncio
from collections.abc import Iterator

import pytest
from graphql import OperationType
from hypothesis import given
from hypothesis import strategies as st

from tests.executors.drawing import Drawing
from tests.executors.examples import drawn
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.menagerie.schema import build_menagerie
from tests.executors.menagerie.suggesting import SCALARS, suggested
from tests.executors.menagerie.trials import MenagerieTrials
from tests.executors.menagerie.weather import Weather

CORE = build_menagerie(planned=False)._schema  # noqa: SLF001 - Strawberry has no other way to graphql-core's schema

WEATHERS = st.builds(
    Weather, st.integers(0, 2**31), st.sampled_from([0, 1, 3, 10, 25]), st.sampled_from([0, 0, 1, 5])
)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        # What was waited for in vain, since its place is null by then, is nobody's business.
        runner.get_loop().set_exception_handler(lambda *_: None)
        yield runner


def test_queries(runner: asyncio.Runner) -> None:
    drawing = _drawn(OperationType.QUERY, 3_000, runner)

    counts = drawing.trials.counts
    assert counts["planned"] > 0.85 * counts["operations"]
    assert counts["with errors"] > 0.2 * counts["operations"]


def test_mutations(runner: asyncio.Runner) -> None:
    drawing = _drawn(OperationType.MUTATION, 600, runner)

    counts = drawing.trials.counts
    assert counts["planned"] > 0.9 * counts["operations"]


def _drawn(kind: OperationType, number: int, runner: asyncio.Runner) -> Drawing:
    trials = MenagerieTrials()
    drawing = Drawing(trials, runner)

    @drawn(number)
    @given(operations(CORE, kind, suggested, SCALARS), WEATHERS)
    def agree(asked: list[Asked], weather: Weather) -> None:
        trials.weather = weather
        drawing.try_all(asked)

    agree()
    return drawing
