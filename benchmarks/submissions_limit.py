"""The same writes without HTTP, GraphQL and tokens: the resolvers' functions, called by so many processes."""

import asyncio
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.submissions_servers import WRITES_PER_HOUR
from benchmarks.submissions_writes import Rater, Treatment, Write, in_random_order
from resolvers.comments.screening import screen
from resolvers.database import DatabaseUrl, open_database
from resolvers.ratings.submitting import Submission, submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.writes.allowance import spend
from resolvers.writes.replays import Outcome, once

Keys = tuple[int, int]
"""Of the account and the physician."""


class _Writer:
    """Carries the writes of some physicians out."""

    def __init__(self, raters: Sequence[Rater], order: list[int], keys: Mapping[int, Keys]) -> None:
        self._order = order
        self._keys = keys
        self._left = {rater.number: iter(enumerate(rater.writes)) for rater in raters}
        self._locks = {rater.number: asyncio.Lock() for rater in raters}
        self._rating_ids: dict[tuple[int, Treatment], int] = {}

    async def work(self) -> None:
        """One after the other, until nothing is left."""
        while self._order:
            number = self._order.pop()
            async with self._locks[number]:
                count, write = next(self._left[number])
                await self._write(number, f"write-{count}", write)

    async def _write(self, number: int, mutation_id: str, write: Write) -> None:
        account_id, physician_id = self._keys[number]
        now = datetime.now(UTC)

        async def submit() -> Outcome:
            assert write.levels is not None  # noqa: S101 - see below
            screened = None if write.comment is None else screen(write.comment)
            submitted = await submit_rating(
                Submission(
                    account_id,
                    physician_id,
                    *write.treatment,
                    write.levels,
                    write.comment,
                    () if screened is None else screened.findings,
                    screened is not None and screened.adverse_event,
                    now,
                )
            )
            return {"rating": submitted.rating_id}

        async def withdraw() -> Outcome:
            rating_id = self._rating_ids[number, write.treatment]
            await withdraw_rating(physician_id, rating_id, now)
            return {"rating": rating_id}

        await spend(f"account:{account_id}", WRITES_PER_HOUR, now)
        work = withdraw if write.levels is None else submit
        outcome = await once(account_id, mutation_id, "benchmark", "", work, now)
        self._rating_ids[number, write.treatment] = outcome["rating"]


@dataclass(frozen=True, slots=True)
class Limit:
    """Writes per second, and how long the processes computed for one write, in ms."""

    rate: float
    processor_ms: float


def write_in_process(
    url: str, raters: Sequence[Rater], order: list[int], keys: Mapping[int, Keys], tasks: int
) -> tuple[float, float]:
    """Carry writes out in this process, so many at the same time: seconds from the first to the last, and computed."""

    async def run() -> tuple[float, float]:
        async with open_database(DatabaseUrl.parse(url)):
            writer = _Writer(raters, order, keys)
            started, computed = time.perf_counter(), time.process_time()
            await asyncio.gather(*(writer.work() for _ in range(tasks)))
            return time.perf_counter() - started, time.process_time() - computed

    return asyncio.run(run())


def measure_in_processes(
    url: str, raters: Sequence[Rater], writes: int, keys: Mapping[int, Keys], processes: int, connections: int
) -> Limit:
    """Carry writes out in so many processes, with so many at the same time altogether.

    The physicians are divided among the processes.
    """
    orders: list[list[int]] = [[] for _ in range(processes)]
    for number in in_random_order(raters)[:writes]:
        orders[number % processes].append(number)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        running = [
            pool.submit(write_in_process, url, raters[place::processes], order, keys, connections // processes)
            for place, order in enumerate(orders)
        ]
        seconds, computed = zip(*(one.result() for one in running), strict=True)
    return Limit(writes / max(seconds), sum(computed) / writes * 1000)
