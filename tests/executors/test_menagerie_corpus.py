"""Operations written by hand for the menagerie are answered alike in every weather, and by plan where they should."""

import pytest

from tests.executors.failures import Asked
from tests.executors.leftovers import EXECUTED_BY_GRAPHQL_CORE
from tests.executors.menagerie.corpus import NOT_PLANNED, PLANNED, REFUSED
from tests.executors.menagerie.trials import MenagerieTrials
from tests.executors.menagerie.weather import Weather

pytestmark = EXECUTED_BY_GRAPHQL_CORE

WEATHERS = [
    Weather(0),
    *(
        Weather(seed, percent=percent, nulls=nulls)
        for percent, nulls in ((0, 10), (4, 0), (20, 3), (60, 0))
        for seed in range(6)
    ),
]
"""From fair, where only what is always wrong fails, to where nearly everything does."""


@pytest.mark.parametrize("name", PLANNED)
async def test_what_is_planned(name: str) -> None:
    trials = MenagerieTrials()
    for weather in WEATHERS:
        trials.weather = weather

        planned = await trials.agree(Asked(*PLANNED[name]))

        assert planned, "it was not executed by plan"


@pytest.mark.parametrize("name", NOT_PLANNED)
async def test_what_is_left_to_graphql_core(name: str) -> None:
    planned = await MenagerieTrials().agree(Asked(*NOT_PLANNED[name]))

    assert not planned


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused(name: str) -> None:
    await MenagerieTrials().agree(Asked(*REFUSED[name]))


@pytest.mark.parametrize(
    "query",
    [
        '{ constant @loud keyed(key: {number: 1}) @loud(mark: "?") }',
        "query($mark: String!) { creature { name @loud(mark: $mark) friends { name @loud legs } } }",
    ],
)
async def test_directives_of_our_own_are_left_to_graphql_core(query: str) -> None:
    planned = await MenagerieTrials(directives=True).agree(Asked(query, {"mark": "!!"}))

    assert not planned


async def test_other_operations_of_a_schema_with_directives_are_planned() -> None:
    planned = await MenagerieTrials(directives=True).agree(Asked("{ creature { name friends { name } } }", {}))

    assert planned


async def test_a_fair_weather_leaves_nothing_out() -> None:
    trials = MenagerieTrials()

    for name in ("everything of creatures", "mutations in their order", "what resolvers are told"):
        await trials.agree(Asked(*PLANNED[name]))

    assert trials.counts["with errors"] == 0
