"""What a process keeps of scores in its memory is what the database says, whoever writes whatever."""

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tortoise.transactions import in_transaction

from models import Treatment
from resolvers.audit import COMMAND
from resolvers.catalogue.importing import OWN_CATALOGUE, import_catalogue
from resolvers.counts.rebuilding import rebuild_counts
from resolvers.database import database
from resolvers.disclosure import EXACT
from resolvers.feed.pruning import prune_feed
from resolvers.feed.reading import feed_bounds
from resolvers.feed.sequencing import give_positions
from resolvers.feed.waking import wake_followers, woken
from resolvers.identity.erasing import erase_physician
from resolvers.moderation.deciding import ModerationDecision, moderate_rating
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.ratings.submitting import submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from resolvers.reads.rankings import rankings
from resolvers.reads.scores import scores_of_drugs
from resolvers.score_cache.cache import STALE_AFTER, ScoreCache
from resolvers.score_cache.reads import ScoreReads
from resolvers.simulation.simulating import simulate
from tests.cached_scores import DISCLOSURES, PLENTY, Scores, current, followed
from tests.crowd import add_crowd
from tests.feed_events import Process, until
from tests.random_writes import RandomWrites
from tests.raters import NOW, Rater, add_rater, submission_of
from tests.statements import recorded_statements
from tests.unit.test_score_cache import Time

NEVER = 3_600.0
"""Seconds between two polls of a follower who has to be told."""

DRUGS, INDICATIONS = ["colchicine", "allopurinol", "febuxostat", "naproxen", "ibuprofen"], ["gout", "hypertension"]


async def rate(rater: Rater, level: int, drug: str = "colchicine") -> int:
    """Submit or revise a rating."""
    submission = replace(await submission_of(rater, drug), levels=(level,) * 6)
    async with in_transaction():
        submitted = await submit_rating(submission)
    wake_followers()
    return submitted.rating_id


async def withdraw(rater: Rater, rating_id: int) -> None:
    async with in_transaction():
        await withdraw_rating(rater.physician_id, rating_id, NOW)
    wake_followers()


async def moderate(rating_id: int, decision: ModerationDecision) -> None:
    async with in_transaction():
        await moderate_rating(rating_id, decision, None, COMMAND, NOW)
    wake_followers()


async def release(raters: list[Rater]) -> None:
    """Let so many rate febuxostat that a step is released."""
    for rater in raters:
        await rate(rater, 1, "febuxostat")


async def import_another_treatment(folder: Path) -> None:
    """Import the catalogue with one more treatment, and with another source of those that ratings have brought."""
    shutil.copytree(OWN_CATALOGUE, folder)
    with (folder / "treatments.csv").open("a") as file:
        file.write("colchicine,Hypertension,somebody\n")
    await import_catalogue(folder)
    assert await Treatment.filter(drug__slug="colchicine", indication__slug="hypertension", source="somebody").exists()


async def damage(table: str) -> None:
    """Falsify the counts of everybody for all treatments, behind the back of whoever keeps something of them."""
    await database().execute_query(
        f"UPDATE {table} SET rating_count = rating_count + 1, efficacy_1 = efficacy_1 + 1 WHERE segment_kind = 0"
        " AND segment_value = '' AND rating_count > 0"
    )


@pytest.fixture
async def raters(catalogue: object) -> list[Rater]:  # noqa: ARG001 - its database
    await add_crowd()
    return [await add_rater(name) for name in "abcdefghijkl"]


async def test_each_write_of_this_process_is_seen_at_once(raters: list[Rater], tmp_path: Path) -> None:
    time = Time()
    cache = ScoreCache(PLENTY, time)
    cached = await Scores.of(DRUGS, INDICATIONS, ScoreReads(cache))
    plain = await Scores.of(DRUGS, INDICATIONS)
    # A process whose follower gets no further: what is heeded is what was written here.
    cache.confirm(cache.look())
    with woken(lambda: None, cache):

        async def seen(write: Awaitable[object]) -> object:
            assert await cached.all() == (before := await plain.all())
            written = await write
            after = await plain.all()
            assert after != before
            assert await cached.all() == after
            with recorded_statements() as statements:
                await cached.all()
            assert [statement for statement in statements if "cell" in statement] == []
            return written

        ann, bob = raters[:2]
        rating_id = await rate(ann, 5)
        for level in (1, 4):
            await seen(rate(ann, level))
        await seen(withdraw(ann, rating_id))
        await seen(rate(ann, 2))
        await seen(moderate(rating_id, ModerationDecision.EXCLUDE))
        await seen(moderate(rating_id, ModerationDecision.REINSTATE))
        await seen(rate(bob, 3))
        await seen(erase_physician(bob.physician_id, COMMAND, NOW))
        await seen(release([rater for rater in raters if rater is not bob]))
        for table in ("cell", "released_cell"):
            await damage(table)
            cache.lose_track()
            cache.confirm(cache.look())
            await seen(rebuild_counts())
        await seen(use_prior((await refit_prior()).version))
        await seen(use_prior(0))
        await seen(import_another_treatment(tmp_path / "catalogue"))
        await seen(simulate(2_000, 1))
    assert cache.is_current


@pytest.mark.parametrize("seed", range(3))
async def test_random_writes_of_two_processes_are_seen_here(seed: int, raters: list[Rater], catalogue_url: str) -> None:
    draw = random.Random(seed)
    # With little room, so that what is kept changes all the time, or with plenty.
    cache = ScoreCache(draw.choice((PLENTY, 100_000)))
    writes = await RandomWrites.of(seed, raters[:5])
    reads = Scores(writes.imports.drugs, writes.imports.indications, ScoreReads(cache))
    plain = Scores(writes.imports.drugs, writes.imports.indications)

    async def write_here() -> None:
        await writes.make()
        wake_followers()

    async with Process(catalogue_url) as other, followed(cache) as follower:

        async def write_elsewhere() -> None:
            await other.do(writes.make)
            await give_positions()
            last = (await feed_bounds()).last

            async def arrived() -> bool:
                await asyncio.sleep(0)
                return follower.position >= last

            await until(arrived)

        for _ in range(12):
            readers = [asyncio.create_task(reads.as_(draw.choice(DISCLOSURES))) for _ in range(2)]
            await draw.choice((write_here, write_elsewhere))()
            disclosure = draw.choice(DISCLOSURES)
            assert await reads.as_(disclosure) == await plain.as_(disclosure)
            await asyncio.gather(*readers)
        await current(cache)
        assert await reads.all() == await plain.all()


async def test_a_read_that_began_before_a_write_leaves_nothing_behind(
    raters: list[Rater], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ScoreCache(PLENTY, Time())
    cache.confirm(cache.look())
    cached, plain = await Scores.of(DRUGS, INDICATIONS, ScoreReads(cache)), await Scores.of(DRUGS, INDICATIONS)
    read, go_on = asyncio.Event(), asyncio.Event()
    for function in (scores_of_drugs, rankings):
        monkeypatch.setattr(f"resolvers.score_cache.reads.{function.__name__}", _held_up(function, read, go_on))
    with woken(lambda: None, cache):
        reading = asyncio.create_task(cached.as_(EXACT))
        await read.wait()
        await rate(raters[0], 1)
        go_on.set()
        await reading
        assert await cached.as_(EXACT) == await plain.as_(EXACT)


def _held_up(
    function: Callable[..., Awaitable[object]], read: asyncio.Event, go_on: asyncio.Event
) -> Callable[..., Awaitable[object]]:
    """A read that has its answer, and gives it only when it may."""

    async def held_up(*arguments: object) -> object:
        found = await function(*arguments)
        read.set()
        await go_on.wait()
        return found

    return held_up


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Meanwhile followers cannot read the feed; they try again and again."""

    async def unreadable(*_: object) -> None:
        raise OSError("cut off")

    monkeypatch.setattr("resolvers.feed.follower.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("resolvers.feed.follower.LONGEST_PAUSE", 0.01)
    with monkeypatch.context() as cut:
        cut.setattr("resolvers.feed.follower.read_events", unreadable)
        yield


async def test_staleness_is_bounded_when_the_follower_is_cut_off(
    raters: list[Rater], catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Time()
    cache = ScoreCache(PLENTY, time)
    cached, plain = await Scores.of(DRUGS, INDICATIONS, ScoreReads(cache)), await Scores.of(DRUGS, INDICATIONS)

    async with followed(cache, NEVER), Process(catalogue_url) as other:
        before = await cached.all()
        with cut_off(monkeypatch):
            await other.do(lambda: _rate_elsewhere(raters[0]))
            time.now += STALE_AFTER
            # As long as that it may be what it was; then nothing that is kept is used.
            assert await cached.all() == before
            time.now += 0.001
            assert not cache.is_current
            after = await plain.all()
            assert await cached.all() == after != before
            wake_followers()
            await asyncio.sleep(0)
            assert not cache.is_current
        wake_followers()
        await current(cache)
        assert await cached.all() == after


async def _rate_elsewhere(rater: Rater) -> None:
    submission = replace(await submission_of(rater), levels=(1,) * 6)
    async with in_transaction():
        await submit_rating(submission)


async def test_a_notification_alone_confirms_nothing(
    raters: list[Rater],  # noqa: ARG001 - their database
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def listen(*_: object) -> None:
        """Hear nothing, as what is heard first wakes, whenever listening may have begun."""

    monkeypatch.setattr("resolvers.feed.follower.listen", listen)
    time = Time()
    cache = ScoreCache(PLENTY, time)
    async with followed(cache, NEVER) as follower:
        time.now += STALE_AFTER + 1
        follower._hear(str(follower.position + 1))  # noqa: SLF001 - what PostgreSQL tells
        for _ in range(100):
            await asyncio.sleep(0)
        assert not cache.is_current
        wake_followers()
        await current(cache)


async def test_events_that_are_gone_before_they_were_read_leave_nothing_behind(
    raters: list[Rater], catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ScoreCache(PLENTY, Time())
    cached, plain = await Scores.of(DRUGS, INDICATIONS, ScoreReads(cache)), await Scores.of(DRUGS, INDICATIONS)
    async with followed(cache, NEVER), Process(catalogue_url) as other:
        await cached.all()
        with cut_off(monkeypatch):
            await other.do(lambda: _rate_elsewhere(raters[0]))
            await give_positions()
            await prune_feed(NOW.replace(year=NOW.year + 1))
            assert len(cache) > 0
        wake_followers()

        async def emptied() -> bool:
            await asyncio.sleep(0)
            return len(cache) == 0

        await until(emptied)
        await current(cache)
        assert await cached.all() == await plain.all()


async def test_nothing_is_kept_when_nobody_follows_the_feed(raters: list[Rater]) -> None:  # noqa: ARG001 - likewise
    cache = ScoreCache(PLENTY)
    cached = await Scores.of(DRUGS, INDICATIONS, ScoreReads(cache))
    await cached.all()
    assert len(cache) == 0
    async with followed(cache):
        await cached.all()
        assert len(cache) > 0
    assert len(cache) == 0
    await cached.all()
    assert len(cache) == 0
