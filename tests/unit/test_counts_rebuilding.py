"""Repairing the counts from the ratings."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands.stopping import Stopped, stoppable
from models import Cell, Drug, HeadToHead, Indication, Rating
from models.cells import COUNTRY
from resolvers.counts import rebuilding, recounting
from resolvers.counts.comparing import StoredCounts, differences
from resolvers.counts.counted import Tally
from resolvers.counts.rebuilding import RebuildOutcome, rebuild_counts
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.counts.verifying import verify_counts
from resolvers.database import database, dialect_of
from resolvers.progress import Progress
from resolvers.simulation.simulating import simulate
from tests.databases import prepare
from tests.elsewhere import ask, at_the_same_time, joined, refused_to_write_ratings
from tests.gout import GOUT, add, add_gout

NOTHING = RebuildOutcome(0, 0, 0)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "PART_ROWS", 1)


async def all_counts() -> list[list[tuple[Any, ...]]]:
    """The contents of both tables of counts, without the primary keys."""
    found = []
    for table in (CELLS, HEAD_TO_HEADS):
        columns = ", ".join((*table.key_columns, *table.count_columns))
        keys = ", ".join(table.key_columns)
        _, rows = await database().execute_query(f"SELECT {columns} FROM {table.name} ORDER BY {keys}")
        found.append([tuple(row) for row in rows])
    return found


async def forget_counts() -> None:
    await Cell.all().delete()
    await HeadToHead.all().delete()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("part_rows", [recounting.PART_ROWS, 200])
async def test_counts_that_are_gone_come_back_as_writers_had_made_them(
    part_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PART_ROWS", part_rows)
    await add_gout()
    await simulate(300, 1)
    cells, head_to_heads = await all_counts()
    await forget_counts()

    outcome = await rebuild_counts()

    assert await all_counts() == [cells, head_to_heads]
    assert outcome == RebuildOutcome(len(cells) + len(head_to_heads), 0, 0)
    assert await rebuild_counts() == NOTHING


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_what_is_wrong_is_corrected_and_what_counts_nothing_goes() -> None:
    await add_gout()
    before = await all_counts()
    colchicine, gout = await Drug.get(slug="colchicine"), await Indication.get(slug="gout")
    key = {"drug_id": colchicine.id, "indication_id": gout.id, "segment_kind": COUNTRY}
    await Cell.create(**key, segment_value="NO", rating_count=3)
    await Cell.create(**key, segment_value="SE")
    await Cell.filter(segment_value="US").update(efficacy_4=40, rating_count=0)
    await Cell.filter(segment_value="2026-01").delete()
    await HeadToHead.all().update(overall_sum=10**12)
    wrong = await Cell.filter(segment_value="US").count() + await HeadToHead.all().count()

    outcome = await rebuild_counts()

    assert await all_counts() == before
    # In January p1 rated three drugs; colchicine by Norwegians and by Swedes is counted though there are none.
    assert outcome == RebuildOutcome(3, wrong, 2)


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_counts_of_ratings_that_are_gone_go() -> None:
    await add_gout()
    await Rating.all().delete()

    outcome = await rebuild_counts()

    assert outcome.removed > 0
    assert await all_counts() == [[], []]


@pytest.mark.usefixtures("catalogue")
async def test_rebuilds_at_the_same_time_add_everything_once(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_gout()
    before = await all_counts()
    await forget_counts()
    outcomes: list[RebuildOutcome] = []
    threads: list[threading.Thread] = []

    async def rebuild() -> None:
        outcomes.append(await rebuild_counts())

    async def rebuild_as_well() -> None:
        if not threads:
            threads.append(at_the_same_time(catalogue_url, rebuild))
            await waits_for_a_lock(catalogue_url, threads[0])

    before_each_commit(monkeypatch, rebuild_as_well)

    await rebuild()

    await joined(threads[0])
    assert await all_counts() == before
    assert len(outcomes) == 2
    assert sum(outcome.added for outcome in outcomes) == sum(map(len, before))


async def waits_for_a_lock(url: str, thread: threading.Thread) -> None:
    """Let the thread come to where PostgreSQL makes it wait; SQLite does not tell."""
    while dialect_of(database()) == "postgres" and thread.is_alive():
        if await ask(url, "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"):
            return


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_within_a_part_others_read_what_was_and_nobody_writes_ratings(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_gout()
    await forget_counts()
    seen: list[tuple[int, int, bool]] = []

    async def look() -> None:
        seen.append(
            (
                await ask(catalogue_url, "SELECT COUNT(*) FROM cell"),
                await ask(catalogue_url, "SELECT COUNT(*) FROM rating"),
                await refused_to_write_ratings(catalogue_url),
            )
        )

    before_each_commit(monkeypatch, look)
    assert not await refused_to_write_ratings(catalogue_url)

    await rebuild_counts()

    # First the cells of five treatments of four drugs, one after the other, then the head-to-heads of two indications,
    # and the released cells, of which there are none.
    assert len(seen) == 4 + 2 + 1
    assert all(ratings == len(GOUT) and refused for _, ratings, refused in seen)
    cells = [cells for cells, _, _ in seen]
    assert cells[0] == 0
    assert cells == sorted(cells)
    assert cells[-1] == await Cell.all().count()


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_a_rating_written_between_two_parts_is_counted_once(catalogue_url: str) -> None:
    *first, fourth, third = GOUT[:-1]
    await add([*first, GOUT[-1]])
    await forget_counts()
    waiting = [third, fourth]

    def write(progress: Progress) -> None:
        if waiting and progress.done:
            rating = waiting.pop()
            at_the_same_time(catalogue_url, lambda: add([rating])).join()

    await rebuild_counts(write)

    assert not waiting
    assert await Rating.all().count() == len(GOUT)
    assert (await verify_counts()).listed == ()


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_ratings_that_wait_for_a_part_are_counted_once(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, late = GOUT[:6], list(GOUT[6:])
    await add(first)
    await forget_counts()
    threads = []

    async def write() -> None:
        if late:
            rating = late.pop()
            threads.append(at_the_same_time(catalogue_url, lambda: add([rating])))

    before_each_commit(monkeypatch, write)

    await rebuild_counts()

    for thread in threads:
        await joined(thread)
    assert await Rating.all().count() == len(GOUT) - len(late)
    assert len(threads) > 1
    assert (await verify_counts()).listed == ()


def before_each_commit(monkeypatch: pytest.MonkeyPatch, look: Callable[[], Awaitable[None]]) -> None:
    """Let `look` run when all of a part has been written and the transaction is still open."""
    delete = rebuilding._delete  # noqa: SLF001

    async def delete_and_look(*arguments: Any) -> None:  # noqa: ANN401
        await delete(*arguments)
        await look()

    monkeypatch.setattr(rebuilding, "_delete", delete_and_look)


@pytest.mark.usefixtures("catalogue", "small_parts")
async def test_a_signal_stops_it_between_two_parts_and_another_run_completes_it() -> None:
    await add_gout()
    before = await all_counts()
    await forget_counts()
    reports: list[Progress] = []

    def kill(progress: Progress) -> None:
        reports.append(progress)
        if len(reports) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    with stoppable(kill) as report, pytest.raises(Stopped):
        await rebuild_counts(report)
    cells, head_to_heads = await all_counts()
    outcome = await rebuild_counts()

    # Reported before the first part and after each: two drugs were done.
    assert 0 < len(cells) < len(before[0])
    assert head_to_heads == []
    assert set(cells) < set(before[0])
    assert outcome.added == sum(map(len, before)) - len(cells)
    assert await all_counts() == before


def start(url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rebuild_child", url, *arguments], stdout=subprocess.PIPE, text=True
    )


def kill_when_stopped(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == "stopped\n"
        process.kill()


def test_killed_rebuilds_end_like_one_that_was_left_alone(catalogue_url: str) -> None:
    found: dict[str, Any] = {}

    async def fill() -> None:
        await add_gout()
        found["before"] = await all_counts()
        await forget_counts()

    async def look(name: str) -> None:
        found[name] = await all_counts()

    prepare(catalogue_url, fill)
    sizes = []
    for stop in ("within 1", "after 1", "within 2", "after 2"):
        kill_when_stopped(start(catalogue_url, stop))
        prepare(catalogue_url, lambda: look("now"))
        sizes.append(len(found["now"][0]))
    process = start(catalogue_url, "never")
    process.communicate()
    prepare(catalogue_url, lambda: look("at the end"))

    assert process.returncode == 0
    # A part that was killed within is undone, one that was killed after stays.
    assert sizes[0] == 0 < sizes[1] == sizes[2] < sizes[3] < len(found["before"][0])
    assert found["at the end"] == found["before"]


@pytest.mark.usefixtures("catalogue")
async def test_it_reports_rows_up_to_the_last() -> None:
    await add_gout()
    rows = sum(map(len, await all_counts()))
    reports: list[Progress] = []

    await rebuild_counts(reports.append)

    # The ratings for each of two kinds of counts, and once more, with the cells, for what is released.
    cells = len((await all_counts())[0])
    assert reports[-1].done == 2 * len(GOUT) + rows + len(GOUT) + cells
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert {report.total for report in reports} == {reports[-1].done}
    assert [report.note for report in reports] == ["", "cells", "head-to-heads", "released cells", "released ratings"]


KEYS = st.integers(1, 6).map(lambda number: (number, 0, "", 1))
COUNTS = st.tuples(*[st.integers(-2, 2)] * 3)


def tally(rows: dict[tuple[int | str, ...], tuple[int, ...]]) -> Tally:
    return Tally(list(rows), np.array(list(rows.values()), dtype=np.int64).reshape(-1, 3))


@given(st.dictionaries(KEYS, COUNTS), st.dictionaries(KEYS, COUNTS))
def test_with_the_differences_stored_counts_become_the_expected_ones(
    expected: dict[tuple[int | str, ...], tuple[int, ...]], stored: dict[tuple[int | str, ...], tuple[int, ...]]
) -> None:
    ids = {key: number for number, key in enumerate(stored, start=100)}
    rows = {key: np.array(counts) for key, counts in stored.items()}

    found = differences(tally(expected), StoredCounts(tally(stored), np.array(list(ids.values()), dtype=np.int64)))

    missing, corrections = found.missing(), found.corrections()
    assert not set(missing.keys) & set(rows)
    rows.update(zip(missing.keys, missing.counts, strict=True))
    for key, correction in zip(corrections.keys, corrections.counts, strict=True):
        rows[key] = rows[key] + correction
    idle = set(found.idle.tolist())
    left = {key: tuple(counts.tolist()) for key, counts in rows.items() if ids.get(key) not in idle}
    assert left == {key: counts for key, counts in expected.items() if any(counts)}
    assert set(found.keys) == {
        key for key in {*expected, *stored} if expected.get(key, (0, 0, 0)) != stored.get(key, (0, 0, 0))
    }
