"""Measures executors alone, in memory: a list of objects with nine fields and a relation, by plan and field by field.

python -m benchmarks.executor --help
"""

import argparse
import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
import uvloop
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.reporting import at_least, load_average, print_table
from graph.planning import BatchLoader, PlannedExecution, related

OBJECTS, RELATED = 500, 50

BY_HAND, PLANNED, CORE = "by hand", "planned execution", "graphql-core"

RUNS = 20
"""Executions of each in a round, one after the other."""

MILLISECONDS = 1000

QUERY = """{ opinions {
    id efficacy safety tolerability accessibility adherence preference comment source
    author { name country }
} }"""


class WrongAnswer(Exception):
    """An executor does not answer what is answered by hand."""


@strawberry.type
class Author:
    name: str
    country: str


@strawberry.type
class Opinion:
    id: strawberry.ID
    efficacy: int
    safety: int
    tolerability: int
    accessibility: int
    adherence: int | None
    preference: int
    comment: str | None
    source: str
    author_id: strawberry.Private[int]
    author: Author = related(lambda context: context.author_by_id, key="author_id", description="Who has it.")


AUTHORS = [Author(name=f"Author {number}", country="PT") for number in range(RELATED)]

OPINIONS = [
    Opinion(
        id=strawberry.ID(str(number)),
        efficacy=number % 5 + 1,
        safety=number % 4 + 1,
        tolerability=number % 3 + 1,
        accessibility=number % 2 + 1,
        adherence=None if number % 7 == 0 else 4,
        preference=5,
        comment=f"Opinion {number}" if number % 3 else None,
        source="made up",
        author_id=number % RELATED,
    )
    for number in range(OBJECTS)
]


@strawberry.type
class Query:
    @strawberry.field
    def opinions(self) -> list[Opinion]:
        return OPINIONS


async def authors(keys: Sequence[int]) -> list[Author]:
    """What stands for the database."""
    return [AUTHORS[key] for key in keys]


@dataclass(slots=True)
class Context:
    """One for each execution."""

    author_by_id: BatchLoader[int, Author]


def executing(schema: strawberry.Schema) -> Callable[[], Awaitable[Any]]:
    """A function that executes the query."""

    async def execute() -> Any:  # noqa: ANN401 - as GraphQL has it
        result = await schema.execute(QUERY, context_value=Context(BatchLoader(authors, cache=True)))
        if result.errors:
            raise WrongAnswer(str(result.errors))
        return result.data

    return execute


async def by_hand() -> Any:  # noqa: ANN401 - as GraphQL has it
    """The same without GraphQL."""
    keys = list({opinion.author_id for opinion in OPINIONS})
    found = dict(zip(keys, await authors(keys), strict=True))
    return {
        "opinions": [
            {
                "id": opinion.id,
                "efficacy": opinion.efficacy,
                "safety": opinion.safety,
                "tolerability": opinion.tolerability,
                "accessibility": opinion.accessibility,
                "adherence": opinion.adherence,
                "preference": opinion.preference,
                "comment": opinion.comment,
                "source": opinion.source,
                "author": {"name": (author := found[opinion.author_id]).name, "country": author.country},
            }
            for opinion in OPINIONS
        ]
    }


async def measure(rounds: int) -> dict[str, list[float]]:
    """The seconds of an execution in each round, by what executes; they take turns.

    Raises:
        WrongAnswer: one of them answers something else.
    """
    # Documents are parsed and validated once, so that only the execution is measured.
    kept = (ParserCache, ValidationCache)
    executors: Mapping[str, Callable[[], Awaitable[Any]]] = {
        BY_HAND: by_hand,
        PLANNED: executing(strawberry.Schema(Query, extensions=[*kept, PlannedExecution])),
        CORE: executing(strawberry.Schema(Query, extensions=kept)),
    }
    expected = await by_hand()
    for name, execute in executors.items():
        if await execute() != expected:
            raise WrongAnswer(name)
    seconds: dict[str, list[float]] = {name: [] for name in executors}
    for _ in range(rounds):
        for name, execute in executors.items():
            began = time.perf_counter()
            for _ in range(RUNS):
                await execute()
            seconds[name].append((time.perf_counter() - began) / RUNS)
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, those of the command line if none are given, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.executor", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=at_least(1), default=7, help=f"of {RUNS} executions of each (7)")
    rounds = parser.parse_args(arguments).rounds
    before = load_average()
    seconds = uvloop.run(measure(rounds))
    print_table(
        (f"{OBJECTS} objects, 9 fields and a relation", "median ms", "least ms", "times by hand"),
        [
            (
                name,
                f"{statistics.median(times) * MILLISECONDS:.2f}",
                f"{min(times) * MILLISECONDS:.2f}",
                f"{statistics.median(map(lambda one, hand: one / hand, times, seconds[BY_HAND])):.1f}",
            )
            for name, times in seconds.items()
        ],
    )
    print(
        f"Medians of {rounds} rounds. Load average {before} before and {load_average()} after. "
        f"Python {platform.python_version()}.\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
