"""When a worker that has ended is replaced, and when that is given up."""

STEADY = 10.0
"""Seconds that a worker has to serve for its end to count as an accident and not as a failure to work at all."""

LONGEST_PAUSE = 30.0
"""Seconds between the starts of workers that keep failing."""

MOST_FAILURES = 6
"""After so many in a row, with pauses of 1, 2, 4, 8 and 16 seconds between them, another start would fail as well."""


class Restarts:
    """Counts workers that have failed, one after another."""

    def __init__(self) -> None:
        self.failures = 0

    def pause_after(self, served: float) -> float:
        """Seconds to wait before the next worker is started; none after an accident.

        Args:
            served: seconds that the worker which has ended had answered requests; 0 if it never did.
        """
        if served >= STEADY:
            self.failures = 0
            return 0.0
        self.failures += 1
        return min(2.0 ** min(self.failures - 1, MOST_FAILURES), LONGEST_PAUSE)

    @property
    def hopeless(self) -> bool:
        """Whether so many have failed that the next one would too."""
        return self.failures >= MOST_FAILURES
