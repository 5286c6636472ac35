"""Trials with the menagerie."""

from tests.executors.menagerie.keepers import Context
from tests.executors.menagerie.schema import build_menagerie
from tests.executors.menagerie.weather import Weather
from tests.executors.trials import Trials


class MenagerieTrials(Trials):
    """Executes operations of the menagerie both ways, in the weather that is set.

    Args:
        directives: whether they may use a directive of the menagerie's own.
    """

    def __init__(self, *, directives: bool = False) -> None:
        self.weather = Weather(0)
        super().__init__(
            build_menagerie(planned=False, directives=directives),
            build_menagerie(planned=True, directives=directives),
            lambda: Context.of(self.weather),
        )

    def set_weather(self, weather: Weather) -> None:
        """Let what follows be executed in another weather."""
        self.weather = weather
