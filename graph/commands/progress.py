"""How far the work is: a bar when a person watches, plain lines otherwise. Both go to standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import typer
from rich.filesize import decimal

from resolvers.progress import Progress, Report

SECONDS_BETWEEN_LINES = 5
"""A plain line is written after this time …"""

SHARE_BETWEEN_LINES = 0.05
"""… or after this share of the whole, whichever comes first."""


@contextmanager
def shown_progress(doing: str) -> Iterator[Report]:
    """Shows what is reported to it within the block. `doing` says what goes on, such as "Importing"."""
    if not sys.stderr.isatty():
        yield PlainLines(doing, partial(typer.echo, err=True)).report
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(doing, total=None, amount="", note="")
        rate = Rate(time.monotonic)

        def report(progress: Progress) -> None:
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                amount=f"{_amount(progress)}{_per_second(rate.of(progress.done), progress.unit)}",
                note=progress.note,
            )

        yield report


class Rate:
    """Units per second since the first report; what an earlier run had done does not count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.first: tuple[float, int] | None = None

    def of(self, done: int) -> float | None:
        now = self.clock()
        if self.first is None:
            self.first = (now, done)
        since, already = self.first
        return (done - already) / (now - since) if now > since else None


class PlainLines:
    """Progress as lines for a log, not more of them than a reader wants."""

    def __init__(self, doing: str, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.doing = doing
        self.write = write
        self.clock = clock
        self.rate = Rate(clock)
        self.written_at: float | None = None
        self.written_share = 0.0

    def report(self, progress: Progress) -> None:
        now = self.clock()
        rate = self.rate.of(progress.done)
        share = progress.done / progress.total if progress.total else 0.0
        if self.written_at is None:
            self.written_at, self.written_share = now, share
            return
        due = now - self.written_at >= SECONDS_BETWEEN_LINES
        if not due and share - self.written_share < SHARE_BETWEEN_LINES:
            return
        self.written_at, self.written_share = now, share
        left = f", {_time_left(progress, rate)}" if progress.total and rate else ""
        note = f", {progress.note}" if progress.note else ""
        self.write(f"{self.doing}: {_amount(progress)}{_per_second(rate, progress.unit)}{left}{note}")


def _amount(progress: Progress) -> str:
    if progress.unit == "bytes":
        of = f" of {decimal(progress.total)}" if progress.total is not None else ""
        return f"{decimal(progress.done)}{of}"
    of = f" of {progress.total:,}" if progress.total is not None else ""
    return f"{progress.done:,}{of} {progress.unit}"


def _per_second(rate: float | None, unit: str) -> str:
    if rate is None:
        return ""
    return f", {decimal(round(rate)) if unit == 'bytes' else f'{rate:,.0f}'} a second"


def _time_left(progress: Progress, rate: float) -> str:
    minutes, seconds = divmod(round(((progress.total or 0) - progress.done) / rate), 60)
    return f"{minutes} min {seconds} s left" if minutes else f"{seconds} s left"
