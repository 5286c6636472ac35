"""Measures what one read costs a process, through Tortoise and the short way, one after another and 16 at a time.

python -m benchmarks.connections [--ratings N] [--keep FOLDER] [--database sqlite|postgres|both] [--connections N]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.databases import filled_database
from resolvers.database import DatabaseUrl, Dialect, database, open_database
from resolvers.sql import Parameters, fetch_rows

RATINGS, ROUNDS, AT_ONCE = 20_000, 7, 16

TORTOISE: dict[Dialect, str] = {"sqlite": "tortoise.backends.sqlite", "postgres": "tortoise.backends.asyncpg"}

PAGE = (
    "rating.id, drug_id, indication_id, rating.country, efficacy, safety, comment, created_at, physician.id,"
    " physician.country, physician.years_in_practice"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is read, and how often in a round."""

    name: str
    make: Callable[[Parameters], str]
    times: int


def _short(parameters: Parameters) -> str:
    return f"SELECT slug, name FROM drug WHERE id = {parameters.bind(7)}"


def _rows(parameters: Parameters) -> str:
    return (
        f"SELECT {PAGE} FROM rating JOIN physician ON physician.id = physician_id"
        f" ORDER BY rating.id LIMIT {parameters.bind(250)}"
    )


STATEMENTS = (Statement("one row by its key", _short, 1_600), Statement("250 ratings with physician", _rows, 160))


async def _through_tortoise(sql: str, values: Sequence[Any]) -> None:
    await database().execute_query(sql, list(values))


async def _short_way(sql: str, values: Sequence[Any]) -> None:
    parameters = Parameters()
    parameters.values = list(values)
    await fetch_rows(sql, parameters)


WAYS = {"Tortoise": _through_tortoise, "short way": _short_way}


async def _round(read: Callable[[], Awaitable[None]], times: int, tasks: int) -> tuple[float, float]:
    """Microseconds, and microseconds of this process on a processor, for each read."""

    async def work() -> None:
        for _ in range(times // tasks):
            await read()

    started, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(tasks)))
    return (time.perf_counter() - started) / times * 1e6, (time.process_time() - busy) / times * 1e6


async def _measure(url: DatabaseUrl, statement: Statement) -> None:
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for number in range(ROUNDS + 1):
        # In turns, so that what else the machine does meets all alike.
        for way, work in WAYS.items():
            async with AsyncExitStack() as stack:
                if way == "Tortoise":
                    stack.enter_context(_opened_by_tortoise())
                await stack.enter_async_context(open_database(url))
                parameters = Parameters()
                sql = statement.make(parameters)

                async def read(work: Any = work, sql: str = sql, values: Any = parameters.values) -> None:  # noqa: ANN401 - one of two
                    await work(sql, values)

                await _round(read, AT_ONCE * 2, AT_ONCE)
                for tasks in (1, AT_ONCE):
                    figures = await _round(read, statement.times, tasks)
                    if number:
                        found.setdefault((way, tasks), []).append(figures)
    for (way, tasks), figures in found.items():
        times, busy = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"| {url.dialect} | {statement.name} | {way} | {tasks} | {times:.0f} | {busy:.0f} |", flush=True)


def _opened_by_tortoise() -> Any:  # noqa: ANN401 - what patches
    configuration = DatabaseUrl.tortoise_config

    def plain(url: DatabaseUrl) -> dict[str, Any]:
        made = configuration(url)
        made["connections"][url.dialect]["engine"] = TORTOISE[url.dialect]
        return made

    return patch.object(DatabaseUrl, "tortoise_config", plain)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=RATINGS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--database", choices=(*TORTOISE, "both"), default="both")
    parser.add_argument("--connections", type=int, help="the most to PostgreSQL")
    chosen = parser.parse_args(arguments)
    print("| database | read | way | at once | microseconds | of which on a processor |")
    print("| --- | --- | --- | --- | --- | --- |")
    for dialect in TORTOISE:
        if chosen.database not in (dialect, "both"):
            continue
        with filled_database(dialect, chosen.ratings, chosen.keep) as url:
            for statement in STATEMENTS:
                limited = (
                    f"{url}{'&' if '?' in url else '?'}maxsize={chosen.connections}" if chosen.connections else url
                )
                asyncio.run(_measure(DatabaseUrl.parse(limited), statement))


if __name__ == "__main__":
    main()
