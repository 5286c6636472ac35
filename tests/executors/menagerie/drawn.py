"""Operations drawn for the menagerie."""

import asyncio
from collections.abc import Callable

from graphql import OperationType
from hypothesis import given, seed
from hypothesis import strategies as st

from tests.executors.drawing import Drawing
from tests.executors.examples import drawn
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.menagerie.suggesting import SCALARS, suggested
from tests.executors.menagerie.weather import Weather
from tests.executors.trials import Trials

WEATHERS = st.builds(Weather, st.integers(0, 2**31), st.sampled_from([0, 1, 3, 10, 25]), st.sampled_from([0, 0, 1, 5]))


def try_menagerie(
    kind: OperationType,
    number: int,
    runner: asyncio.Runner,
    trials: Trials,
    set_weather: Callable[[Weather], None],
    seed_number: int | None = None,
) -> None:
    """Draw operations and make sure that the executors agree about them.

    Args:
        kind: queries or mutations.
        number: how many.
        runner: in whose loop they are executed.
        trials: executes them.
        set_weather: changes the weather that they are executed in.
        seed_number: what is drawn depends on; None: on chance.

    Raises:
        Disagreed: the executors do not.
    """
    drawing = Drawing(trials, runner)

    @drawn(number)
    @given(operations(trials.core._schema, kind, suggested, SCALARS), WEATHERS)
    def agree(asked: list[Asked], weather: Weather) -> None:
        set_weather(weather)
        drawing.try_all(asked)

    (agree if seed_number is None else seed(seed_number)(agree))()
