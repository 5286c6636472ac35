"""Operations drawn for the menagerie are answered alike by plan and by graphql-core, whatever fails in them.

`tests.executors.judging` says what is alike. Which operation and which weather made a test fail is in its message.
"""

import asyncio
from collections.abc import Iterator

import pytest
from graphql import OperationType

from tests.executors.examples import wanted
from tests.executors.menagerie.drawn import try_menagerie
from tests.executors.menagerie.trials import MenagerieTrials


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        # What was waited for in vain, since its place is null by then, is nobody's business.
        runner.get_loop().set_exception_handler(lambda *_: None)
        yield runner


def test_queries(runner: asyncio.Runner) -> None:
    trials = MenagerieTrials()

    try_menagerie(OperationType.QUERY, wanted(1_600), runner, trials, trials.set_weather)

    counts = trials.counts
    assert counts["planned"] > 0.8 * counts["operations"]
    assert counts["with errors"] > 0.2 * counts["operations"]
    assert counts["given up"] < 0.1 * counts["operations"]


def test_mutations(runner: asyncio.Runner) -> None:
    trials = MenagerieTrials()

    try_menagerie(OperationType.MUTATION, wanted(400), runner, trials, trials.set_weather)

    assert trials.counts["planned"] > 0.8 * trials.counts["operations"]
