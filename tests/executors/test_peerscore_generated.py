"""Operations drawn for the API are answered alike by plan and by graphql-core, for every reader, whatever fails.

`tests.executors.judging` says what is alike. Loaders fail, for single keys and for all; resolvers fail, and so do
values that have been read: the faults of `tests.executors.peerscore.faults` are met alike by both.
"""

from collections.abc import Iterator

import pytest
from graphql import OperationType

from tests.executors.examples import wanted
from tests.executors.leftovers import EXECUTED_BY_GRAPHQL_CORE
from tests.executors.peerscore.drawn import Opened, opened, try_peerscore
from tests.executors.peerscore.trials import Circumstances, event_trials, operation_trials

pytestmark = EXECUTED_BY_GRAPHQL_CORE


@pytest.fixture
def database(filled_template: str) -> Iterator[Opened]:
    with opened(filled_template) as database:
        yield database


def test_queries(database: Opened) -> None:
    circumstances = Circumstances()
    trials = operation_trials(circumstances)

    try_peerscore(OperationType.QUERY, wanted(600), database, trials, circumstances)

    counts = trials.counts
    assert counts["planned"] > 0.8 * counts["operations"]
    assert counts["with errors"] > 0.2 * counts["operations"]
    assert counts["given up"] < 0.1 * counts["operations"]


def test_events_of_subscriptions(database: Opened) -> None:
    circumstances = Circumstances()
    trials = event_trials(circumstances, database.events)

    try_peerscore(OperationType.SUBSCRIPTION, wanted(80), database, trials, circumstances)

    counts = trials.counts
    assert counts["planned"] + counts["given up"] == counts["operations"] > 0
    assert counts["given up"] < 0.1 * counts["operations"]
