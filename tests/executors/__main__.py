"""Compares the executors for as many drawn operations as one likes: `python -m tests.executors 50000 --seed 7`.

It tells after each lot how far it has come, ends with the first disagreement, and can be stopped at any time.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

from graphql import OperationType

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.database import migrate
from tests.databases import PostgresDatabases, SqliteDatabases, postgres_server, prepare
from tests.executors.menagerie.drawn import try_menagerie
from tests.executors.menagerie.trials import MenagerieTrials
from tests.executors.peerscore.database import fill
from tests.executors.peerscore.drawn import Opened, opened, try_peerscore
from tests.executors.peerscore.trials import Circumstances, event_trials, operation_trials
from tests.executors.trials import Disagreed

LOT = 400
"""Operations after which it is told how far it has come."""

SCHEMAS = ("menagerie", "sqlite", "postgres")

Lot = Callable[[int, int], Counter[str]]
"""Draws so many operations with a seed; what came of them."""


def _menagerie(kind: OperationType, runner: asyncio.Runner, number: int, seed: int) -> Counter[str]:
    trials = MenagerieTrials()
    try_menagerie(kind, number, runner, trials, trials.set_weather, seed)
    return trials.counts


def _peerscore(kind: OperationType, database: Opened, number: int, seed: int) -> Counter[str]:
    circumstances = Circumstances()
    events = kind is OperationType.SUBSCRIPTION
    trials = event_trials(circumstances, database.events) if events else operation_trials(circumstances)
    try_peerscore(kind, number, database, trials, circumstances, seed)
    return trials.counts


@contextmanager
def _lots(schema: str) -> Iterator[list[Lot]]:
    """What draws the operations of a schema, each kind in turn."""
    with ExitStack() as stack:
        if schema == "menagerie":
            runner = stack.enter_context(asyncio.Runner())
            runner.get_loop().set_exception_handler(lambda *_: None)
            yield [partial(_menagerie, kind, runner) for kind in (OperationType.QUERY, OperationType.MUTATION)]
            return
        databases: SqliteDatabases | PostgresDatabases
        if schema == "sqlite":
            databases = SqliteDatabases(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        else:
            databases = PostgresDatabases(stack.enter_context(postgres_server()))
        database = stack.enter_context(opened(prepare(databases.create(), _fill)))
        yield [partial(_peerscore, kind, database) for kind in (OperationType.QUERY, OperationType.SUBSCRIPTION)]


async def _fill() -> None:
    await migrate()
    await import_own_catalogue()
    await fill()


def main() -> int:
    """Compare, and tell; 1 if the executors disagree."""
    parser = argparse.ArgumentParser(prog="tests.executors", description=__doc__)
    parser.add_argument("operations", type=int, help="how many, of each schema")
    parser.add_argument("--schema", choices=SCHEMAS, action="append", help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="draws other operations")
    options = parser.parse_args()
    started = monotonic()
    totals: dict[str, Counter[str]] = {schema: Counter() for schema in options.schema or SCHEMAS}
    try:
        for schema, total in totals.items():
            with _lots(schema) as lots:
                number = 0
                while total["operations"] < options.operations:
                    total.update(lots[number % len(lots)](LOT, options.seed * 1_000_000 + number))
                    number += 1
                    _tell(f"{schema}: {dict(total)}, {monotonic() - started:.0f} s")
    except Disagreed as disagreed:
        _tell(f"The executors disagree.\n{disagreed}")
        return 1
    except KeyboardInterrupt:
        _tell("Stopped. The executors agreed until then.")
    for schema, total in totals.items():
        _tell(f"{schema}: {dict(total)}")
    return 0


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
