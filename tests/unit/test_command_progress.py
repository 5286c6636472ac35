"""Progress lines, and stopping by a signal."""

import os
import signal
import sys

import pytest

from graph.commands.progress import PlainLines, shown_progress
from graph.commands.stopping import Stopped, stoppable
from resolvers.progress import Progress, unreported


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_lines_come_after_five_seconds_or_five_per_cent() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = PlainLines("Importing", lines.append, clock)

    for now, done in ((100, 0), (101, 4_000), (102, 6_000), (103, 7_000), (106.9, 7_500), (107, 8_000)):
        clock.now = now
        progress.report(Progress(done, 100_000, "ratings", "2 rejected"))

    assert lines == [
        "Importing: 6,000 of 100,000 ratings, 3,000 a second, 31 s left, 2 rejected",
        "Importing: 8,000 of 100,000 ratings, 1,143 a second, 1 min 20 s left, 2 rejected",
    ]


def test_without_a_known_end_lines_come_by_time_and_an_earlier_run_does_not_count_for_the_rate() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = PlainLines("Importing", lines.append, clock)

    for now, done in ((100, 50_000), (104, 54_000), (105, 60_000)):
        clock.now = now
        progress.report(Progress(done, None, "ratings"))

    assert lines == ["Importing: 60,000 ratings, 2,000 a second"]


def test_bytes_are_shown_in_the_unit_that_fits() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = PlainLines("Importing", lines.append, clock)

    for now, done in ((100, 0), (101, 2_500_000)):
        clock.now = now
        progress.report(Progress(done, 10_000_000, "bytes", "20,000 accepted"))

    assert lines == ["Importing: 2.5 MB of 10.0 MB, 2.5 MB a second, 3 s left, 20,000 accepted"]


def test_a_person_who_watches_sees_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")

    with shown_progress("Importing") as report:
        report(Progress(0, 1_000, "ratings"))
        report(Progress(1_000, 1_000, "ratings", "2 rejected"))

    output, errors = capsys.readouterr()
    assert output == ""
    assert "━" in errors
    assert "1,000 of 1,000 ratings" in errors
    assert "2 rejected" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_at_the_next_report_and_the_handlers_are_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with stoppable(unreported) as report:
        report(Progress(1, 2, "ratings"))
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped) as caught:
            report(Progress(2, 2, "ratings"))

    assert caught.value.signal_number == number
    assert signal.getsignal(number) is before
