"""Checks event by event that subscribers lose nothing while the servers that they are connected to are killed.

python -m benchmarks.feed_crash --help
"""

import argparse
import asyncio
import os
import platform
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks.databases import filled_database, passing_copy
from benchmarks.feed_crash_checks import Comparison, compare, read_feed
from benchmarks.feed_crash_readers import Reader, wishes_of
from benchmarks.reporting import DIALECTS, load_average, print_table
from benchmarks.submissions_clients import Load
from benchmarks.submissions_raters import plan_raters, register_raters
from benchmarks.submissions_servers import servers_on
from benchmarks.submissions_writes import SEED, Rater
from resolvers.database import Dialect

PROCESSES: dict[Dialect, int] = {"sqlite": 1, "postgres": 4}

RATINGS = 2_000
"""Simulated ones in the database before."""

CONNECTIONS = 24
"""Over which writes are sent."""

READERS_OF_EACH = 5
"""Subscribers with the same wish."""

LATE_SHARE = 0.4
"""Of these, so many come while events are written already, and begin with the oldest one."""

PATIENCE = 30.0
"""Seconds without any delivery after which those that are missing are given up."""


class EventsLost(Exception):
    """Subscribers have got something else than the table has."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is written, and how often a process is killed meanwhile."""

    writes: int
    kills: int


FULL = Amounts(writes=20_000, kills=24)
QUICK = Amounts(writes=800, kills=4)


STEP_SECONDS = 0.1
AFTERMATH = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: each reader with the comparison of what it got with the table."""

    readers: Sequence[tuple[Reader, Comparison]]
    events: int
    rate: float
    errors: Counter[str]
    kills: int


async def run(url: str, processes: int, raters: Sequence[Rater], amounts: Amounts) -> Outcome:
    """Write and read while servers are killed, then compare."""
    choose = random.Random(SEED)  # noqa: S311 - no secret
    async with servers_on(url, processes) as servers:
        wishes = await wishes_of(url)
        readers = [Reader(servers, wish, number) for wish in wishes for number in range(READERS_OF_EACH)]
        early = [reader for reader in readers if choose.random() >= LATE_SHARE]
        tasks = [asyncio.create_task(reader.run()) for reader in early]
        await asyncio.gather(*(reader.begun.wait() for reader in early))
        load = Load(servers, raters, amounts.writes)
        writing = asyncio.create_task(load.run_with_kills(CONNECTIONS, amounts.kills, choose))
        for reader in readers:
            if reader not in early:
                await _until(load, choose.randrange(amounts.writes), writing)
                reader.from_the_beginning()
                tasks.append(asyncio.create_task(reader.run()))
        await writing
        feed = await read_feed(url)
        expected = {reader: feed.wanted(reader.wish, reader.start) for reader in readers}
        await _until_delivered([(reader, len(events)) for reader, events in expected.items()], tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        compared = [(reader, compare(expected[reader], reader.deliveries, feed)) for reader in readers]
        rate = amounts.writes / load.figures.duration
        return Outcome(compared, len(feed.rows), rate, load.figures.errors, servers.kills)


async def _until(load: Load, written: int, writing: asyncio.Task[None]) -> None:
    while load.figures.written < written and not writing.done():  # noqa: ASYNC110 - an event would come at an answer
        await asyncio.sleep(STEP_SECONDS)


async def _until_delivered(expected: Sequence[tuple[Reader, int]], tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait until readers have so many events, or nothing more comes."""
    patience, before = PATIENCE, -1
    while any(len(reader.deliveries) < number for reader, number in expected) and patience > 0:
        for task in tasks:
            if task.done():
                await task
        await asyncio.sleep(STEP_SECONDS)
        delivered = sum(len(reader.deliveries) for reader, _ in expected)
        patience = PATIENCE if delivered > before else patience - STEP_SECONDS
        before = delivered
    # Whatever is sent once too often would come now.
    await asyncio.sleep(AFTERMATH)


def print_outcome(outcome: Outcome, processes: int, amounts: Amounts) -> None:
    """A line for each wish."""
    rows = []
    for name in dict.fromkeys(reader.wish.name for reader, _ in outcome.readers):
        of_wish = [(reader, comparison) for reader, comparison in outcome.readers if reader.wish.name == name]
        total = sum((comparison for _, comparison in of_wish), Comparison(0, 0, 0, 0, 0, 0))
        breaks = sum(reader.ends.total() for reader, _ in of_wish)
        figures = (len(of_wish), breaks, total.expected, total.lost, total.repeated, total.out_of_order)
        rows.append((name, *(f"{figure:,}" for figure in (*figures, total.unwanted + total.wrong))))
    print(
        f"{amounts.writes:,} writes over HTTP to {processes} process(es), {outcome.rate:,.0f} a second, "
        f"{outcome.events:,} events about ratings; {outcome.kills} times a process was killed and started again. "
        f"Errors of writers: {dict(outcome.errors) or 'none'}.\n"
    )
    print_table(
        ("subscribed to", "subscribers", "breaks", "events", "lost", "repeated", "out of order", "otherwise wrong"),
        rows,
    )
    ends: Counter[str] = sum((reader.ends for reader, _ in outcome.readers), Counter())
    print(f"How connections ended: {dict(ends.most_common())}.", flush=True)


def measure_database(dialect: Dialect, amounts: Amounts, keep: Path | None) -> None:
    """Register physicians in a copy of the database, write and read, and compare.

    Raises:
        EventsLost: somebody has not got exactly what the table has.
    """
    with filled_database(dialect, RATINGS, keep) as original, passing_copy(original) as url:
        raters = asyncio.run(plan_raters(url, amounts.writes))
        asyncio.run(register_raters(url, raters))
        before = load_average()
        outcome = uvloop.run(run(url, PROCESSES[dialect], raters, amounts))
    print(f"## {'SQLite' if dialect == 'sqlite' else 'PostgreSQL'}\n")
    print_outcome(outcome, PROCESSES[dialect], amounts)
    print(f"Load average {before} before and {load_average()} after.\n", flush=True)
    if not all(comparison.is_right for _, comparison in outcome.readers):
        raise EventsLost


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed_crash", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="much less of everything, in a minute or two")
    parser.add_argument("--database", choices=DIALECTS, default="both", help="which database (both)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    chosen = parser.parse_args(arguments)
    for dialect in DIALECTS[chosen.database]:
        measure_database(dialect, QUICK if chosen.quick else FULL, chosen.keep)
    print(
        f"The writers, the subscribers, the servers and PostgreSQL shared {os.cpu_count()} cores. "
        f"Python {platform.python_version()}.",
        flush=True,
    )


if __name__ == "__main__":
    main()
