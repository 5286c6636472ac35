"""Operations drawn for the menagerie are answered alike by plan and by graphql-core, whatever fails in them.

`tests.executors.judging` says what is alike. Which operation and which weather made a test fail is in its message.
"""

import asyncio
import re
from collections.abc import Iterator

import pytest
from graphql import OperationType
from hypothesis import given

from tests.executors.examples import drawn, wanted
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.leftovers import EXECUTED_BY_GRAPHQL_CORE
from tests.executors.menagerie.drawn import WEATHERS, try_menagerie
from tests.executors.menagerie.suggesting import SCALARS, suggested
from tests.executors.menagerie.trials import MenagerieTrials
from tests.executors.menagerie.weather import Weather
from tests.executors.trials import answered

INTROSPECTION = re.compile(r"\b__(schema|type)\b")
"""Is left to graphql-core, with all that is asked for beside it."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        # What was waited for in vain, since its place is null by then, is nobody's business.
        runner.get_loop().set_exception_handler(lambda *_: None)
        yield runner


@EXECUTED_BY_GRAPHQL_CORE
def test_queries(runner: asyncio.Runner) -> None:
    trials = MenagerieTrials()

    try_menagerie(OperationType.QUERY, wanted(1_600), runner, trials, trials.set_weather)

    counts = trials.counts
    assert counts["planned"] > 0.8 * counts["operations"]
    assert counts["with errors"] > 0.2 * counts["operations"]
    assert counts["given up"] < 0.1 * counts["operations"]


@EXECUTED_BY_GRAPHQL_CORE
def test_mutations(runner: asyncio.Runner) -> None:
    trials = MenagerieTrials()

    try_menagerie(OperationType.MUTATION, wanted(400), runner, trials, trials.set_weather)

    assert trials.counts["planned"] > 0.8 * trials.counts["operations"]


def test_a_plan_leaves_nothing_that_nobody_waits_for(runner: asyncio.Runner) -> None:
    trials = MenagerieTrials()
    executed = errors = 0

    @drawn(wanted(400))
    @given(operations(trials.planned._schema, OperationType.QUERY, suggested, SCALARS), WEATHERS)
    def execute(asked: list[Asked], weather: Weather) -> None:
        nonlocal executed, errors
        trials.set_weather(weather)
        for one in asked:
            if INTROSPECTION.search(one.query):
                continue
            answer, planned = runner.run(answered(trials.planned, one, trials.context()))
            executed += planned
            errors += planned and bool(answer.errors)

    execute()

    # Python's warnings of coroutines that were never awaited are errors here, as everywhere.
    assert executed > 200
    assert errors > 80
