"""Ctrl-C and SIGTERM: long work stops where it is safe, and says how to go on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from resolvers.errors import PeerscoreError
from resolvers.progress import Progress, Report

CONTINUES = "The same command, run again, continues where this one ended."


class Stopped(PeerscoreError):
    """The person, or the system, asked to stop; `consequence` says what that means for the work."""

    def __init__(self, signal_number: int, consequence: str) -> None:
        self.signal_number = signal_number
        super().__init__(f"Stopped. {consequence}")


@contextmanager
def stoppable(report: Report, consequence: str = CONTINUES) -> Iterator[Report]:
    """Within the block, a report raises `Stopped` once SIGINT or SIGTERM has come.

    Work reports between its transactions, so nothing is left half done. A second signal ends the process at
    once, which loses nothing either: the open transaction is undone.
    """
    wished: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        if wished:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        wished.append(number)

    def report_or_stop(progress: Progress) -> None:
        report(progress)
        if wished:
            raise Stopped(wished[0], consequence)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield report_or_stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
