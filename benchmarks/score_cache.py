"""Measures a drug card and a ranking with and without scores in memory: milliseconds and SQL statements.

No GraphQL: these are the reads behind the two, as the loaders call them. Filled first, the memory answers everything.
"""

import argparse
import asyncio
import logging
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.databases import filled_database
from resolvers.database import DatabaseUrl, open_database
from resolvers.disclosure import EXACT, RELEASED, Disclosure
from resolvers.paging import PageRequest
from resolvers.priors.current import PriorVersions
from resolvers.reads.rankings import RankingQuestion
from resolvers.reads.scores import ScoreQuestion
from resolvers.reads.scores_at_hand import ScoresAtHand
from resolvers.score_cache.cache import ScoreCache
from resolvers.score_cache.reads import ScoreReads
from resolvers.sql import fetch_rows

SAMPLE = 50
"""Different drugs, and different indications, that are asked for: those with the most ratings."""

ROUNDS = 10

ROOM = 32_000_000

Read = Callable[[int], Awaitable[int]]


class Statements(logging.Handler):
    """Counts the statements that are sent."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def emit(self, _: logging.LogRecord) -> None:
        """One more."""
        self.count += 1


def reads_of(scores: ScoreReads, disclosure: Disclosure) -> dict[str, Read]:
    """The two reads."""
    priors = PriorVersions(scores.prior_in_use)

    async def card(drug_id: int) -> int:
        """The drug's own score, its treatments in order and the score of each with its criteria."""
        [score] = await scores.scores_of_drugs([drug_id], ScoreQuestion(), priors, disclosure)
        at_hand = ScoresAtHand()
        [page] = await scores.treatment_pages_by_score([drug_id], None, PageRequest(50), priors, disclosure, at_hand)
        pairs = [(treatment.drug_id, treatment.indication_id) for treatment in page.records]
        of_treatments = await scores.scores_of_treatments(pairs, ScoreQuestion(), priors, disclosure, at_hand)
        return len([one.criteria() for one in (score, *of_treatments)])

    async def ranking(indication_id: int) -> int:
        """The ranking, and the scores of its first twenty drugs."""
        at_hand = ScoresAtHand()
        [record] = await scores.rankings([indication_id], RankingQuestion(None, 5), priors, disclosure, at_hand)
        pairs = [(one.treatment.drug_id, one.treatment.indication_id) for one in record.ranked[:20]]
        return len(await scores.scores_of_treatments(pairs, ScoreQuestion(), priors, disclosure, at_hand))

    return {"drug card": card, "ranking of 20": ranking}


async def most_rated(column: str) -> list[int]:
    """The drugs or indications with the most ratings, by the column of their keys."""
    rows = await fetch_rows(
        f"SELECT {column} FROM cell WHERE segment_kind = 0 GROUP BY {column}"
        f" ORDER BY SUM(rating_count) DESC LIMIT {SAMPLE}"
    )
    return [key for (key,) in rows]


async def measured(read: Read, keys: Sequence[int]) -> tuple[float, float]:
    """The median of the milliseconds of one read, and the statements of one on average."""
    logger, statements = logging.getLogger("tortoise.db_client"), Statements()
    for key in keys:
        await read(key)
    times = []
    for key in (*keys,) * ROUNDS:
        started = time.perf_counter()
        await read(key)
        times.append(1_000 * (time.perf_counter() - started))
    logger.addHandler(statements)
    logger.setLevel(logging.DEBUG)
    for key in keys:
        await read(key)
    logger.setLevel(logging.WARNING)
    logger.removeHandler(statements)
    return statistics.median(times), statements.count / len(keys)


async def measure(url: str) -> None:
    """Print a line for each read and kind of reader."""
    async with open_database(DatabaseUrl.parse(url)):
        keys = {"drug card": await most_rated("drug_id"), "ranking of 20": await most_rated("indication_id")}
        for reader, disclosure in (("moderator", EXACT), ("public", RELEASED)):
            for room in (0, ROOM):
                # Nobody writes, so what is kept stays right for as long as the measurement takes.
                cache = ScoreCache(room, lambda: 0.0)
                cache.confirm(0.0)
                for name, read in reads_of(ScoreReads(cache), disclosure).items():
                    took, statements = await measured(read, keys[name])
                    state = "on " if room else "off"
                    print(f"{name:14} {reader:10} {state} {took:8.3f} ms {statements:6.1f} statements")
                print(f"  kept: {len(cache)} answers, about {cache.size:,} bytes", file=sys.stderr)


def main() -> None:
    """Measure on PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.score_cache", description=__doc__)
    parser.add_argument("--ratings", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a folder for the database, which a later run finds again")
    arguments = parser.parse_args()
    with filled_database("postgres", arguments.ratings, arguments.keep) as url:
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
